package plan_test

import (
	"fmt"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/kubectl-rio/kubectl-rio/pkg/manifest"
	"github.com/kubectl-rio/kubectl-rio/pkg/plan"
	"github.com/kubectl-rio/kubectl-rio/pkg/rio"
)

var canary = []rio.Match{{Kind: rio.MatchHeader, Name: "x-canary", Value: "1"}}

// asked is foobar whose v2 has a route of its own, and these requests.
func asked(t *testing.T, share int, chosen []rio.Match) rio.Service {
	t.Helper()
	s := pinned(t, reading("v2"), "v2", "one")
	s.Revisions[0].Weight, s.Revisions[1].Weight, s.Revisions[1].Match = 100-share, share, chosen
	s.Routes = []rio.RouteSet{{Namespace: "default", Name: "www", Routes: []rio.Route{{To: []rio.RouteTarget{
		{Service: "foobar", Revision: "v2", Weight: 60}, {Service: "foobar", Revision: rio.Latest, Weight: 40}}}}}}
	return s
}

func loadRouted(w world, ref rio.Ref) rio.Service {
	s := w.load(ref)
	s.Routes = manifest.ParseRoutes(w.objects())
	return s
}

// A command that replaces the pods of v2 ends anywhere, and another one is given that is not about
// v2. Given again, the first ends as if undisturbed.
func TestWhatAQuietRevisionHadComesBack(t *testing.T) {
	scale := func(s rio.Service) (rio.Service, error) { return plan.Scale(s, rio.Latest, rio.Scale{Min: 4, Max: 4}) }
	for sentence, before := range map[string]rio.Service{"all there is": asked(t, 20, canary), "a route alone": asked(t, 0, nil)} {
		had := before.Revisions[1]
		for name, verb := range map[string]func(rio.Service) (rio.Service, error){
			"stage": func(s rio.Service) (rio.Service, error) {
				next, err := plan.Stage(s, "v2", sized(of("httpd:new"), 1, had.Weight))
				if err != nil {
					return s, err
				}
				return plan.Choose(next, "v2", had.Match)
			},
			"config update": func(s rio.Service) (rio.Service, error) { return plan.Refresh(s, []string{"v2"}, appConfig("two")) },
		} {
			for stop := range 7 {
				t.Run(fmt.Sprintf("%s, %s, stopped after %d", sentence, name, stop), func(t *testing.T) {
					w := worldOf(before)
					writeQuietly(t, w, verb, stop)
					writeQuietly(t, w, scale, toTheEnd)
					writeQuietly(t, w, verb, toTheEnd)
					after := loadRouted(w, before.Ref())
					if v2 := after.Revisions[1]; v2.Weight != had.Weight || !slices.Equal(v2.Match, had.Match) || len(after.Quiet) > 0 || !after.Followed() {
						t.Errorf("v2 has %d%%, %v, quiet are %v, routes %v", v2.Weight, v2.Match, after.Quiet, after.Routes)
					}
					if diff := cmp.Diff(before.Routes[0].Routes, after.Routes[0].Routes, cmpopts.IgnoreTypes(rio.Resolved{})); diff != "" {
						t.Error(diff)
					}
				})
			}
		}
	}
}

// writeQuietly makes some writes of a verb. The pods of v2 are replaced while it is quiet, and
// nothing leads to it as long as it is.
func writeQuietly(t *testing.T, w world, verb func(rio.Service) (rio.Service, error), stop int) {
	t.Helper()
	ref := foobar().Ref()
	after, err := verb(loadRouted(w, ref))
	if err != nil {
		t.Fatal(err)
	}
	for i, c := range plan.Diff(w.objects(), after) {
		if i == stop {
			return
		}
		now := loadRouted(w, ref)
		if served := now.Revisions[1].Weight + now.Routes[0].Routes[0].To[0].Split["v2"]; c.Replaces() && (served > 0 || !now.Quiet.Has("v2")) {
			t.Errorf("pods are replaced that have %d%%, quiet are %v", served, now.Quiet)
		}
		w.write(c)
		if quiet := loadRouted(w, ref).Quiet; quiet.Has("v2") && slices.Contains(c.Raised(), ref.Of("v2")) {
			t.Errorf("%v leads to v2, quiet are %v", describe(plan.ChangeSet{c}), quiet)
		}
	}
}

// Nobody else leads to a revision whose pods may not be up; whoever names it does, with as much as
// latest still has.
func TestQuietRevisionsStaySo(t *testing.T) {
	s := asked(t, 0, canary)
	s.Quiet = rio.Quiet{"v2": 20}
	w := worldOf(s)
	none, err := plan.Abort(loadRouted(w, s.Ref()))
	if changes := plan.Diff(w.objects(), none); err != nil || len(changes) != 1 || len(changes.Raised(0)) > 0 || none.Quiet["v2"] != 0 {
		t.Errorf("abort: %v, %v, %v", describe(changes), none.Quiet, err)
	}
	half := w.load(s.Ref())
	half.Revisions[1].Observed.Available = 0
	if off, err := plan.Weight(half, map[string]int{"v2": 0}); err != nil || !off.Quiet.Has("v2") {
		t.Errorf("a weight of 0 waits for pods: %v, %v", off.Quiet, err)
	}
	if some, err := plan.Weight(half, map[string]int{"v2": 7}); err != nil || some.Quiet.Has("v2") || some.Revisions[1].Weight != 7 {
		t.Errorf("a weight does not wake it: %+v, %v", some, err)
	}
	half.Revisions[0].Weight = 5 // somebody gave the rest to another one
	if step, err := plan.Promote(half, "v2", nil, nil); err != nil || len(step.Target.Quiet) > 0 || step.Target.Revisions[1].Weight != 5 {
		t.Errorf("promote: %+v, %v", step.Target, err)
	}
}
