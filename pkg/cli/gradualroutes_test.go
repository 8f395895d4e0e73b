package cli

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// A route follows a gradual release, and somebody is faster at it once: the step that has written its
// share already is not somebody else's.
func TestAGradualReleaseThatLosesARace(t *testing.T) {
	cases := map[string]struct {
		failed int // of a hundred requests
		code   int
		said   string
		left   string
	}{
		"step": {0, 0, "latest 50% -> 0%, v2 50% -> 100%", "v2 100"},
		"gate": {50, exitError, "aborted at 50%: v2 errors 50.0% > 1%", "latest 100"},
	}
	s := newStore()
	var lost sync.Map // routes of which the first write met a newer version
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method == http.MethodPatch && strings.Contains(r.URL.Path, "/virtualservices/www-") {
			if _, before := lost.LoadOrStore(r.URL.Path, true); !before {
				answer(w, http.StatusConflict, failure(409, metav1.StatusReasonConflict, "the object has been modified"))
				return
			}
		}
		s.ServeHTTP(w, r)
	}))
	defer server.Close()
	commands := map[string]string{}
	for name, c := range cases {
		commands[name] = underWay(t, s, server.URL, name, answering(name, c.failed), "route add www-"+name+" to "+name)
	}
	useCluster(t, server.URL)
	playAll(t, commands, func(name string, got screen) {
		c := cases[name]
		if got.Code != c.code || !strings.Contains(got.Err, c.said) {
			t.Errorf("%s: exit code %d, want %d and %q: %s", name, got.Code, c.code, c.said, got.Err)
		}
	})
	for name, c := range cases {
		for _, route := range []string{name, "www-" + name} {
			if split := splitOf(s, "shop", route); split != c.left {
				t.Errorf("%s leads to %s, want %s", route, split, c.left)
			}
		}
	}
}
