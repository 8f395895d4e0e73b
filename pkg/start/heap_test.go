package start

import (
	"runtime"
	"runtime/debug"
	"runtime/metrics"
	"testing"
	"time"
)

// percent is the one that holds.
func percent() int {
	sample := []metrics.Sample{{Name: "/gc/gogc:percent"}}
	metrics.Read(sample)
	return int(sample[0].Value.Uint64())
}

func TestTheEnvironmentSaysHowOften(t *testing.T) {
	defer debug.SetGCPercent(debug.SetGCPercent(50))
	if collectLater() || percent() != 50 {
		t.Errorf("it is %d%%, want 50%%", percent())
	}
}

func TestOnlyTheFirstCollectionIsLate(t *testing.T) {
	defer debug.SetGCPercent(debug.SetGCPercent(usualPercent))
	if !collectLater() || percent() != firstPercent {
		t.Fatalf("it is %d%%, want %d%%", percent(), firstPercent)
	}
	for end := time.Now().Add(10 * time.Second); percent() != usualPercent; time.Sleep(time.Millisecond) {
		if runtime.GC(); time.Now().After(end) {
			t.Fatalf("after a collection it is %d%%, want %d%%", percent(), usualPercent)
		}
	}
}
