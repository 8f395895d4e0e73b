package plan_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/kubectl-rio/kubectl-rio/pkg/plan"
	"github.com/kubectl-rio/kubectl-rio/pkg/rio"
)

func TestDecide(t *testing.T) {
	errors, p95 := rio.Gate{Of: "errors", Percent: 1}, rio.Gate{Of: "p95", Limit: 500 * time.Millisecond}
	gated := rio.Gradual{Revision: "v2", To: 50, Step: 10, Every: 30 * time.Second, Gates: []rio.Gate{errors, p95}, MinRequests: 100}
	free := rio.Gradual{Revision: "v2", To: 50, Step: 10, Every: 30 * time.Second}
	seen := func(requests, bad int64, took, window time.Duration) rio.Figures {
		return rio.Figures{Requests: requests, Errors: bad, Latency: []rio.Bucket{{UpTo: took, Count: requests}}, Window: window}
	}
	const fast, slow = 10 * time.Millisecond, time.Second
	untimed := seen(100, 0, fast, time.Minute)
	untimed.Latency = nil
	few := seen(99, 0, slow, time.Minute)
	few.Requests = 100
	for sentence, tc := range map[string]struct {
		release rio.Gradual
		current int
		figures rio.Figures
		want    plan.Verdict
	}{
		"nobody has come yet":                    {gated, 10, rio.Figures{}, plan.Verdict{Action: plan.ActionHold, Why: "next 20% waits for requests: 0/100"}},
		"too few say nothing, however bad":       {gated, 10, seen(99, 99, slow, time.Minute), plan.Verdict{Action: plan.ActionHold, Why: "next 20% waits for requests: 99/100"}},
		"a gate needs one at least":              {rio.Gradual{To: 50, Step: 10, Gates: []rio.Gate{errors}}, 10, rio.Figures{Window: time.Minute}, plan.Verdict{Action: plan.ActionHold, Why: "next 20% waits for requests: 0/1"}},
		"all is well, and time is not over":      {gated, 10, seen(100, 1, fast, 18*time.Second), plan.Verdict{Action: plan.ActionHold, Why: "next 20% in 12s"}},
		"it is over":                             {gated, 10, seen(100, 1, fast, 30*time.Second), plan.Verdict{Action: plan.ActionGoOn, Why: "next 20%"}},
		"the last step is a shorter one":         {gated, 45, seen(100, 1, fast, 30*time.Second), plan.Verdict{Action: plan.ActionGoOn, Why: "next 50%"}},
		"errors end it at once":                  {gated, 10, seen(100, 2, fast, 5*time.Second), plan.Verdict{Action: plan.ActionAbort, Why: "errors 2.0% > 1% over 5s (100 requests)", Gate: errors}},
		"so does time":                           {gated, 10, seen(100, 0, slow, 5*time.Second), plan.Verdict{Action: plan.ActionAbort, Why: "p95 950ms > 500ms over 5s (100 requests)", Gate: p95}},
		"the first gate is the one that is said": {gated, 10, seen(100, 5, slow, 5*time.Second), plan.Verdict{Action: plan.ActionAbort, Why: "errors 5.0% > 1% over 5s (100 requests)", Gate: errors}},
		"a few slow ones say nothing":            {gated, 10, few, plan.Verdict{Action: plan.ActionHold, Why: "next 20% waits for times: 99/100"}},
		"errors do not wait for times":           {gated, 10, rio.Figures{Requests: 100, Errors: 100, Window: time.Second}, plan.Verdict{Action: plan.ActionAbort, Why: "errors 100.0% > 1% over 1s (100 requests)", Gate: errors}},
		"times that are not yet there":           {gated, 10, untimed, plan.Verdict{Action: plan.ActionHold, Why: "next 20% waits for times: 0/100"}},
		"the last share is watched, too":         {gated, 50, seen(100, 0, fast, 29*time.Second+1), plan.Verdict{Action: plan.ActionHold, Why: "done in 1s"}},
		"and can fail":                           {gated, 50, seen(100, 2, fast, 29*time.Second), plan.Verdict{Action: plan.ActionAbort, Why: "errors 2.0% > 1% over 29s (100 requests)", Gate: errors}},
		"then it is done":                        {gated, 50, seen(100, 0, fast, 30*time.Second), plan.Verdict{Action: plan.ActionGoOn, Why: "done"}},
		"without gates only time counts":         {free, 10, rio.Figures{Window: 29 * time.Second}, plan.Verdict{Action: plan.ActionHold, Why: "next 20% in 1s"}},
		"however bad it is":                      {free, 10, seen(10, 10, slow, 30*time.Second), plan.Verdict{Action: plan.ActionGoOn, Why: "next 20%"}},
		"and the last share is the end":          {free, 50, rio.Figures{}, plan.Verdict{Action: plan.ActionGoOn, Why: "done"}},
	} {
		t.Run(sentence, func(t *testing.T) {
			if diff := cmp.Diff(tc.want, plan.Decide(tc.release, tc.current, tc.figures)); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// A release under traffic without errors comes to its end, a step at a time, and never
// before each share was watched as long as was asked.
func TestGradualEnds(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		g := rio.Gradual{
			Revision: "v2", From: rapid.IntRange(0, 100).Draw(t, "from"), To: rapid.IntRange(0, 100).Draw(t, "to"),
			Step: rapid.IntRange(1, 100).Draw(t, "step"), Every: time.Duration(rapid.IntRange(1, 5).Draw(t, "every")) * time.Second,
			Gates: []rio.Gate{{Of: "errors"}}, MinRequests: rapid.Int64Range(0, 30).Draw(t, "requests"),
		}
		current, shares := g.From, 0
		var f rio.Figures
		for range 10_000 {
			v := plan.Decide(g, current, f)
			if v.Action == plan.ActionAbort || v.Action == plan.ActionGoOn && (f.Window < g.Every || f.Requests < g.MinRequests) {
				t.Fatalf("%s at %d%%: %+v after %+v", g, current, v, f)
			}
			f = f.Then(rio.Figures{Requests: 10, Window: time.Second})
			if v.Action == plan.ActionHold {
				continue
			}
			next, done := g.Next(current)
			if done {
				break
			}
			current, f, shares = next, rio.Figures{}, shares+1
		}
		distance := max(g.To-g.From, g.From-g.To)
		if want := (distance + g.Step - 1) / g.Step; current != g.To || shares != want {
			t.Fatalf("%s ended at %d%% after %d steps, want %d", g, current, shares, want)
		}
	})
}
