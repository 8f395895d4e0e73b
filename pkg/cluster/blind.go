package cluster

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
)

// blindWait is how long a command waits for proxies that it cannot ask. Istio gathers
// changes for 100 ms and then pushes them, in well under a second in all:
// istio/pilot/pkg/features/tuning.go.
const blindWait = 3 * time.Second

// streamPatience is how long pods are asked although nothing carries a port-forward to them.
const streamPatience = 10 * time.Second

// errStreamless is that what stands between here and all pods carries no port-forward.
var errStreamless = errors.New("no port-forward")

// isStreamless finds the refusal of a port-forward, of a proxy before the API server or of the
// kubelet, k8s.io/client-go/transport/spdy. That a pod is gone is none, nor that its node is
// away: what it serves meanwhile nobody knows.
func isStreamless(err error) bool {
	if err == nil || !strings.Contains(err.Error(), "unable to upgrade connection") {
		return false
	}
	return !strings.Contains(err.Error(), "error dialing backend") && !strings.Contains(err.Error(), `" not found`)
}

// unaskable is why pods cannot be asked, however long one tries; empty where they can.
func unaskable(err error, who string) string {
	switch {
	case isForbidden(err):
		return "no right to ask " + who
	case errors.Is(err, errStreamless):
		return fmt.Sprintf("%s cannot be asked: %v", who, err)
	}
	return ""
}

func (c *Client) waitBlind(ctx context.Context, why string) (Confirmation, error) {
	if err := pause(ctx, blindWait); err != nil {
		return Confirmation{}, err
	}
	return Confirmation{Blind: why}, nil
}

// isForbidden finds a refusal, also in what a failed upgrade says: it carries no status.
func isForbidden(err error) bool {
	return apierrors.IsForbidden(err) || errors.Is(err, errRefused) || err != nil && strings.Contains(err.Error(), "orbidden")
}
