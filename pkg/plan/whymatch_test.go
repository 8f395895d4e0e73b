package plan_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/kubectl-rio/kubectl-rio/pkg/plan"
	"github.com/kubectl-rio/kubectl-rio/pkg/rio"
)

func TestWhySaysWhichRequestsComeBesideTheShare(t *testing.T) {
	canary := []rio.Match{{Kind: rio.MatchHeader, Name: "x-canary", Value: "1"}, {Kind: rio.MatchFrom, Value: "shop/web"}}
	for sentence, tc := range map[string]struct {
		change func(s *rio.Service)
		want   []string
	}{
		"chosen requests alone": {func(s *rio.Service) {
			s.Revisions[0].Weight, s.Revisions[1].Weight, s.Revisions[1].Match = 100, 0, canary
		}, []string{
			"virtualservice/foobar: header:x-canary=1 or from:shop/web to v2; else latest 100%, no other owner of its hosts",
			"all other traffic, 1/1 ready", "requests that match header:x-canary=1 or from:shop/web, 1/1 ready",
		}},
		"and a share": {func(s *rio.Service) { s.Revisions[1].Match = canary[:1] }, []string{
			"virtualservice/foobar: header:x-canary=1 to v2; else latest 70%, v2 30%, no other owner of its hosts",
			"70% of the other traffic, 1/1 ready", "requests that match header:x-canary=1, and 30% of the other traffic, 1/1 ready",
		}},
		"latest has them while v2 is quiet": {func(s *rio.Service) {
			s.Revisions[0].Weight, s.Revisions[1].Weight, s.Revisions[1].Match, s.Quiet = 100, 0, canary, rio.Quiet{"v2": 30}
		}, []string{
			"virtualservice/foobar: latest 100%, no other owner of its hosts",
			"all traffic, 1/1 ready", "no traffic, 1/1 ready",
		}},
		"users stay": {func(s *rio.Service) { s.Sticky = "rio-foobar" }, []string{
			"virtualservice/foobar: latest 70%, v2 30%; users stay by cookie rio-foobar, no other owner of its hosts",
			"70% of the traffic, 1/1 ready", "30% of the traffic, 1/1 ready",
		}},
	} {
		t.Run(sentence, func(t *testing.T) {
			p := way()
			tc.change(&p.Service)
			var got []string
			for _, f := range plan.Why(*p) {
				if f.Link == rio.LinkRoute || f.Link == rio.LinkPods {
					got = append(got, f.Text)
				}
			}
			if diff := cmp.Diff(tc.want, got); diff != "" {
				t.Error(diff)
			}
		})
	}
}
