package plan_test

import (
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/kubectl-rio/kubectl-rio/pkg/manifest"
	"github.com/kubectl-rio/kubectl-rio/pkg/plan"
	"github.com/kubectl-rio/kubectl-rio/pkg/rio"
	"github.com/kubectl-rio/kubectl-rio/test/gen"
)

func TestChooseAndStickRefuse(t *testing.T) {
	tcp := func(s rio.Service) rio.Service { s.Ports = []rio.Port{{Number: 5432, Protocol: "tcp"}}; return s }
	some := []rio.Match{{Kind: rio.MatchHeader, Name: "x", Value: "1"}}
	for sentence, tc := range map[string]struct {
		do   func() error
		want string
	}{
		"a match where there is no http": {func() error { _, err := plan.Choose(tcp(foobar()), "v2", some); return err },
			`service "foobar" has no http port, so requests to it cannot be told apart; stage "v2" with no --match`},
		"a match of latest": {func() error { _, err := plan.Choose(foobar(), rio.Latest, some); return err },
			`revision "latest" of "foobar" gets every request that no match leads elsewhere; match is for a staged one`},
		"a cookie where there is no http": {func() error { _, err := plan.Stick(tcp(foobar()), "mine"); return err },
			`service "foobar" has no http port, so its users have no cookie; leave out --sticky`},
		"weight of what is being removed": {func() error {
			s := foobar()
			s.Removing = "v2"
			_, err := plan.Weight(s, map[string]int{"v2": 5})
			return err
		}, `revision "v2" of "foobar" is being removed; finish that first: kubectl rio rm -n default foobar:v2`},
	} {
		t.Run(sentence, func(t *testing.T) { wantError(t, tc.want, tc.do()) })
	}
}

// Whoever sets a share by hand, takes the revision away or changes it has taken over from a
// gradual release of it; its own next step has not.
func TestGradualReleaseEndsWhenSomebodyTakesOver(t *testing.T) {
	g := &rio.Gradual{Revision: "v2", To: 100, Step: 10, Every: time.Second}
	begun := func() rio.Service { s := foobar(); s.Gradual = g; return s }
	for sentence, tc := range map[string]struct {
		do   func() (rio.Service, error)
		goes bool
	}{
		"its own next step":    {func() (rio.Service, error) { return plan.Go(begun(), g, "v2", 10) }, true},
		"its last one":         {func() (rio.Service, error) { return plan.Go(begun(), nil, "v2", 100) }, false},
		"a weight by hand":     {func() (rio.Service, error) { return plan.Weight(begun(), map[string]int{"v2": 3}) }, false},
		"an abort":             {func() (rio.Service, error) { return plan.Abort(begun()) }, false},
		"the revision removed": {func() (rio.Service, error) { return plan.Remove(begun(), "v2", true) }, false},
		"the revision changed": {func() (rio.Service, error) { return plan.Stage(begun(), "v2", of("caddy")) }, false},
		"another one staged":   {func() (rio.Service, error) { return plan.Stage(begun(), "v3", of("caddy")) }, true},
		"and given a share":    {func() (rio.Service, error) { return plan.Stage(begun(), "v3", sized(of("caddy"), 0, 30)) }, false},
		"latest scaled":        {func() (rio.Service, error) { return plan.Scale(begun(), rio.Latest, rio.Scale{Min: 5, Max: 5}) }, true},
	} {
		t.Run(sentence, func(t *testing.T) {
			s, err := tc.do()
			if err != nil {
				t.Fatal(err)
			}
			if (s.Gradual != nil) != tc.goes {
				t.Errorf("goes on: %v, want %v", s.Gradual != nil, tc.goes)
			}
		})
	}
}

// The cookie goes with the last share: who got it must not come back by it to what is staged
// under that name next.
func TestNobodyStaysOnWhatHasNoShare(t *testing.T) {
	sticky := func() rio.Service {
		s := foobar()
		v2, _ := s.Revision("v2")
		s.Put(rio.Revision{Name: "v3", Kind: "Deployment", Template: v2.Template})
		s.Sticky = "mine"
		return s
	}
	for sentence, tc := range map[string]struct {
		do   func() (rio.Service, error)
		want string
	}{
		"another share":            {func() (rio.Service, error) { return plan.Weight(sticky(), map[string]int{"v2": 5}) }, "mine"},
		"none":                     {func() (rio.Service, error) { return plan.Weight(sticky(), map[string]int{"v2": 0}) }, ""},
		"another revision's":       {func() (rio.Service, error) { return plan.Weight(sticky(), map[string]int{"v2": 0, "v3": 1}) }, "mine"},
		"an abort":                 {func() (rio.Service, error) { return plan.Abort(sticky()) }, ""},
		"a gate":                   {func() (rio.Service, error) { return plan.Go(sticky(), nil, "v2", 0) }, ""},
		"staged anew":              {func() (rio.Service, error) { return plan.Stage(sticky(), "v2", of("caddy")) }, ""},
		"staged anew, with weight": {func() (rio.Service, error) { return plan.Stage(sticky(), "v2", sized(of("caddy"), 0, 9)) }, "mine"},
		"another one staged":       {func() (rio.Service, error) { return plan.Stage(sticky(), "v4", of("caddy")) }, "mine"},
	} {
		t.Run(sentence, func(t *testing.T) {
			s, err := tc.do()
			if err != nil || s.Sticky != tc.want {
				t.Errorf("%v, %q, want %q", err, s.Sticky, tc.want)
			}
		})
	}
}

// The routes of chosen users and of those who stay come before the split, and lead only to
// revisions that there are.
func TestChosenRoutesLeadSomewhere(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := gen.Service().Draw(t, "service")
		for _, o := range manifest.Render(s) {
			for _, name := range append(manifest.Named(o, s.Ref()), manifest.Chosen(o)...) {
				if _, ok := s.Revision(name); !ok {
					t.Fatalf("%s %s leads to %q, which is not", manifest.Kind(o), o.GetName(), name)
				}
			}
		}
		for _, name := range manifest.GatewayRoutes(s) {
			if !manifest.IsNamedRoute(name) {
				t.Fatalf("%q is not known as ours", name)
			}
		}
	})
}
