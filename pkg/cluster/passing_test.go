package cluster

import (
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/kubectl-rio/kubectl-rio/pkg/manifest"
	"github.com/kubectl-rio/kubectl-rio/pkg/rio"
)

// An API server that is away for a moment ends no wait for proxies, whichever question it missed.
func TestAgreeingOutlastsTheAPIServer(t *testing.T) {
	c, _ := with(t, nil)
	ctx, cancel := context.WithTimeout(t.Context(), 5*time.Second)
	defer cancel()
	asked := 0
	list := func(context.Context) (pods []corev1.Pod, err error) {
		if asked == 0 {
			pods = append(pods, troubled("gateway-1", true, running))
		}
		return pods, nil
	}
	ask := func(context.Context) (question, error) {
		asked++
		return nil, io.ErrUnexpectedEOF
	}
	if _, err := c.agree(ctx, list, "the split", "gateways", ask); err != nil || asked != 1 {
		t.Errorf("asked %d times, %v", asked, err)
	}
}

// That a cluster cannot be reached may pass, in whatever words it is told.
func TestWhatIsExplainedPasses(t *testing.T) {
	gone := httptest.NewServer(nil)
	gone.Close()
	_, err := clientOf(t, gone.URL).Load(t.Context(), foobarRef)
	if !IsPassing(err) || Innermost(err).Error() != "connection refused" {
		t.Errorf("%v: passes %t, and innermost is %v", err, IsPassing(err), Innermost(err))
	}
}

// Of a crashing pod that cannot be judged for a moment it is not said that no waiting helps: a rollout
// may be replacing it.
func TestNothingIsHopelessWhileTheAPIServerIsAway(t *testing.T) {
	const pods, sets = "GET /api/v1/namespaces/shop/pods", "GET /apis/apps/v1/namespaces/shop/replicasets"
	crashing := answer{http.StatusOK, listOf("v1", "Pod", troubled("p", false, crashed))}
	failing := answer{http.StatusInternalServerError, status(500, metav1.StatusReasonInternalError, "etcdserver: leader changed", nil)}
	refused := answer{http.StatusForbidden, status(403, metav1.StatusReasonForbidden, "no", nil)}
	for sentence, tc := range map[string]struct {
		answers  map[string]answer
		hopeless bool
	}{
		"its pods are not listed for a moment": {map[string]answer{pods: failing}, false},
		"its templates are not":                {map[string]answer{pods: crashing, sets: failing}, false},
		"nobody may list its templates":        {map[string]answer{pods: crashing, sets: refused}, true},
		"nobody may list its pods":             {map[string]answer{pods: refused}, true},
	} {
		c, _ := with(t, tc.answers)
		err := c.Hopeless(t.Context(), rio.Ref{Namespace: "shop", Service: "foobar", Revision: "v2"}, manifest.KindDeployment)
		if (err != nil) != tc.hopeless {
			t.Errorf("%s: %v", sentence, err)
		}
	}
}
