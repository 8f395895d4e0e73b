package rio_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/kubectl-rio/kubectl-rio/pkg/rio"
)

func TestParseWeight(t *testing.T) {
	v2 := rio.Ref{Namespace: "default", Service: "foobar", Revision: "v2"}
	for sentence, tc := range map[string]struct {
		in   string
		want rio.Amount[int]
	}{
		"a percent sign":               {"foobar:v2=30%", rio.Amount[int]{Ref: v2, N: 30}},
		"the sign may be left out":     {"foobar:v2=30", rio.Amount[int]{Ref: v2, N: 30}},
		"nothing is a share, too":      {"foobar:v2=0%", rio.Amount[int]{Ref: v2}},
		"and all of it":                {"foobar:v2=100%", rio.Amount[int]{Ref: v2, N: 100}},
		"in the stack that is named":   {"test/svc:v3=5%", rio.Amount[int]{Ref: rio.Ref{Namespace: "test", Service: "svc", Revision: "v3"}, N: 5}},
		"a leading zero means no more": {"foobar:v2=07", rio.Amount[int]{Ref: v2, N: 7}},
	} {
		t.Run(sentence, func(t *testing.T) {
			got, err := rio.ParseWeight(tc.in, "default")
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(tc.want, got); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestParseWeightRefuses(t *testing.T) {
	share := func(value string) string {
		return `invalid weight for "foobar:v2": "` + value + `" is not a share, want a whole percent, 0% to 100%`
	}
	for sentence, tc := range map[string]struct{ in, want string }{
		"no number":             {"foobar:v2", `invalid weight "foobar:v2": want SERVICE:REVISION=PERCENT, for example: foobar:v2=30%`},
		"an empty number":       {"foobar:v2=", `invalid weight "foobar:v2=": want SERVICE:REVISION=PERCENT, for example: foobar:v2=30%`},
		"more than all":         {"foobar:v2=101%", share("101%")},
		"less than nothing":     {"foobar:v2=-1", share("-1")},
		"a half percent":        {"foobar:v2=0.5%", share("0.5%")},
		"a sign alone":          {"foobar:v2=%", share("%")},
		"two signs":             {"foobar:v2=30%%", share("30%%")},
		"a number beyond int64": {"foobar:v2=99999999999999999999", share("99999999999999999999")},
		"a word":                {"foobar:v2=all", share("all")},
		"no revision":           {"foobar=30%", `invalid weight "foobar=30%": latest gets what the staged revisions leave; weight one of them: foobar:REVISION=PERCENT`},
		"latest":                {"foobar:latest=30%", `invalid weight "foobar:latest=30%": latest gets what the staged revisions leave; weight one of them: foobar:REVISION=PERCENT`},
		"a bad name":            {"Foobar:v2=30%", `invalid name "Foobar:v2": service "Foobar": ` + want1035},
	} {
		t.Run(sentence, func(t *testing.T) {
			wantError(t, tc.want, func() error { _, err := rio.ParseWeight(tc.in, "default"); return err })
		})
	}
}

func TestParseScale(t *testing.T) {
	foobar := rio.Ref{Namespace: "default", Service: "foobar"}
	for sentence, tc := range map[string]struct {
		in   string
		want rio.Amount[rio.Scale]
	}{
		"latest, when no revision is named": {"foobar=3", rio.Amount[rio.Scale]{Ref: foobar, N: rio.Scale{Min: 3, Max: 3}}},
		"one revision":                      {"foobar:v2=2", rio.Amount[rio.Scale]{Ref: foobar.Of("v2"), N: rio.Scale{Min: 2, Max: 2}}},
		"the range of an autoscaler":        {"foobar=2-5", rio.Amount[rio.Scale]{Ref: foobar, N: rio.Scale{Min: 2, Max: 5}}},
		"down to nothing":                   {"foobar=0", rio.Amount[rio.Scale]{Ref: foobar}},
		"as much as a cluster may hold":     {"foobar=100000", rio.Amount[rio.Scale]{Ref: foobar, N: rio.Scale{Min: 100_000, Max: 100_000}}},
	} {
		t.Run(sentence, func(t *testing.T) {
			got, err := rio.ParseScale(tc.in, "default")
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(tc.want, got); diff != "" {
				t.Error(diff)
			}
		})
	}
	for sentence, tc := range map[string]struct{ in, want string }{
		"no number":             {"foobar", `invalid scale "foobar": want SERVICE[:REVISION]=N, for example: foobar=3`},
		"an empty number":       {"foobar=", `invalid scale "foobar=": want SERVICE[:REVISION]=N, for example: foobar=3`},
		"less than nothing":     {"foobar=-1", `invalid scale "-1": want a number of replicas, 0 to 100000`},
		"more than int32 holds": {"foobar=4294967297", `invalid scale "4294967297": want a number of replicas, 0 to 100000`},
		"a range from nothing":  {"foobar=0-2", `invalid scale "0-2": an autoscaler keeps at least 1 pod, and no more than MAX; want MIN-MAX, for example 2-5`},
		"a range that is none":  {"foobar=5-2", `invalid scale "5-2": an autoscaler keeps at least 1 pod, and no more than MAX; want MIN-MAX, for example 2-5`},
		"a word":                {"foobar=many", `invalid scale "many": want a number of replicas, 0 to 100000`},
		"a bad name":            {"foo_bar=1", `invalid name "foo_bar": service "foo_bar": ` + want1035},
	} {
		t.Run("refuses "+sentence, func(t *testing.T) {
			wantError(t, tc.want, func() error { _, err := rio.ParseScale(tc.in, "default"); return err })
		})
	}
}

func TestBalanceLatest(t *testing.T) {
	for sentence, tc := range map[string]struct {
		staged map[string]int
		latest int
		err    string
	}{
		"latest gets all when nothing is staged":        {nil, 100, ""},
		"what one leaves":                               {map[string]int{"v2": 30}, 70, ""},
		"what two leave":                                {map[string]int{"v2": 30, "v3": 20}, 50, ""},
		"nothing, when they leave nothing":              {map[string]int{"v2": 80, "v3": 20}, 0, ""},
		"too much is an error that shows who gets what": {map[string]int{"v3": 70, "v2": 60, "v4": 0}, 42, `weights for "foobar" sum to 130%, want at most 100% (v2=60%, v3=70%)`},
	} {
		t.Run(sentence, func(t *testing.T) {
			s := rio.Service{Name: "foobar"}
			s.Put(rio.Revision{Name: rio.Latest, Weight: 42})
			for name, weight := range tc.staged {
				s.Put(rio.Revision{Name: name, Weight: weight})
			}
			if err := s.BalanceLatest(); tc.err != "" {
				wantError(t, tc.err, func() error { return err })
			} else if err != nil {
				t.Fatal(err)
			}
			if latest, _ := s.Latest(); latest.Weight != tc.latest {
				t.Errorf("latest has %d%%, want %d%%", latest.Weight, tc.latest)
			}
		})
	}
}
