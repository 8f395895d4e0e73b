package cluster

import (
	"context"
	"testing"
	"time"

	"k8s.io/apimachinery/pkg/types"
)

// A connection that was begun early is used once; one that failed, or comes too late, is none.
func TestApproachIsTakenOnce(t *testing.T) {
	there, failed, late := make(chan *envoy, 1), make(chan *envoy), make(chan *envoy, 1)
	there <- &envoy{pod: "there"}
	close(failed)
	var a approaches
	for pod, dialled := range map[types.UID]chan *envoy{"there": there, "failed": failed, "late": late} {
		a.begun.Store(pod, dialled)
	}
	soon, cancel := context.WithTimeout(t.Context(), 20*time.Millisecond)
	defer cancel()
	if e := a.take(soon, "there"); e == nil || e.pod != "there" {
		t.Errorf("the first time: %v", e)
	}
	for _, pod := range []types.UID{"there", "failed", "late", "unknown"} {
		if e := a.take(soon, pod); e != nil {
			t.Errorf("%s: got %v", pod, e)
		}
	}
	late <- &envoy{pod: "late"}
	if e := a.take(t.Context(), "late"); e != nil {
		t.Errorf("what came too late is waited for again: %v", e)
	}
}
