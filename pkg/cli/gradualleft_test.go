package cli

import (
	"fmt"
	"net/http/httptest"
	"strings"
	"testing"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// A route of another stack that one may not write holds no gradual release, and keeps no gate from
// taking it back. It is named at once and, as the error, at the end.
func TestAGradualReleaseThatARouteDoesNotFollow(t *testing.T) {
	cases := map[string]struct {
		failed int // of a hundred requests
		errs   []string
		left   string
	}{
		"step": {0, nil, "v2 100"},
		"gate": {50, []string{`gate "errors>1%" stopped the release of "gate:v2"; it stays staged at 0%`}, "latest 100"},
	}
	s := newStore()
	server := httptest.NewServer(s)
	defer server.Close()
	commands := map[string]string{}
	for name, c := range cases {
		commands[name] = underWay(t, s, server.URL, name, answering(name, c.failed), "route add "+name+".front to shop/"+name)
		s.faults["PATCH /apis/networking.istio.io/v1/namespaces/front/virtualservices/"+name] = failure(403, metav1.StatusReasonForbidden, "no")
	}
	useCluster(t, server.URL)
	playAll(t, commands, func(name string, got screen) {
		c := cases[name]
		said := fmt.Sprintf("the routes of \"front/%s\" lead on where they led: ", name)
		errs := append(c.errs, said)
		for i, line := range strings.Split(got.Err, "error: ")[1:] {
			if i >= len(errs) || !strings.HasPrefix(line, errs[i]) {
				t.Errorf("%s: error %d is %s", name, i, line)
			}
		}
		if got.Code != exitError || strings.Count(got.Err, "error: ") != len(errs) || strings.Count(got.Err, said) < 2 {
			t.Errorf("%s: exit code %d: %s", name, got.Code, got.Err)
		}
	})
	for name, c := range cases {
		if split := splitOf(s, "shop", name); split != c.left {
			t.Errorf("%s leads to %s, want %s", name, split, c.left)
		}
	}
}
