package printer_test

import (
	"bytes"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/kubectl-rio/kubectl-rio/pkg/printer"
	"github.com/kubectl-rio/kubectl-rio/pkg/rio"
)

// Everybody sees what somebody has begun, in the line of that which it is about.
func TestWhatIsUnderWay(t *testing.T) {
	const promotion = "promotion of v2 is not finished: kubectl rio promote -n shop web:v2, or back: kubectl rio undo -n shop web"
	const release = "gradual release to 80% stands at 30%: kubectl rio weight -n shop --resume web:v2"
	for sentence, tc := range map[string]struct {
		do         func(*rio.Service)
		latest, v2 string
	}{
		"nothing":             {func(*rio.Service) {}, "", ""},
		"a promotion":         {func(s *rio.Service) { s.Promoting = "v2" }, promotion, ""},
		"its last step":       {func(s *rio.Service) { s.Promoting = "v2"; s.Drop("v2") }, promotion, ""},
		"one that lost it":    {func(s *rio.Service) { s.Promoting = "v2"; s.Drop("v2"); s.Lost = map[string]int{"v2": 0} }, "v2 is lost: kubectl rio undo -n shop web", ""},
		"an undo":             {func(s *rio.Service) { s.Promoting, s.Before = "undo", &rio.Before{Undo: true} }, "undo is not finished: kubectl rio undo -n shop web", ""},
		"one with a way back": {func(s *rio.Service) { s.Promoting, s.Before = "undo", &rio.Before{Undo: true, From: 3} }, "undo is not finished: kubectl rio undo -n shop web, or back: kubectl rio undo -n shop --to 3 web", ""},
		"a removal":           {func(s *rio.Service) { s.Removing = "v2" }, "removal of v2 is not finished: kubectl rio rm -n shop web:v2", ""},
		"a gradual release":   {func(s *rio.Service) { s.Gradual = &rio.Gradual{Revision: "v2", To: 80} }, "", release},
		"of what is no more":  {func(s *rio.Service) { s.Gradual = &rio.Gradual{Revision: "v9", To: 80} }, "", ""},
		"beside what is wrong": {func(s *rio.Service) {
			s.Gradual = &rio.Gradual{Revision: "v2", To: 80}
			s.Revisions[1].Observed.Trouble = "it crashes"
		}, "", "it crashes; " + release},
	} {
		t.Run(sentence, func(t *testing.T) {
			s := with(service("shop", "web", "nginx", time.Hour, true), "v2", "httpd", 1, time.Hour, 30)
			tc.do(&s)
			var b bytes.Buffer
			if err := printer.ServiceTable(&b, printer.Services([]rio.Service{s}), "shop", now, true, false); err != nil {
				t.Fatal(err)
			}
			got := columns(b.String())[1:]
			want := []string{tc.latest, tc.v2}[:len(got)]
			for i, row := range got {
				if diff := cmp.Diff(want[i], row["DETAIL"]); diff != "" {
					t.Errorf("line %d: %s", i, diff)
				}
			}
		})
	}
}
