package cli

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/kubectl-rio/kubectl-rio/pkg/cluster"
)

// sideBySide is how many services of a stack are brought up at the same time.
const sideBySide = 8

// errSkipped marks what was not done because something before it failed.
var errSkipped = errors.New("skipped")

// inOrder does one job for each name, side by side, each when all that it depends on are
// done. One that fails stops none but those that depend on it. The errors are in the order
// of the names.
func inOrder(names []string, dependsOn func(string) []string, job func(string) error) error {
	done := map[string]chan struct{}{}
	results := make([]error, len(names))
	place := map[string]int{}
	for i, name := range names {
		done[name], place[name] = make(chan struct{}), i
	}
	slots := make(chan struct{}, sideBySide)
	for i, name := range names {
		go func() {
			defer close(done[name])
			var broken, stopped []string
			for _, other := range dependsOn(name) {
				if c, ok := done[other]; ok {
					switch <-c; {
					case errors.Is(results[place[other]], context.Canceled):
						stopped = append(stopped, fmt.Sprintf("%q", other))
					case results[place[other]] != nil:
						broken = append(broken, fmt.Sprintf("%q", other))
					}
				}
			}
			if len(broken) > 0 {
				results[i] = cluster.Mark(fmt.Errorf("service %q is left as it is: it depends on %s, which failed", name, strings.Join(broken, ", ")), errSkipped)
				return
			}
			if len(stopped) > 0 {
				err := fmt.Errorf("service %q is left as it is: it depends on %s, which was interrupted; the same command goes on", name, strings.Join(stopped, ", "))
				results[i] = cluster.Mark(err, errSkipped, context.Canceled, errStopped)
				return
			}
			slots <- struct{}{}
			results[i] = job(name)
			<-slots
		}()
	}
	for _, c := range done {
		<-c
	}
	return errors.Join(results...)
}
