package main

import (
	"strings"
	"testing"
)

func TestReport(t *testing.T) {
	for name, tc := range map[string]struct{ raw, want string }{
		"fast enough":   {`{"results":[{"command":"kubectl-rio","median":0.025,"min":0.02,"max":0.03},{"command":"kubectl","median":0.05,"min":0.04,"max":0.06}]}`, "met"},
		"too slow":      {`{"results":[{"command":"kubectl-rio","median":0.04},{"command":"kubectl","median":0.05}]}`, "missed"},
		"one was taken": {`{"results":[{"command":"kubectl-rio","median":0.04}]}`, ""},
		"no peer":       {`{"results":[{"command":"kubectl-rio","median":0.04},{"command":"kubectl"}]}`, ""},
		"no json":       {`hyperfine`, ""},
	} {
		t.Run(name, func(t *testing.T) {
			r, err := read([]byte(tc.raw))
			if (err == nil) != (tc.want != "") {
				t.Fatalf("got %+v, %v", r, err)
			}
			var out strings.Builder
			if err == nil {
				err = r.print(&out)
			}
			if tc.want != "" && (err != nil || !strings.Contains(out.String(), tc.want)) {
				t.Errorf("%q is not in\n%s%v", tc.want, &out, err)
			}
		})
	}
}
