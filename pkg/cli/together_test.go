package cli

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestInOrder(t *testing.T) {
	depends := map[string][]string{"web": {"api", "cache"}, "api": {"db"}, "worker": {"db"}, "lone": {"elsewhere"}}
	names := []string{"web", "api", "cache", "db", "worker", "lone"}
	for broken, want := range map[string]string{
		"":     "<nil>",
		"lone": `lone is broken`,
		"api":  `service "web" is left as it is: it depends on "api", which failed` + "\n" + `api is broken`,
		"db": `service "web" is left as it is: it depends on "api", which failed` + "\n" + `service "api" is left as it is: it depends on "db", which failed` + "\n" +
			`db is broken` + "\n" + `service "worker" is left as it is: it depends on "db", which failed`,
	} {
		t.Run("broken "+broken, func(t *testing.T) {
			var mu sync.Mutex
			var did []string
			err := inOrder(names, func(name string) []string { return depends[name] }, func(name string) error {
				mu.Lock()
				defer mu.Unlock()
				did = append(did, name)
				if name == broken {
					return fmt.Errorf("%s is broken", name)
				}
				return nil
			})
			if diff := cmp.Diff(want, fmt.Sprint(err)); diff != "" {
				t.Error(diff)
			}
			if left := strings.Count(want, "left as it is"); len(did) != len(names)-left || errors.Is(err, errSkipped) != (left > 0) {
				t.Errorf("done are %v of %v", did, names)
			}
			for name, before := range depends {
				for _, other := range before {
					if i := slices.Index(did, name); i >= 0 && slices.Contains(names, other) && slices.Index(did, other) > i {
						t.Errorf("%s was done before %s: %v", name, other, did)
					}
				}
			}
		})
	}
}

// One that was interrupted did not fail, nor did those that wait for it.
func TestInOrderInterrupted(t *testing.T) {
	depends := map[string][]string{"api": {"db"}, "web": {"api"}}
	err := inOrder([]string{"db", "api", "web"}, func(name string) []string { return depends[name] }, func(string) error {
		return fmt.Errorf("wait: %w", context.Canceled)
	})
	var b strings.Builder
	code := report(&b, err)
	want := `error: service "api" is left as it is: it depends on "db", which was interrupted; the same command goes on` + "\n" +
		`error: service "web" is left as it is: it depends on "api", which was interrupted; the same command goes on` + "\n"
	if diff := cmp.Diff(want, b.String()); diff != "" || code != exitInterrupted {
		t.Errorf("exit code %d\n%s", code, diff)
	}
}

// More than can be done at once, in a chain: nobody may wait in a slot for somebody without.
func TestInOrderNeverStandsStill(t *testing.T) {
	var names []string
	for i := range 4 * sideBySide {
		names = append(names, fmt.Sprintf("s%02d", i))
	}
	slices.Reverse(names)
	err := inOrder(names, func(name string) []string {
		i := slices.Index(names, name)
		return names[i+1:]
	}, func(string) error { return nil })
	if err != nil {
		t.Error(err)
	}
}
