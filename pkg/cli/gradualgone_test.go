package cli

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// Somebody deletes the workload of a revision while its release is under way: its share leads nowhere, so
// latest gets it, whether a gate sees that or not.
func TestAGradualReleaseWhoseRevisionIsDeleted(t *testing.T) {
	const ends = `error: revision "v2" of "%s" was deleted with 50%% of the traffic, so this release of it ends here; `
	cases := map[string]struct {
		failed int // of a hundred requests
		fault  bool
		want   string
		left   string
	}{
		"gate":   {50, false, "latest has got that\n", "latest 100"},
		"onward": {0, false, "latest has got that\n", "latest 100"},
		"denied": {50, true, "give that to latest: kubectl rio abort -n shop denied; this failed: ", "latest 50, v2 50"},
	}
	s := newStore()
	server := httptest.NewServer(s)
	defer server.Close()
	commands := map[string]string{}
	for name, c := range cases {
		judged := answering(name, c.failed)
		begun := false
		commands[name] = underWay(t, s, server.URL, name, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			s.mu.Lock()
			if begun {
				delete(s.objects, "/apis/apps/v1/namespaces/shop/deployments/"+name+"-v2")
			}
			s.mu.Unlock()
			judged(w, r)
		}))
		begun = true
		if c.fault {
			s.faults["PATCH /apis/networking.istio.io/v1/namespaces/shop/virtualservices/"+name] = failure(403, metav1.StatusReasonForbidden, "no")
		}
	}
	useCluster(t, server.URL)
	playAll(t, commands, func(name string, got screen) {
		c := cases[name]
		if want := fmt.Sprintf(ends, name) + c.want; got.Code != exitConflict || !strings.Contains(got.Err, want) {
			t.Errorf("%s: exit code %d, and %q is not in: %s", name, got.Code, want, got.Err)
		}
	})
	for name, c := range cases {
		if split := splitOf(s, "shop", name); split != c.left {
			t.Errorf("%s leads to %s, want %s", name, split, c.left)
		}
	}
}
