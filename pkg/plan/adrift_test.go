package plan_test

import (
	"testing"

	"github.com/kubectl-rio/kubectl-rio/pkg/plan"
	"github.com/kubectl-rio/kubectl-rio/pkg/rio"
)

// Wherever a promotion stands when somebody deletes another revision that has a share: what the gateways
// are asked for is what is stored, or is mended by the next write, and before anything is drained.
func TestAPromotionBesideALostRevision(t *testing.T) {
	for _, verb := range []string{"promote", "undo"} {
		for stop := 1; ; stop++ {
			s := foobar()
			v3 := s.Revisions[1]
			v3.Name, v3.Weight = "v3", 10
			s.Put(v3)
			s.Revisions[0].Weight = 60
			ref, m, w := s.Ref().Of("v2"), &memory{}, worldOf(s)
			promote := func(s rio.Service, h []rio.Release) (plan.Step, error) { return plan.Promote(s, "v2", nil, h) }
			travel(t, w, ref, m, "promote", stop, promote)
			if found := w.load(ref); found.Promoting == "" {
				if _, there := found.Revision("v2"); !there {
					break // it is done
				}
				continue
			}
			if _, there := w["VirtualService/foobar-v2"]; !there && verb == "undo" {
				break // what it makes again comes first, and the world is broken until then
			}
			delete(w, "Deployment/foobar-v3")
			if s := w.load(ref); !plan.Adrift(s) || s.Lost["v3"] != 10 {
				t.Fatalf("after %d writes it is read as whole: %v", stop, s.Lost)
			}
			next := promote
			if verb == "undo" {
				next = func(s rio.Service, h []rio.Release) (plan.Step, error) { return plan.Undo(s, h, 0, asIs) }
			}
			travel(t, w, ref, m, verb, toTheEnd, func(s rio.Service, h []rio.Release) (plan.Step, error) {
				step, err := next(s, h)
				if plan.Adrift(s) && step.Drain != "" {
					t.Errorf("after %d writes: the drain waits for a split that nobody serves", stop)
				}
				return step, err
			})
			if s := w.load(ref); plan.Adrift(s) || s.Promoting != "" {
				t.Errorf("%s after %d writes: left over are promotion of %q, %v", verb, stop, s.Promoting, s.Lost)
			}
		}
	}
}

// What is said to help is not refused while a promotion is on.
func TestAdrift(t *testing.T) {
	for sentence, c := range map[string]struct {
		change func(*rio.Service)
		adrift bool
		onward string
	}{
		"all is there":                      {func(*rio.Service) {}, false, "kubectl rio promote -n default foobar:v2"},
		"what is left of one has no share":  {func(s *rio.Service) { s.Lost = map[string]int{"v3": 0} }, false, "kubectl rio promote -n default foobar:v2"},
		"a share leads nowhere":             {func(s *rio.Service) { s.Lost = map[string]int{"v3": 10} }, true, "kubectl rio promote -n default foobar:v2"},
		"latest is lost":                    {func(s *rio.Service) { s.Drop(rio.Latest) }, true, "kubectl rio promote -n default foobar:v2"},
		"what is promoted is lost":          {func(s *rio.Service) { s.Drop("v2"); s.Lost = map[string]int{"v2": 90} }, true, "kubectl rio undo -n default foobar"},
		"it is an undo that brings it back": {func(s *rio.Service) { s.Before = &rio.Before{Undo: true} }, false, "kubectl rio undo -n default foobar"},
	} {
		s := foobar()
		s.Promoting = "v2"
		c.change(&s)
		if got, way := plan.Adrift(s), s.Onward(); got != c.adrift || way != c.onward {
			t.Errorf("%s: %t, and helps %q", sentence, got, way)
		}
	}
	s := foobar()
	s.Put(rio.Revision{Name: "a"})
	s.Promoting = "v2"
	if s.Drop(rio.Latest); s.LatestAgain() != "kubectl rio promote -n default foobar:v2" {
		t.Errorf("a lost latest comes back by %s", s.LatestAgain())
	}
}
