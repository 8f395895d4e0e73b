package plan_test

import (
	"maps"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"k8s.io/utils/ptr"
	"pgregory.net/rapid"

	"github.com/kubectl-rio/kubectl-rio/pkg/plan"
	"github.com/kubectl-rio/kubectl-rio/pkg/rio"
	"github.com/kubectl-rio/kubectl-rio/test/gen"
)

// finish promotes to the end, checks what must be true of every step, and gives the
// numbers of the steps. Before each step it calls stop with the change that comes.
func finish(t failer, w world, ref rio.Ref, replicas *int32, stop func(world, plan.ChangeSet)) []int {
	t.Helper()
	var numbers []int
	for len(numbers) < 8 {
		s := w.load(ref)
		step, err := plan.Promote(s, ref.Revision, replicas, nil)
		if err != nil {
			t.Fatalf("after steps %v: %v", numbers, err)
		}
		if n := len(numbers); n > 0 && (step.Number < numbers[n-1] || (step.Number == numbers[n-1] && step.Number != plan.PromotionSteps)) {
			t.Fatalf("step %d, %q, comes after %v", step.Number, step.Title, numbers)
		}
		numbers = append(numbers, step.Number)
		changes := plan.Diff(w.objects(), step.Target)
		if stop != nil {
			stop(w, changes)
		}
		w.apply(t, changes)
		if step.Last {
			return numbers
		}
	}
	t.Fatalf("no end after steps %v", numbers)
	return nil
}

func TestPromote(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := gen.Staged().Filter(gen.Served).Draw(t, "service")
		ref := s.Ref().Of(gen.StagedName(t, s))
		var replicas *int32
		if latest, _ := s.Latest(); latest.Autoscale == nil && latest.Replicas != nil && rapid.Bool().Draw(t, "with --scale") {
			replicas = new(rapid.Int32Range(1, 9).Draw(t, "scale"))
		}
		before := worldOf(s).load(s.Ref())
		var killed []world
		w := worldOf(s)
		finish(t, w, ref, replicas, func(w world, changes plan.ChangeSet) {
			killed = append(killed, maps.Clone(w).apply(t, changes)...)
		})
		after := w.load(s.Ref())
		wantPromoted(t, before, after, ref.Revision, replicas)
		for _, left := range some(t, killed) {
			if _, there := left.load(s.Ref()).Revision(ref.Revision); !there && left.load(s.Ref()).Promoting == "" {
				continue // done already: the second call says that there is no such revision
			}
			finish(t, left, ref, replicas, nil)
			same(t, "killed and promoted again", after, left.load(s.Ref()))
		}
	})
}

func wantPromoted(t failer, before, after rio.Service, revision string, replicas *int32) {
	t.Helper()
	oldLatest, _ := before.Latest()
	rev, _ := before.Revision(revision)
	want := before.Clone()
	latest, _ := want.Latest()
	latest.Weight += rev.Weight
	latest.Template = rev.Template
	latest.Settings = rev.Settings
	switch {
	case latest.Replicas == nil: // an autoscaler's to set
	case replicas != nil:
		latest.Replicas = replicas
	default:
		latest.Replicas = new(max(oldLatest.Observed.Replicas, rev.Observed.Replicas))
	}
	want.Drop(revision)
	if want.Routed() {
		want.Undone = rio.Undone{} // that was of another promotion
	}
	if !slices.ContainsFunc(want.Revisions[1:], func(r rio.Revision) bool { return r.Weight > 0 }) {
		want.Sticky = "" // there is nothing left to stay on
	}
	same(t, "promoted", want, after)
}

func TestPromoteSteps(t *testing.T) {
	base := func() rio.Service {
		s := foobar()
		s.Put(rio.Revision{Name: "v3", Kind: "Deployment", Replicas: ptr.To[int32](1), Weight: 20, Template: s.Revisions[0].Template})
		s.Revisions[0].Weight = 50
		return s
	}
	for sentence, tc := range map[string]struct {
		change   func(*rio.Service)
		replicas *int32
		want     []int
		latest   int32
	}{
		"the revision is smaller than latest":          {func(*rio.Service) {}, nil, []int{0, 1, 2, 3, 5, 5}, 3},
		"it is as large":                               {func(s *rio.Service) { s.Revisions[1].Replicas = ptr.To[int32](3) }, nil, []int{1, 2, 3, 5, 5}, 3},
		"it is larger":                                 {func(s *rio.Service) { s.Revisions[1].Replicas = ptr.To[int32](6) }, nil, []int{1, 2, 3, 5, 5}, 6},
		"it is what latest is already":                 {func(s *rio.Service) { s.Revisions[1] = likeLatest(*s, 1) }, nil, []int{1, 3, 5, 5}, 3},
		"it is what latest is, but for the size asked": {func(s *rio.Service) { s.Revisions[1] = likeLatest(*s, 1) }, ptr.To[int32](2), []int{1, 2, 3, 5, 5}, 2},
		"latest ends with the size that was asked for": {func(*rio.Service) {}, ptr.To[int32](5), []int{0, 1, 2, 3, 5, 5}, 5},
		"nothing routes to it, so no traffic is moved": {func(s *rio.Service) { s.Ports, s.Gateway, s.Domain = nil, "", "" }, nil, []int{2, 5}, 3},
	} {
		t.Run(sentence, func(t *testing.T) {
			s := base()
			tc.change(&s)
			if !s.Routed() {
				for i := range s.Revisions {
					s.Revisions[i].Weight = 0
				}
				s.Revisions[0].Weight = 100
			}
			w := worldOf(s)
			steps := finish(t, w, s.Ref().Of("v2"), tc.replicas, nil)
			if diff := cmp.Diff(tc.want, steps); diff != "" {
				t.Error(diff)
			}
			if latest, _ := w.load(s.Ref()).Latest(); *latest.Replicas != tc.latest {
				t.Errorf("latest has %d pods, want %d", *latest.Replicas, tc.latest)
			}
		})
	}
}

// likeLatest is the service's revision i with latest's pod and size.
func likeLatest(s rio.Service, i int) rio.Revision {
	r := s.Revisions[i]
	r.Template, r.Replicas = s.Revisions[0].Template, s.Revisions[0].Replicas
	return r
}

func TestPromoteTitles(t *testing.T) {
	s := foobar()
	w := worldOf(s)
	var titles []string
	for {
		step, err := plan.Promote(w.load(s.Ref()), "v2", nil, nil)
		if err != nil {
			t.Fatal(err)
		}
		titles = append(titles, step.Title)
		w.apply(t, plan.Diff(w.objects(), step.Target))
		if step.Last {
			break
		}
	}
	want := []string{"scale v2 to 3", "traffic to v2", "latest -> httpd", "traffic to latest", "remove v2", "remove v2"}
	if diff := cmp.Diff(want, titles, cmpopts.EquateEmpty()); diff != "" {
		t.Error(diff)
	}
}

// What other tools wrote to the revision's pod, a sidecar of a scanner say, is promoted
// with it; what names the revision is not.
func TestPromoteTakesThePodAsItRuns(t *testing.T) {
	s := worldOf(foobar()).load(foobar().Ref())
	s.Promoting = "v2"
	s.Revisions[0].Weight, s.Revisions[1].Weight = 0, 100
	v2, _ := s.Revision("v2")
	v2.Observed.Template.Labels["by-hand"] = "yes"
	v2.Observed.Template.Spec.Containers = append(v2.Observed.Template.Spec.Containers, container("scanner"))
	step, err := plan.Promote(s, "v2", nil, nil)
	if err != nil {
		t.Fatal(err)
	}
	latest, _ := step.Target.Latest()
	if diff := cmp.Diff(map[string]string{"by-hand": "yes", rio.LabelInject: "true"}, latest.Template.Labels); diff != "" {
		t.Error(diff)
	}
	if n := len(latest.Template.Spec.Containers); step.Number != 2 || n != 2 {
		t.Errorf("step %d with %d containers, want step 2 with the scanner", step.Number, n)
	}
}
