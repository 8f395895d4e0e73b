package cluster

import (
	"os/exec"
	"slices"
	"strings"
	"testing"

	istio "istio.io/client-go/pkg/apis/networking/v1"

	"github.com/kubectl-rio/kubectl-rio/pkg/manifest"
	"github.com/kubectl-rio/kubectl-rio/pkg/rio"
	"github.com/kubectl-rio/kubectl-rio/test/cluster/lab"
	"github.com/kubectl-rio/kubectl-rio/test/invariant"
)

// history is the routes of a service as they are stored, one object after the other.
func history(namespace string, change func(*istio.VirtualService, *istio.DestinationRule)) []invariant.Event {
	s := rio.Service{Namespace: namespace, Name: "foobar", Domain: "example.com", Gateway: "rio-system/rio-gateway", Ports: []rio.Port{{Number: 80, Protocol: "http", Publish: true}}}
	s.Put(rio.Revision{Name: rio.Latest, Weight: 100, Foreign: true})
	var vs *istio.VirtualService
	var dr *istio.DestinationRule
	for _, o := range manifest.Render(s) {
		switch o := o.(type) {
		case *istio.VirtualService:
			vs = o
		case *istio.DestinationRule:
			dr = o
		}
	}
	change(vs, dr)
	return []invariant.Event{{Revision: 1, Object: dr}, {Revision: 2, Object: vs}}
}

// That Istio's own tools find nothing in any story is worth something only if they would.
func TestIstioctlFindsWhatIsWrong(t *testing.T) {
	if _, err := exec.LookPath("istioctl"); err != nil && !lab.Sandbox() {
		t.Log("no istioctl on PATH: what stories write is judged by Istio's webhook only")
		return
	}
	for sentence, tc := range map[string]struct {
		change func(*istio.VirtualService, *istio.DestinationRule)
		want   []string
	}{
		"nothing is":               {func(*istio.VirtualService, *istio.DestinationRule) {}, nil},
		"a subset that is not":     {func(_ *istio.VirtualService, dr *istio.DestinationRule) { dr.Spec.Subsets[0].Name = "v2" }, []string{"at version 2: Error [IST0101] (VirtualService a/foobar -:"}},
		"a host that has its port": {func(vs *istio.VirtualService, _ *istio.DestinationRule) { vs.Spec.Hosts[0] = "foobar:80" }, []string{`* VirtualService/a/foobar: domain name "foobar:80" invalid`, "at version 2: Error [IST0106] (VirtualService a/foobar -:"}},
	} {
		t.Run(sentence, func(t *testing.T) {
			problems, err := lab.Istioctl(t.Context(), lab.Kubectl{}, history("a", tc.change))
			if err != nil || !slices.EqualFunc(problems, tc.want, strings.HasPrefix) {
				t.Errorf("got %q, %v, want %q", problems, err, tc.want)
			}
		})
	}
	t.Run("one state between others", func(t *testing.T) {
		events := history("a", func(*istio.VirtualService, *istio.DestinationRule) {})
		for i, wrong := range history("a", func(_ *istio.VirtualService, dr *istio.DestinationRule) { dr.Spec.Subsets[0].Name = "v2" }) {
			events = append(events, invariant.Event{Revision: uint64(i + 3), Object: wrong.Object, Deleted: i == 1}) // its rule, and then no route
		}
		want := []string{"at version 3: Error [IST0101] (VirtualService a/foobar -:"}
		if problems, err := lab.Istioctl(t.Context(), lab.Kubectl{}, events); err != nil || !slices.EqualFunc(problems, want, strings.HasPrefix) {
			t.Errorf("got %q, %v, want %q", problems, err, want)
		}
	})
}
