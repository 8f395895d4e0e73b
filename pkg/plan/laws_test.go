package plan_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/kubectl-rio/kubectl-rio/pkg/manifest"
	"github.com/kubectl-rio/kubectl-rio/pkg/plan"
	"github.com/kubectl-rio/kubectl-rio/pkg/rio"
	"github.com/kubectl-rio/kubectl-rio/test/gen"
)

// intent is one call of a verb, with all it was told.
type intent struct {
	name string
	verb func(rio.Service) (rio.Service, error)
	gone string // the revision that the verb takes away
}

// anyIntent is a call that is right for the service.
func anyIntent(t *rapid.T, s rio.Service) intent {
	r := of("caddy")
	r.Command = rapid.SliceOfN(rapid.StringMatching(`[a-z]`), 0, 2).Draw(t, "args")
	replicas, weight := rapid.IntRange(0, 3).Draw(t, "replicas"), 0
	if latest, _ := s.Latest(); s.Routed() {
		weight = rapid.IntRange(0, latest.Weight).Draw(t, "weight")
	}
	scaled := s.Revisions[rapid.IntRange(0, len(s.Revisions)-1).Draw(t, "scaled")].Name
	intents := []intent{
		{"stage", func(s rio.Service) (rio.Service, error) { return plan.Stage(s, "next", sized(r, replicas, weight)) }, ""},
		{"scale", func(s rio.Service) (rio.Service, error) { return plan.Scale(s, scaled, rio.Scale{Min: 7, Max: 7}) }, ""},
	}
	if len(s.Revisions) > 1 {
		revision := gen.StagedName(t, s)
		remove := func(s rio.Service) (rio.Service, error) { return plan.Remove(s, revision, true) }
		intents = append(intents, intent{"rm --force", remove, revision})
	}
	if s.Routed() && len(s.Revisions) > 1 {
		want := gen.Weights(t, s)
		intents = append(intents, intent{"weight", func(s rio.Service) (rio.Service, error) { return plan.Weight(s, want) }, ""})
	}
	return rapid.SampledFrom(intents).Draw(t, "verb")
}

func TestVerbsKeepTheSumAndTheirInput(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := gen.Service().Draw(t, "service")
		call := anyIntent(t, s)
		untouched := s.Clone()
		next, err := call.verb(s)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(untouched, s); diff != "" {
			t.Fatalf("%s changed its input: %s", call.name, diff)
		}
		sum := 0
		for _, r := range next.Revisions {
			if r.Weight < 0 {
				t.Fatalf("%s gives %q %d%%", call.name, r.Name, r.Weight)
			}
			sum += r.Weight
		}
		if sum != 100 {
			t.Fatalf("after %s the weights sum to %d", call.name, sum)
		}
	})
}

// I7: a command that was killed after any of its writes ends as if undisturbed when it
// is given again.
func TestKilledVerbsCanBeRepeated(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := gen.Service().Draw(t, "service")
		w := worldOf(s)
		call := anyIntent(t, w.load(s.Ref()))
		want, err := call.verb(w.load(s.Ref()))
		if err != nil {
			t.Fatal(err)
		}
		for _, left := range some(t, w.apply(t, plan.Diff(w.objects(), want))) {
			found := left.load(s.Ref())
			if _, there := found.Revision(call.gone); call.gone != "" && !there {
				continue // done already: the second call says that there is no such revision
			}
			again, err := call.verb(found)
			if err != nil {
				t.Fatalf("%s again: %v", call.name, err)
			}
			left.apply(t, plan.Diff(left.objects(), again))
			same(t, call.name+" again", want, left.load(s.Ref()))
		}
	})
}

func TestRunIsFinishedByRunning(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := gen.Service().Draw(t, "service")
		for _, left := range some(t, (world{}).apply(t, plan.Diff(nil, s))) {
			changes := plan.Diff(left.objects(), s)
			if !changes.OnlyCreates() {
				t.Fatalf("more than what is missing is written: %v", describe(changes))
			}
			left.apply(t, changes)
			same(t, "finished", s, left.load(s.Ref()))
		}
	})
}

func TestRemoveAllLeavesNothing(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := gen.Service().Draw(t, "service")
		w := worldOf(s)
		none, err := plan.Remove(w.load(s.Ref()), "", false)
		if err != nil {
			t.Fatal(err)
		}
		for _, left := range some(t, w.apply(t, plan.Diff(w.objects(), none))) {
			if s := left.load(s.Ref()); s.Exists() {
				again, err := plan.Remove(s, "", false)
				if err != nil {
					t.Fatal(err)
				}
				left.apply(t, plan.Diff(left.objects(), again))
			}
			if len(left) > 0 {
				t.Fatalf("left over: %v", left)
			}
		}
	})
}

// Whatever changes into whatever: no write breaks a route, and the end is what was wanted.
// A removal is known to whoever weights, from before its first deletion to after its last,
// and stopped anywhere it is finished by asking again.
func TestRemovalIsNotedWhileItIsOn(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := gen.Staged().Draw(t, "service")
		name := gen.StagedName(t, s)
		want, err := plan.Remove(s, name, true)
		if err != nil {
			t.Fatal(err)
		}
		stop := rapid.IntRange(0, 9).Draw(t, "stopped")
		w := worldOf(s)
		for begun, writes := true, 0; begun; {
			found := w.load(s.Ref())
			if _, there := found.Revision(name); !there && found.Removing == "" {
				break // it was stopped behind its last write
			}
			step, err := plan.RemoveSteps(found, name, true)
			if err != nil {
				t.Fatal(err)
			}
			for _, c := range plan.Diff(w.objects(), step.Target) {
				if writes == stop {
					break // and again, from what is there
				}
				if c.Removes() && s.Routed() && w.load(s.Ref()).Removing != name {
					t.Fatalf("%v without a note", describe(plan.ChangeSet{c}))
				}
				w.write(c)
				w.check(t)
				writes++
			}
			if writes == stop {
				stop, writes = -1, 0
				continue
			}
			if _, err := plan.Weight(w.load(s.Ref()), map[string]int{name: 1}); !step.Last && err == nil {
				t.Fatalf("traffic is led to %q, which goes", name)
			}
			begun = !step.Last
		}
		same(t, "removed", want, w.load(s.Ref()))
	})
}

func TestDiffIsSafeAnywhere(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		before := gen.Service().Draw(t, "before")
		after := gen.ServiceOf(before.Ref()).Draw(t, "after")
		w := worldOf(before)
		changes := plan.Diff(w.objects(), after)
		for _, left := range some(t, w.apply(t, changes)) {
			left.apply(t, plan.Diff(left.objects(), after))
			if rest := plan.Diff(left.objects(), after); len(rest) > 0 {
				t.Fatalf("not finished: %v", describe(rest))
			}
			same(t, "in the end", after, left.load(before.Ref()))
		}
		same(t, "undisturbed", after, w.load(before.Ref()))
	})
}

func TestDiffOfTheSameIsEmpty(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := gen.Service().Draw(t, "service")
		if changes := plan.Diff(manifest.Render(s), s); len(changes) > 0 {
			t.Fatalf("%v", describe(changes))
		}
		if !s.Routed() || len(s.Revisions) < 2 {
			return
		}
		want := gen.Weights(t, s)
		once, err := plan.Weight(s, want)
		if err != nil {
			t.Fatal(err)
		}
		twice, err := plan.Weight(once, want)
		if err != nil {
			t.Fatal(err)
		}
		same(t, "weight twice", once, twice)
		for _, c := range plan.Diff(manifest.Render(s), once) {
			if manifest.Weights(c.Object()) == nil || c.Op != plan.Update {
				t.Fatalf("weight writes more than the main route: %v", describe(plan.ChangeSet{c}))
			}
		}
	})
}
