package plan_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/kubectl-rio/kubectl-rio/pkg/plan"
	"github.com/kubectl-rio/kubectl-rio/pkg/rio"
)

// seen is a revision whose pods are as the numbers say.
func seen(name string, weight int, want, available, updated, total int32) rio.Revision {
	return rio.Revision{Name: name, Weight: weight, Observed: &rio.Observed{
		UpToDate: true, Reported: true, Replicas: want, Ready: available, Available: available, Updated: updated, Total: total,
	}}
}

func serviceOf(name string, revisions ...rio.Revision) rio.Service {
	return rio.Service{Namespace: "shop", Name: name, Revisions: revisions}
}

func goals(t *testing.T, texts string) []plan.Goal {
	t.Helper()
	var all []plan.Goal
	for text := range strings.FieldsSeq(texts) {
		g, err := plan.ParseGoal(text)
		if err != nil || g.String() != text {
			t.Fatalf("%q is read as %q, %v", text, g, err)
		}
		all = append(all, g)
	}
	return all
}

func TestParseGoalRefuses(t *testing.T) {
	for text, want := range map[string]string{
		"activ":       `invalid --for "activ": want active, inactive, pending, updating, removing, error, ready, gone or weight=PERCENT`,
		"weight=":     `invalid --for "weight=": "" is not a share, want a whole percent, 0% to 100%`,
		"weight=101%": `invalid --for "weight=101%": "101%" is not a share, want a whole percent, 0% to 100%`,
	} {
		if _, err := plan.ParseGoal(text); err == nil || err.Error() != want {
			t.Errorf("got %v, want %s", err, want)
		}
	}
}

func TestStand(t *testing.T) {
	whole := seen("latest", 70, 2, 2, 2, 2)
	staged := seen("v2", 30, 1, 0, 1, 1)
	rolling := seen("latest", 100, 2, 2, 1, 3)
	off := seen("latest", 100, 0, 0, 0, 0)
	broken := seen("v2", 0, 1, 0, 1, 1)
	broken.Observed.Broken, broken.Observed.Trouble = true, "p: image cannot be pulled"
	byHand := seen("latest", 100, 2, 2, 0, 2)
	byHand.Rollout.OnDelete, byHand.Observed.OnDelete = true, true
	for sentence, tc := range map[string]struct {
		revisions []rio.Revision
		pods      map[string]int
		ref       string
		goals     string
		left      string
		is        string
	}{
		"all is there":                          {[]rio.Revision{whole, staged}, nil, "foobar", "active ready weight=70%", "", "active, 2/2 ready, weight 70%"},
		"a pod is missing":                      {[]rio.Revision{whole, staged}, nil, "foobar:v2", "active ready weight=30%", "active ready", "updating, 0/1 ready, weight 30%"},
		"an old pod is left":                    {[]rio.Revision{rolling}, nil, "foobar", "ready", "ready", "active, 1/2 ready, 2 old"},
		"old pods stay until somebody acts":     {[]rio.Revision{byHand}, nil, "foobar", "ready", "", "active, 2/2 ready, 2 old"},
		"nothing is to run":                     {[]rio.Revision{off}, nil, "foobar", "ready inactive active", "active", "inactive, 0/0 ready"},
		"it is not there yet":                   {nil, nil, "foobar", "active", "active", "not there"},
		"the revision is not":                   {[]rio.Revision{whole}, nil, "foobar:v9", "weight=0%", "weight=0%", "not there"},
		"it cannot start":                       {[]rio.Revision{whole, broken}, nil, "foobar:v2", "error active", "active", "error, 0/1 ready: p: image cannot be pulled"},
		"it is gone":                            {nil, nil, "foobar", "gone", "", "not there"},
		"its pods end":                          {nil, map[string]int{"latest": 2, "v2": 1}, "foobar", "gone", "gone", "gone but for 3 of its pods"},
		"the revision is gone":                  {[]rio.Revision{whole}, map[string]int{"latest": 2}, "foobar:v2", "gone", "", "not there"},
		"only latest is gone, not the service":  {[]rio.Revision{staged}, nil, "foobar", "gone", "gone", "not there"},
		"latest alone, when it is called so":    {[]rio.Revision{staged}, nil, "foobar:latest", "gone", "", "not there"},
		"it is there and is waited for to end ": {[]rio.Revision{whole}, nil, "foobar", "gone", "gone", "active, 2/2 ready"},
	} {
		t.Run(sentence, func(t *testing.T) {
			ref, err := rio.ParseRef(tc.ref, "shop")
			if err != nil {
				t.Fatal(err)
			}
			st := plan.Stand(plan.Sight{Service: serviceOf("foobar", tc.revisions...), Pods: tc.pods}, ref, goals(t, tc.goals))
			if got := strings.Join(st.Left, " "); got != tc.left || st.Is != tc.is {
				t.Errorf("left %q, want %q; is %q, want %q", got, tc.left, st.Is, tc.is)
			}
			if hopeless := strings.Contains(tc.left, "active") && strings.HasPrefix(tc.is, "error"); hopeless != (len(st.Broken) > 0) {
				t.Errorf("in error and to serve: %v", st.Broken)
			}
		})
	}
}

func TestStandAll(t *testing.T) {
	whole, off := seen("latest", 100, 2, 2, 2, 2), seen("v2", 0, 0, 0, 0, 0)
	slow := seen("latest", 100, 2, 1, 2, 2)
	of := func(services ...rio.Service) []plan.Sight {
		var all []plan.Sight
		for _, s := range services {
			all = append(all, plan.Sight{Service: s})
		}
		return all
	}
	ending := plan.Sight{Service: serviceOf("old"), Pods: map[string]int{"latest": 1}}
	for sentence, tc := range map[string]struct {
		seen []plan.Sight
		goal string
		want plan.Standing
	}{
		"nothing is in it":                  {nil, "active", plan.Standing{Is: "without services", Left: []string{"active"}}},
		"nothing is left in it":             {nil, "gone", plan.Standing{Is: "without services"}},
		"one is scaled to 0":                {of(serviceOf("a", whole, off)), "active", plan.Standing{Is: "there, 1 service"}},
		"one is slow":                       {of(serviceOf("a", whole), serviceOf("b", slow)), "active", plan.Standing{Is: "b active, 1/2 ready", Left: []string{"active"}}},
		"one is left":                       {of(serviceOf("a", whole)), "gone", plan.Standing{Is: "a active, 2/2 ready", Left: []string{"gone"}}},
		"the pods of one end":               {[]plan.Sight{ending}, "gone", plan.Standing{Is: "old gone but for 1 of its pods", Left: []string{"gone"}}},
		"some are not of the wanted weight": {of(serviceOf("a", whole, off)), "weight=100%", plan.Standing{Is: "a:v2 inactive, 0/0 ready, weight 0%", Left: []string{"weight=100%"}}},
	} {
		t.Run(sentence, func(t *testing.T) {
			if diff := cmp.Diff(tc.want, plan.StandAll(tc.seen, goals(t, tc.goal))); diff != "" {
				t.Error(diff)
			}
		})
	}
}
