package cluster

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/kubectl-rio/kubectl-rio/pkg/manifest"
	"github.com/kubectl-rio/kubectl-rio/pkg/rio"
)

// What a workload says of its template is of that which came back, and of none that another tool has
// made since: its controller has copied the note.
func TestTheCauseOfATemplateThatCameBack(t *testing.T) {
	made := time.Date(2026, 11, 30, 12, 0, 0, 0, time.UTC)
	undo := rio.Cause{Command: "undo row", By: "dev", At: made}
	first := rio.Cause{Command: "run echo:v1", At: made.Add(-time.Hour)}
	for sentence, tc := range map[string]struct {
		kind   string
		newest rio.Cause
		seen   rio.Observed
		want   rio.Cause
	}{
		"it came back":                          {manifest.KindStatefulSet, first, rio.Observed{UpToDate: true}, undo},
		"another tool made one since":           {manifest.KindStatefulSet, undo, rio.Observed{UpToDate: true, Altered: true}, rio.Cause{At: made}},
		"which its controller has not seen yet": {manifest.KindDaemonSet, first, rio.Observed{Altered: true}, undo},
		"a Deployment's ReplicaSets say it":     {manifest.KindDeployment, first, rio.Observed{UpToDate: true, Altered: true}, first},
	} {
		rev := &rio.Revision{Kind: tc.kind, Cause: undo, Observed: &tc.seen}
		got := recaused(rev, []rio.Release{{Number: 3, Made: made, Cause: tc.newest}, {Number: 2, Cause: rio.Cause{Command: "promote row:v2"}}})
		if diff := cmp.Diff(tc.want, got[0].Cause); diff != "" {
			t.Errorf("%s: %s", sentence, diff)
		}
	}
}
