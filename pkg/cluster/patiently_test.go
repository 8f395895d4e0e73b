package cluster

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"testing"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/kubectl-rio/kubectl-rio/pkg/manifest"
	"github.com/kubectl-rio/kubectl-rio/pkg/plan"
)

// While a webhook does not answer, a write waits as anything does: Ctrl-C ends it as such, and its
// time with the webhook's words.
func TestAWriteThatWaitsForAWebhook(t *testing.T) {
	const down = "failed calling webhook \"validation.istio.io\": connection refused"
	vs := manifest.Render(foobar())[3]
	path := "PATCH /apis/networking.istio.io/v1/namespaces/default/virtualservices/foobar"
	c, _ := with(t, map[string]answer{path: {http.StatusInternalServerError, status(500, metav1.StatusReasonInternalError, "Internal error occurred: "+down, nil)}})
	write := func(ctx context.Context) error {
		_, err := c.Apply(ctx, plan.Change{Op: plan.Update, Before: vs, After: vs}, WriteOptions{})
		return err
	}
	stopped, stop := context.WithCancel(t.Context())
	time.AfterFunc(400*time.Millisecond, stop) // in a pause
	if err := write(stopped); !errors.Is(err, context.Canceled) || strings.Contains(err.Error(), "webhook") {
		t.Errorf("it was stopped: %v", err)
	}
	timed, done := context.WithTimeout(t.Context(), 400*time.Millisecond)
	defer done()
	if err := write(timed); !errors.Is(err, ErrNotReady) || !strings.Contains(err.Error(), down) {
		t.Errorf("its time is over: %v", err)
	}
}
