package rio_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/kubectl-rio/kubectl-rio/pkg/rio"
)

// release is one with all that can be said of it.
func release() rio.Gradual {
	return rio.Gradual{
		Revision: "v2", To: 100, Step: 10, Every: 30 * time.Second, MinRequests: 100,
		Gates: []rio.Gate{{Of: "errors", Percent: 1}, {Of: "p95", Limit: 500 * ms}},
	}
}

func TestGradualIsReadBack(t *testing.T) {
	const text = `{"revision":"v2","from":0,"to":100,"step":10,"every":"30s","abortIf":["errors>1%","p95>500ms"],"minRequests":100}`
	if diff := cmp.Diff(text, release().String()); diff != "" {
		t.Error(diff)
	}
	rapid.Check(t, func(t *rapid.T) {
		percent := rapid.IntRange(0, 100)
		g := rio.Gradual{
			Revision: rapid.StringMatching(`v[0-9a-z]`).Draw(t, "revision"), From: percent.Draw(t, "from"), To: percent.Draw(t, "to"),
			Step: rapid.IntRange(1, 100).Draw(t, "step"), Every: time.Second + time.Duration(rapid.Int64Range(0, 1e13).Draw(t, "every")),
			MinRequests: rapid.Int64Range(0, 1000).Draw(t, "requests"),
		}
		if rapid.Bool().Draw(t, "gated") {
			g.Gates = release().Gates
		}
		again, err := rio.ParseGradual(g.String())
		if diff := cmp.Diff(g, again); diff != "" || err != nil {
			t.Fatalf("%s: %v, %s", g, err, diff)
		}
	})
}

func TestGradualNext(t *testing.T) {
	for sentence, tc := range map[string]struct {
		from, to, step int
		want           []int
	}{
		"in equal steps":                 {0, 50, 25, []int{25, 50}},
		"the last one is shorter":        {0, 100, 40, []int{40, 80, 100}},
		"from where it is":               {5, 30, 10, []int{15, 25, 30}},
		"down":                           {30, 0, 20, []int{10, 0}},
		"in one":                         {0, 30, 100, []int{30}},
		"there is nothing to do":         {30, 30, 10, nil},
		"somebody else has gone further": {60, 50, 25, []int{50}},
	} {
		t.Run(sentence, func(t *testing.T) {
			g := rio.Gradual{To: tc.to, Step: tc.step}
			var got []int
			for next, done := g.Next(tc.from); !done; next, done = g.Next(next) {
				got = append(got, next)
			}
			if diff := cmp.Diff(tc.want, got); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestGradualRefuses(t *testing.T) {
	for want, change := range map[string]func(*rio.Gradual){
		`invalid step 0: want a whole percent, 1 to 100, for example: --step 10`:                      func(g *rio.Gradual) { g.Step = 0 },
		`invalid step 101: want a whole percent, 1 to 100, for example: --step 10`:                    func(g *rio.Gradual) { g.Step = 101 },
		`invalid time "500ms" for a step: want at least 1s, for example: --every 30s`:                 func(g *rio.Gradual) { g.Every = 500 * ms },
		`invalid number of requests -1: want 0 or more, for example: --min-requests 100`:              func(g *rio.Gradual) { g.MinRequests = -1 },
		`invalid share 101% of "v2", want a whole percent, 0% to 100%`:                                func(g *rio.Gradual) { g.To = 101 },
		`invalid share -1% of "v2", want a whole percent, 0% to 100%`:                                 func(g *rio.Gradual) { g.From = -1 },
		`invalid revision "latest": latest gets what the staged revisions leave; release one of them`: func(g *rio.Gradual) { g.Revision = rio.Latest },
		`invalid revision "": latest gets what the staged revisions leave; release one of them`:       func(g *rio.Gradual) { g.Revision = "" },
	} {
		t.Run(want, func(t *testing.T) {
			g := release()
			if err := g.Valid(); err != nil {
				t.Fatal(err)
			}
			change(&g)
			wantError(t, want, g.Valid)
			if _, err := rio.ParseGradual(g.String()); err == nil {
				t.Errorf("%s is read as if nothing were wrong", g)
			}
		})
	}
}

func TestParseGradualGuessesNothing(t *testing.T) {
	for sentence, text := range map[string]string{
		"nothing":                  ``,
		"something else":           `true`,
		"a gate of a newer plugin": `{"revision":"v2","from":0,"to":100,"step":10,"every":"30s","pauseAt":[50]}`,
		"a gate that is none":      `{"revision":"v2","from":0,"to":100,"step":10,"every":"30s","abortIf":["cpu>1%"]}`,
		"no time":                  `{"revision":"v2","from":0,"to":100,"step":10}`,
	} {
		t.Run(sentence, func(t *testing.T) {
			if g, err := rio.ParseGradual(text); err == nil {
				t.Errorf("taken as %s", g)
			}
		})
	}
	wantError(t, `annotation rio.cattle.io/gradual "{}" cannot be read (time: invalid duration ""); begin anew: kubectl rio weight SERVICE:REVISION=PERCENT --step 10`,
		func() error { _, err := rio.ParseGradual("{}"); return err })
}
