package cluster

import (
	"net/http"
	"testing"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/kubectl-rio/kubectl-rio/pkg/rio"
)

// What a kubelet says is by its node's clock; when the API server took it counts, where that is later.
func TestANodesClockMayBeBehind(t *testing.T) {
	now := time.Now().Truncate(time.Second)
	before := now.Add(-11 * time.Second)
	for sentence, tc := range map[string]struct {
		written     time.Time // the pod's status, by the API server
		subresource string
		want        time.Time
	}{
		"it is behind":                      {now, "status", now},
		"it is ahead":                       {before.Add(-time.Minute), "status", before},
		"something else of the pod changed": {now, "", before},
	} {
		t.Run(sentence, func(t *testing.T) {
			pod := diedBefore(before, 1)
			pod.Status.Conditions[0].LastTransitionTime = metav1.NewTime(before)
			pod.ManagedFields = []metav1.ManagedFieldsEntry{{Manager: "kubelet", Operation: "Update", Subresource: tc.subresource, Time: new(metav1.NewTime(tc.written))}}
			c, _ := with(t, map[string]answer{"GET /api/v1/namespaces/shop/pods": {http.StatusOK, listOf("v1", "Pod", pod)}})
			have, err := c.readyAddresses(t.Context(), rio.Ref{Namespace: "shop", Service: "web", Revision: "v2"})
			if err != nil || !have.since.Equal(tc.want) || !have.steady.Equal(tc.want.Add(settling)) {
				t.Errorf("ready since %s and steady at %s, want %s: %v", have.since, have.steady, tc.want, err)
			}
		})
	}
}
