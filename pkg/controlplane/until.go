package controlplane

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/kubectl-rio/kubectl-rio/pkg/cluster"
)

// until looks again and again at what stands in the way, until nothing does. A look that
// fails is repeated where the next may succeed. The last thing that stood in the way is in
// the error when the time is up, and why nothing was seen since.
func (p *plane) until(ctx context.Context, update func(string), blocker func() (string, error)) error {
	start, last := time.Now(), ""
	var failed error // the last look
	for {
		text, err := blocker()
		if err != nil && ctx.Err() == nil && !cluster.IsPassing(err) {
			return err
		}
		if err == nil && text == "" {
			return nil
		}
		if ctx.Err() == nil {
			failed = err
		}
		if last == "" || ctx.Err() == nil && err == nil { // a look that failed, or that the time limit cut off, saw less
			last = text
		}
		short, _, _ := strings.Cut(cmp.Or(last, "an answer"), "\n")
		update("waiting for " + short)
		select {
		case <-ctx.Done():
			if errors.Is(ctx.Err(), context.Canceled) {
				return ctx.Err()
			}
			last = cmp.Or(last, "an answer")
			if failed != nil {
				last += fmt.Sprintf("\nthe last look failed: %v", failed)
			}
			return cluster.NotReady("after %s still waiting for %s", time.Since(start).Round(time.Second), last)
		case <-time.After(p.Poll):
		}
	}
}
