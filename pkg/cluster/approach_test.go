package cluster

import (
	"context"
	"testing"
	"time"

	"k8s.io/apimachinery/pkg/types"
)

// A connection that was begun early is used once; one that failed, or comes too late, is none.
func TestApproachIsTakenOnce(t *testing.T) {
	there, failed, late := make(chan *envoy, 1), make(chan *envoy), make(chan *envoy)
	there <- &envoy{pod: "there"}
	close(failed)
	a := &approach{begun: map[types.UID]chan *envoy{"there": there, "failed": failed, "late": late}, listed: make(chan struct{})}
	close(a.listed)
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
	var none *approach
	if e := none.take(t.Context(), "there"); e != nil {
		t.Errorf("without an approach: %v", e)
	}
	unlisted := &approach{listed: make(chan struct{})}
	if e := unlisted.take(soon, "there"); e != nil {
		t.Errorf("before pods are listed: %v", e)
	}
}
