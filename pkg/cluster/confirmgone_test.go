package cluster

import (
	"testing"

	"github.com/kubectl-rio/kubectl-rio/pkg/rio"
)

func TestASidecarLeadsPlainly(t *testing.T) {
	const own, other = "foobar.default.svc.cluster.local", "foobar.shop.svc.cluster.local"
	for sentence, tc := range map[string]struct {
		have map[string][]split
		want bool
	}{
		"to the Service as a whole":       {map[string][]split{own: {{shares: map[string]int{"": 100}}}}, true},
		"to latest, by its subset":        {map[string][]split{own: {{shares: map[string]int{"latest": 100}}}}, false},
		"so on one of two ports only":     {map[string][]split{own: {{shares: map[string]int{"": 100}}, {shares: map[string]int{"latest": 70, "v2": 30}}}}, false},
		"subsets are of another stack's":  {map[string][]split{other: {{shares: map[string]int{"latest": 100}}}}, true},
		"it does not call the service":    {map[string][]split{}, true},
		"the name with its port is asked": {map[string][]split{own + ":80": {{shares: map[string]int{"v2": 100}}}}, false},
	} {
		t.Run(sentence, func(t *testing.T) {
			if got := leadsPlainly(tc.have, rio.Ref{Namespace: "default", Service: "foobar"}); got != tc.want {
				t.Errorf("it is %v, want %v", got, tc.want)
			}
		})
	}
}
