package plan_test

import (
	"testing"

	"k8s.io/utils/ptr"
	"pgregory.net/rapid"

	"github.com/kubectl-rio/kubectl-rio/pkg/plan"
	"github.com/kubectl-rio/kubectl-rio/pkg/rio"
	"github.com/kubectl-rio/kubectl-rio/test/gen"
)

func TestAbort(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := gen.Routed().Draw(t, "service")
		next, err := plan.Abort(s)
		if err != nil {
			t.Fatal(err)
		}
		for _, r := range next.Revisions {
			if want := map[bool]int{true: 100, false: 0}[r.Name == rio.Latest]; r.Weight != want {
				t.Fatalf("%q has %d%%, want %d%%", r.Name, r.Weight, want)
			}
		}
		if n := len(plan.Diff(worldOf(s).objects(), next)); n > 1 {
			t.Fatalf("%d writes, want one", n)
		}
	})
}

// A canary that is changed gives up its share first, so that nobody meets a pod which is not
// up yet, and gets it back at the end.
func TestARevisionIsChangedWithoutTraffic(t *testing.T) {
	for sentence, tc := range map[string]struct {
		weight int
		want   []string
	}{
		"and stays without": {0, []string{"update VirtualService/foobar", "update Deployment/foobar-v2"}},
		"and gets it back":  {30, []string{"update VirtualService/foobar", "update Deployment/foobar-v2", "update VirtualService/foobar"}},
	} {
		t.Run(sentence, func(t *testing.T) {
			s := foobar()
			s.Revisions[0].Weight, s.Revisions[1].Weight = 70, 30
			w := worldOf(s)
			next, err := plan.Stage(w.load(s.Ref()), "v2", sized(of("httpd:new"), 0, tc.weight))
			if err != nil {
				t.Fatal(err)
			}
			s.Revisions[1].Replicas = ptr.To[int32](1)
			changes := plan.Diff(w.objects(), next)
			var order []string
			for _, c := range changes {
				order = append(order, describe(plan.ChangeSet{c})...)
			}
			if len(order) != len(tc.want) {
				t.Fatalf("got %q, want %q", order, tc.want)
			}
			for i := range order {
				if order[i] != tc.want[i] {
					t.Errorf("got %q, want %q", order, tc.want)
				}
			}
			w.apply(t, changes)
			same(t, "changed", next, w.load(s.Ref()))
		})
	}
}
