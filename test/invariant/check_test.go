package invariant_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	networking "istio.io/api/networking/v1"
	istio "istio.io/client-go/pkg/apis/networking/v1"

	"github.com/kubectl-rio/kubectl-rio/pkg/manifest"
	"github.com/kubectl-rio/kubectl-rio/pkg/plan"
	"github.com/kubectl-rio/kubectl-rio/pkg/rio"
	"github.com/kubectl-rio/kubectl-rio/test/invariant"
)

// check gives what a history that goes on from begin violates, without versions.
func check(goesOn func(*history)) []string {
	h := begin()
	goesOn(h)
	return texts(*h)
}

func texts(h history) []string {
	var texts []string
	for _, v := range invariant.Check(h) {
		texts = append(texts, v.Invariant+" "+v.Text)
	}
	return texts
}

// The order in which kubectl rio writes must hold, from any split to any other and to nothing.
func TestWriteOrderHolds(t *testing.T) {
	h, stored := begin(), foobar(0)
	become := func(next rio.Service) {
		for _, c := range plan.Diff(manifest.Render(stored), next) {
			if c.Op == plan.Delete {
				h.remove(c.Object())
			} else {
				h.store(c.Object())
			}
		}
		stored = next
	}
	for _, weight := range []int{30, 100, 0, 1} {
		become(foobar(weight))
	}
	v3 := foobar(0)
	v3.Revisions[1].Name = "v3"
	become(v3) // v2 goes and v3 comes in one change
	become(rio.Service{Namespace: "default", Name: "foobar"})
	if got := texts(*h); got != nil {
		t.Errorf("violations: %q", got)
	}
	if len(*h) < 25 {
		t.Errorf("only %d versions were stored", len(*h))
	}

	// Each kind is watched by itself, so events come kind by kind.
	slices.SortStableFunc(*h, func(a, b invariant.Event) int {
		return strings.Compare(manifest.Kind(a.Object), manifest.Kind(b.Object))
	})
	if got := texts(*h); got != nil {
		t.Errorf("violations, kind by kind: %q", got)
	}

	// The same written in another order is seen.
	for i := range *h {
		(*h)[i].Revision = uint64(i + 1)
	}
	if got := texts(*h); got == nil {
		t.Error("another order violates nothing")
	}
}

func TestRecordingBeginsInTheMiddle(t *testing.T) {
	late := rule()
	events := history{
		{Revision: 7, Initial: true, Object: split(30)}, // named v2 when the rule had an earlier version
		{Revision: 9, Initial: true, Object: late},
		{Revision: 8, Initial: true, Object: service("foobar")},
		{Revision: 12, Object: split(30, func(vs *istio.VirtualService) { vs.Spec.Tcp[0].Route[0].Weight = 1 })},
		{Revision: 11, Deleted: true, Object: pod("foobar-a", "latest")}, // of which no version is known
	}
	want := []string{`I1 at version 12: virtualservice "default/foobar": weights of tcp[0] sum to 31%, want 100% (latest=1%, v2=30%)`}
	if diff := cmp.Diff(want, lines(invariant.Check(events))); diff != "" {
		t.Errorf("violations (-want +got):\n%s", diff)
	}

	events[0].Object = split(30, func(vs *istio.VirtualService) {
		vs.Spec.Tls = []*networking.TLSRoute{{Route: []*networking.RouteDestination{{Destination: to("v3", 0).Destination, Weight: 5}}}}
	})
	want = []string{
		`I1 at version 7: virtualservice "default/foobar": weights of tls[0] sum to 5%, want 100% (v3=5%)`,
		`I2 at version 7: virtualservice "default/foobar" names subset "v3" of host "foobar", which no destinationrule has yet; it must be stored before`,
		want[0],
	}
	if diff := cmp.Diff(want, lines(invariant.Check(events))); diff != "" {
		t.Errorf("violations (-want +got):\n%s", diff)
	}
}

func lines(violations []invariant.Violation) []string {
	var lines []string
	for _, v := range violations {
		lines = append(lines, fmt.Sprint(v))
	}
	return lines
}
