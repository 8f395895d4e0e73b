package cluster

import (
	"strings"
	"testing"

	"github.com/kubectl-rio/kubectl-rio/pkg/manifest"
	"github.com/kubectl-rio/kubectl-rio/pkg/plan"
	"github.com/kubectl-rio/kubectl-rio/pkg/rio"
)

// Where the tool of an adopted service has replaced its Service, labels and all, another name
// does not help: it is to be marked again.
func TestAReplacedServiceIsToBeMarkedAgain(t *testing.T) {
	adopted := foobar()
	adopted.Revisions[0].Foreign = true
	adopted.Revisions[0].Observed = &rio.Observed{Workload: "deployment/foobar"}
	unknown := adopted.Clone()
	unknown.Ports = nil
	ours := foobar()
	for sentence, tc := range map[string]struct {
		service rio.Service
		want    string
	}{
		"a staged revision's Service says its ports": {adopted, `service/foobar is not marked as that of "foobar", as after its tool has replaced it; mark it again: kubectl rio adopt -n default deployment/foobar`},
		"nothing says them":                          {unknown, "kubectl rio adopt -n default -p PORT:TARGET/PROTOCOL deployment/foobar"},
		"what kubectl rio made was not adopted":      {ours, "choose another name"},
	} {
		t.Run(sentence, func(t *testing.T) {
			svc := manifest.Render(foobar())[1]
			c, _ := with(t, map[string]answer{"GET " + core + "/services/foobar": {200, stored(t, svc, func(m map[string]any) { m["labels"] = nil })}})
			err := c.MustBeFree(t.Context(), plan.ChangeSet{{Op: plan.Create, After: svc}}, tc.service)
			if err == nil || !strings.HasSuffix(err.Error(), tc.want) {
				t.Errorf("got %v", err)
			}
		})
	}
}
