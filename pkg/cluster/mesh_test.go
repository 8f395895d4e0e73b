package cluster

import (
	"fmt"
	"testing"

	corev1 "k8s.io/api/core/v1"

	"github.com/kubectl-rio/kubectl-rio/pkg/manifest"
	"github.com/kubectl-rio/kubectl-rio/pkg/rio"
)

func TestCalls(t *testing.T) {
	s := rio.Service{Namespace: "default", Name: "foobar", Ports: []rio.Port{{Number: 80, Protocol: "http"}}}
	s.Put(rio.Revision{Name: "v2", Match: []rio.Match{{Kind: rio.MatchFrom, Value: "caller"}}})
	led := func(by string) []split {
		return []split{{shares: map[string]int{"v2": 100}, by: by, named: []string{by}}}
	}
	want := map[string]int{"latest": 70, "v2": 30}
	of := func(latest, v2 int) []split { return []split{{shares: map[string]int{"latest": latest, "v2": v2}}} }
	for sentence, tc := range map[string]struct {
		have map[string][]split
		ok   bool
	}{
		"it splits as wanted":                  {map[string][]split{"foobar.default.svc.cluster.local": of(70, 30)}, true},
		"whatever the cluster's domain is":     {map[string][]split{"foobar.default.svc.example.com": of(70, 30)}, true},
		"it splits as before":                  {map[string][]split{"foobar.default.svc.cluster.local": of(100, 0)}, false},
		"on one port only":                     {map[string][]split{"foobar.default.svc.cluster.local": append(of(70, 30), of(100, 0)...)}, false},
		"it does not call the service at all":  {map[string][]split{"other.default.svc.cluster.local": of(1, 99)}, true},
		"all of it is led to a revision":       {map[string][]split{"foobar.default.svc.cluster.local": led(manifest.CallerMatches(s)[0])}, true},
		"all of it was led there":              {map[string][]split{"foobar.default.svc.cluster.local": led("rio-match-v2-80-00000000")}, false},
		"another stack's of that name is that": {map[string][]split{"foobar.shop.svc.cluster.local": of(1, 99)}, true},
	} {
		t.Run(sentence, func(t *testing.T) {
			if got := calls(tc.have, s, want); got != tc.ok {
				t.Errorf("got %v, want %v", got, tc.ok)
			}
		})
	}
}

func TestSampleIsSpread(t *testing.T) {
	var pods []corev1.Pod
	for i := range 95 {
		p := corev1.Pod{}
		p.Name = fmt.Sprint(i)
		pods = append(pods, p)
	}
	some := sample(pods, 20)
	if len(some) != 20 || some[0].Name != "0" || some[19].Name != "90" {
		t.Errorf("%d of 95, from %s to %s", len(some), some[0].Name, some[len(some)-1].Name)
	}
	if all := sample(pods[:20], 20); len(all) != 20 {
		t.Errorf("%d of 20", len(all))
	}
	if got := (Confirmation{Asked: 20, Of: 95}).String(); got != "20/20 serve it, of 95" {
		t.Error(got)
	}
}
