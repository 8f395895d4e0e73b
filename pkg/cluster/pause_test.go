package cluster

import (
	"context"
	"errors"
	"testing"
	"time"
)

// A wait that the time does not suffice for says what was waited for, in the words of the others.
func TestAWaitForTheProxiesThatIsTooLong(t *testing.T) {
	ctx, cancel := context.WithTimeout(t.Context(), time.Millisecond)
	defer cancel()
	const want = "the wait of 3s for the proxies is not over in time"
	if err := pause(ctx, 3*time.Second); !errors.Is(err, ErrNotReady) || err.Error() != want {
		t.Errorf("got  %v\nwant %s", err, want)
	}
}
