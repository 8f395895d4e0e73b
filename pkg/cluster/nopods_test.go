package cluster

import (
	"errors"
	"testing"

	"github.com/kubectl-rio/kubectl-rio/pkg/rio"
)

// To scale to 1 helps only what is at 0: it would take pods from what wants more, and an
// autoscaler from what has one.
func TestWhyThereIsNoPod(t *testing.T) {
	wants := func(n int32) *rio.Observed { return &rio.Observed{Replicas: n, Reported: true} }
	refused := wants(3)
	refused.Problems = []rio.Condition{{Type: "ReplicaFailure", Reason: "FailedCreate", Message: `exceeded quota: tight`}}
	const why = "; see: kubectl rio why -n shop foobar"
	for sentence, tc := range map[string]struct {
		rev  rio.Revision
		want string
	}{
		"it is scaled to 0":           {rio.Revision{Replicas: new(int32(0)), Observed: wants(0)}, "; start one: kubectl rio scale -n shop foobar=1"},
		"it has just been made":       {rio.Revision{Replicas: new(int32(3)), Observed: wants(3)}, why},
		"a quota refuses them":        {rio.Revision{Replicas: new(int32(3)), Observed: refused}, ": exceeded quota: tight" + why},
		"it has an autoscaler":        {rio.Revision{Autoscale: &rio.Scale{Min: 2, Max: 5}, Observed: wants(2)}, why},
		"it has one pod on each node": {rio.Revision{Kind: "DaemonSet", Observed: wants(0)}, why},
		"another tool made it":        {rio.Revision{Foreign: true, Replicas: new(int32(0)), Observed: wants(0)}, why},
		"nothing is known of it":      {rio.Revision{}, why},
	} {
		err := noPods(rio.Ref{Namespace: "shop", Service: "foobar"}, tc.rev)
		if want := `"foobar" in stack "shop" has no pod: none runs` + tc.want; err.Error() != want || !errors.Is(err, ErrNoPods) {
			t.Errorf("%s: got %q, want %q", sentence, err, want)
		}
	}
}
