package plan_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"strings"
	"testing"
	"time"

	appsv1 "k8s.io/api/apps/v1"
	"k8s.io/apimachinery/pkg/api/equality"
	"pgregory.net/rapid"

	"github.com/kubectl-rio/kubectl-rio/pkg/manifest"
	"github.com/kubectl-rio/kubectl-rio/pkg/plan"
	"github.com/kubectl-rio/kubectl-rio/pkg/rio"
	"github.com/kubectl-rio/kubectl-rio/test/gen"
)

// memory is what a Deployment controller remembers of latest: each template once, the
// newest first, numbered anew when it comes back.
type memory struct {
	releases []rio.Release
	last     int
}

func (m *memory) look(w world, ref rio.Ref) []rio.Release {
	d, ok := w["Deployment/"+ref.Service].(*appsv1.Deployment)
	if !ok {
		return nil
	}
	raw, err := json.Marshal(d.Spec.Template)
	if err != nil {
		return nil
	}
	if hash := string(raw); len(m.releases) == 0 || m.releases[0].Hash != hash {
		m.last++
		found := rio.Release{Number: m.last, Hash: hash, Template: *d.Spec.Template.DeepCopy(), Current: true, Rights: manifest.RightsOf(d.Spec.Template.Annotations)}
		manifest.Unnamed(&found.Template, ref.Of(rio.Latest))
		kept := []rio.Release{found}
		for _, r := range m.releases {
			if r.Current = false; r.Hash != hash {
				kept = append(kept, r)
			}
		}
		m.releases = kept
	}
	m.releases[0].Cause.Command = d.Annotations[rio.AnnotationCause]
	return m.releases
}

// travel takes the steps of a command to the end, or to where it is stopped: after stop writes.
func travel(t failer, w world, ref rio.Ref, m *memory, command string, stop int, next func(rio.Service, []rio.Release) (plan.Step, error)) (writes int) {
	t.Helper()
	var titles []string
	for range 12 {
		before := w.load(ref)
		history := m.look(w, ref)
		if latest, ok := before.Latest(); ok && latest.Observed != nil {
			for _, r := range history {
				latest.Observed.Past = append(latest.Observed.Past, r.Template)
			}
		}
		step, err := next(before, history)
		if err != nil {
			t.Fatalf("after %q: %v", titles, err)
		}
		titles = append(titles, step.Title)
		target := plan.Blame(before, step.Target, plan.Rolls(before, step.Target), rio.Cause{Command: command, At: time.Unix(0, 0)})
		for _, c := range plan.Diff(w.objects(), target) {
			if writes == stop {
				return writes
			}
			w.write(c)
			w.check(t)
			m.look(w, ref)
			writes++
		}
		if step.Last {
			return writes
		}
	}
	t.Fatalf("no end after %q", titles)
	return writes
}

// promoted is a world in which a staged revision was promoted to the end, and what it remembers.
func promoted(t *rapid.T) (world, *memory, rio.Ref) {
	s := gen.Staged().Filter(gen.Served).Draw(t, "service")
	ref := s.Ref().Of(gen.StagedName(t, s))
	w, m := worldOf(s), &memory{}
	travel(t, w, ref, m, "promote", toTheEnd, func(s rio.Service, h []rio.Release) (plan.Step, error) {
		return plan.Promote(s, ref.Revision, nil, h)
	})
	return w, m, ref
}

const toTheEnd = -1

func withoutCauses(s rio.Service) rio.Service {
	s = s.Clone()
	for i := range s.Revisions {
		s.Revisions[i].Cause = rio.Cause{}
	}
	return s
}

// From every point of a promotion the way back leads to where it began, also when the way
// back is stopped and begun again.
func TestPromotionsCanBeTakenBackFromAnywhere(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := gen.Routed().Filter(gen.Served).Draw(t, "service")
		ref := s.Ref().Of(gen.StagedName(t, s))
		promote := func(s rio.Service, h []rio.Release) (plan.Step, error) { return plan.Promote(s, ref.Revision, nil, h) }
		undo := func(s rio.Service, h []rio.Release) (plan.Step, error) { return plan.Undo(s, h, 0, asIs) }
		all := travel(t, worldOf(s), ref, &memory{}, "promote", toTheEnd, promote)
		w, m := worldOf(s), &memory{}
		before := w.load(ref)
		travel(t, w, ref, m, "promote", rapid.IntRange(0, all-1).Draw(t, "promotion stopped"), promote)
		if w.load(ref).Promoting == "" {
			return // not begun: there is nothing to take back
		}
		_, staged := w.load(ref).Revision(ref.Revision)
		travel(t, w, ref, m, "undo", rapid.IntRange(0, 20).Draw(t, "undo stopped"), undo)
		travel(t, w, ref, m, "undo", toTheEnd, undo)

		after, want := withoutCauses(w.load(ref)), withoutCauses(before)
		want.Undone = after.Undone
		if back := after.Undone.Revision == ref.Revision; back != staged {
			t.Fatalf("taken back %t, noted %q", staged, after.Undone.Revision)
		}
		if !staged { // all but done: it was undone, and the revision stays away
			was, _ := want.Revision(ref.Revision)
			latest, _ := want.Latest()
			latest.Weight += was.Weight
			now, _ := after.Latest() // only the pod and what it may do are remembered, not how it is replaced
			latest.Rollout = now.Rollout
			want.Drop(ref.Revision)
			want.Sticky = after.Sticky
		}
		for _, name := range []string{rio.Latest, ref.Revision} { // step 0 may have scaled; an undo keeps the size
			a, okA := after.Revision(name)
			b, okB := want.Revision(name)
			if okA && okB && (name == ref.Revision || !staged) {
				b.Replicas = a.Replicas
			}
		}
		same(t, "taken back", want, after)
	})
}

func TestUndo(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := gen.Staged().Filter(gen.Served).Draw(t, "service")
		ref := s.Ref().Of(gen.StagedName(t, s))
		old, _ := s.Latest()
		undo := func(s rio.Service, h []rio.Release) (plan.Step, error) { return plan.Undo(s, h, 0, asIs) }
		w, m := worldOf(s), &memory{}
		m.look(w, ref)
		travel(t, w, ref, m, "promote", toTheEnd, func(s rio.Service, h []rio.Release) (plan.Step, error) {
			return plan.Promote(s, ref.Revision, nil, h)
		})
		promoted := w.load(ref)
		if len(m.look(w, ref)) < 2 {
			return // the revision had latest's pod
		}
		stopped := maps.Clone(w)
		again := *m
		travel(t, w, ref, m, "undo", toTheEnd, undo)
		travel(t, stopped, ref, &again, "undo", rapid.IntRange(0, 20).Draw(t, "undo stopped"), undo)
		travel(t, stopped, ref, &again, "undo", toTheEnd, undo)

		want := withoutCauses(promoted)
		latest, _ := want.Latest()
		latest.Template, latest.Rights = old.Template, old.Rights
		same(t, "undone", want, withoutCauses(w.load(ref)))
		same(t, "undone, though stopped", want, withoutCauses(stopped.load(ref)))
		if n := travel(t, w, ref, m, "undo", toTheEnd, undo); n > 0 {
			t.Fatalf("an undo that was done is done again: %d writes", n)
		}
	})
}

// A promotion that was taken back is taken back once; what latest became since is another matter.
func TestUndoAfterAPromotionWasTakenBack(t *testing.T) {
	s := foobar()
	s.Undone = rio.Undone{Revision: "v2", Template: "b"}
	then := []rio.Release{{Number: 3, Hash: "b", Current: true, Template: s.Revisions[0].Template}, {Number: 2, Hash: "a", Template: s.Revisions[1].Template}}
	since := append([]rio.Release{{Number: 4, Hash: "c", Current: true}}, then...)
	since[1].Current = false
	for sentence, tc := range map[string]struct {
		history []rio.Release
		want    string
	}{
		"said again, it is done":            {then, ""},
		"latest was changed, and goes back": {since, "stage undo (nginx)"},
	} {
		t.Run(sentence, func(t *testing.T) {
			step, err := plan.Undo(s, tc.history, 0, asIs)
			if err != nil || step.Title != tc.want || step.Last != (tc.want == "") {
				t.Errorf("the step is %q (%v), want %q", step.Title, err, tc.want)
			}
			if staged := step.Stages == plan.UndoRevision; staged != (tc.want != "") { // or nobody says what an interruption leaves
				t.Errorf("it stages %q", step.Stages)
			}
		})
	}
}

// What an undo stages is of latest's kind, with all that the kind needs.
func TestUndoOfOtherKinds(t *testing.T) {
	history := []rio.Release{{Number: 2, Hash: "b", Current: true}, {Number: 1, Hash: "a"}}
	for kind, want := range map[string]*int32{manifest.KindStatefulSet: new(int32(3)), manifest.KindDaemonSet: nil} {
		s := foobar()
		latest, _ := s.Latest()
		latest.Kind, latest.Replicas = kind, want
		step, err := plan.Undo(s, history, 0, asIs)
		if err != nil {
			t.Fatal(err)
		}
		staged, ok := step.Target.Revision(plan.UndoRevision)
		if !ok || staged.Kind != kind || !equality.Semantic.DeepEqual(staged.Replicas, want) {
			t.Errorf("of a %s it stages %+v", kind, staged)
		}
	}
}

// Before traffic moves it is tried whether latest can have back what it had: the right to
// write its roles may be lacking.
func TestTheWayBackIsTriedBeforeItsFirstStep(t *testing.T) {
	s := foobar()
	was := *s.Revisions[0].Template.DeepCopy()
	s.Put(rio.Revision{Name: "v2", Kind: manifest.KindDeployment, Template: was, Replicas: new(int32(1))})
	latest, _ := s.Latest()
	latest.Permissions = []rio.Permission{{Role: "editor"}}
	latest.Template.Spec.Containers[0].Image = "httpd"
	s.Promoting, s.Before = "v2", &rio.Before{Template: "a"}
	history := []rio.Release{{Number: 2, Hash: "b", Current: true, Template: latest.Template}, {Number: 1, Hash: "a", Template: was}}
	step, err := plan.Undo(s, history, 0, asIs)
	if err != nil || step.Number != 1 || step.Rehearse == nil {
		t.Fatalf("%v, %+v", err, step)
	}
	if back, _ := step.Rehearse.Latest(); len(back.Permissions) > 0 || !equality.Semantic.DeepEqual(back.Template, was) {
		t.Errorf("it tries %+v", back)
	}
}

func TestUndoRefuses(t *testing.T) {
	history := []rio.Release{{Number: 3, Current: true}, {Number: 1}}
	for sentence, tc := range map[string]struct {
		change  func(*rio.Service)
		history []rio.Release
		to      int
		want    string
	}{
		"an unknown number":       {func(*rio.Service) {}, history, 2, `service "foobar" has no number 2 in its history (has 3, 1); see: kubectl rio history -n default foobar`},
		"the first template":      {func(*rio.Service) {}, history[:1], 0, `service "foobar" has only ever had this one pod template (number 3), so there is nothing to undo`},
		"no history":              {func(*rio.Service) {}, nil, 0, `service "foobar" has no history yet: the cluster's controllers have still to take up latest; try again`},
		"another tool's workload": {func(s *rio.Service) { s.Revisions[0].Foreign = true }, history, 0, `revision "latest" of "foobar" was not made by kubectl rio, which routes to it but does not rewrite it; undo it with: kubectl rollout undo -n default deployment/foobar`},
		"a service that is not":   {func(s *rio.Service) { s.Revisions = nil }, history, 0, `stack "default" has no service "foobar"; see: kubectl rio ps -n default`},
		"a staged one called undo": {func(s *rio.Service) {
			s.Put(rio.Revision{Name: "undo", Foreign: true, Template: s.Revisions[0].Template})
		}, history, 1, `revision "undo" of "foobar" was not made by kubectl rio, which routes to it but does not rewrite it; rename it: undo needs the name`},
		"pods that would not be replaced": {func(s *rio.Service) {
			s.Revisions[0].Observed = &rio.Observed{Workload: "deployment/foobar", Replicas: 3, Paused: true, Template: s.Revisions[0].Template}
		}, history, 0, `deployment/foobar is paused, so its pods would not be replaced; go on with it first: kubectl rollout resume -n default deployment/foobar`},
		"what an earlier undo staged is on its way out": {func(s *rio.Service) { s.Removing = "undo" }, history, 0,
			`revision "undo" of "foobar" is being removed; finish that first: kubectl rio rm -n default foobar:undo`},
	} {
		t.Run(sentence, func(t *testing.T) {
			s := foobar()
			tc.change(&s)
			_, err := plan.Undo(s, tc.history, tc.to, asIs)
			wantError(t, tc.want, err)
		})
	}
}

// What is put beside latest needs a name that a Service can have: one that is longer is refused before
// anything is written, or a workload without a Service would be left behind.
func TestUndoOfALongName(t *testing.T) {
	history := []rio.Release{{Number: 2, Hash: "b", Current: true}, {Number: 1, Hash: "a"}}
	for kind, as := range map[string]string{manifest.KindDeployment: "deployment", manifest.KindDaemonSet: "daemonset"} {
		s := foobar()
		s.Name = strings.Repeat("x", 58)
		latest, _ := s.Latest()
		if latest.Kind = kind; kind == manifest.KindDaemonSet {
			latest.Replicas = nil
		}
		if step, err := plan.Undo(s, history, 0, asIs); err != nil || step.Stages != plan.UndoRevision {
			t.Errorf("of a %s with 58 characters: %v, %+v", kind, err, step)
		}
		s.Name += "x"
		_, err := plan.Undo(s, history, 0, asIs)
		wantError(t, fmt.Sprintf(`invalid name "%[1]s-undo": it is used as a host name and has 64 characters, want at most 63; undo it with: kubectl rollout undo -n default %[2]s/%[1]s`, s.Name, as), err)
	}
}
