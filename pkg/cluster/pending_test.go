package cluster

import (
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/kubectl-rio/kubectl-rio/pkg/rio"
)

// What is told of a wait for two pods, each change once.
func TestTheReasonStaysBesideTheCount(t *testing.T) {
	available := func(n int32) *rio.Observed { return &rio.Observed{Replicas: 2, Total: 2, Updated: 2, Available: n} }
	none, one, both := available(0), available(1), available(2)
	refused := &rio.Observed{Replicas: 2, Problems: []rio.Condition{{Type: "ReplicaFailure", Message: "exceeded quota: tight"}}}
	closed := `a: container "web" runs, and its port 80 takes no connections`
	for sentence, tc := range map[string]struct {
		play func(*pending)
		want []string
	}{
		"the next count keeps the reason": {func(p *pending) {
			p.counted(none)
			p.noted("b", "b: ErrImagePull", true)
			p.counted(one)
		}, []string{"0/2 ready", "0/2 ready: b: ErrImagePull", "1/2 ready: b: ErrImagePull"}},
		"it goes with its pod": {func(p *pending) {
			p.counted(none)
			p.noted("a", "a: CrashLoopBackOff", true)
			p.noted("a", "", false)
			p.counted(both)
		}, []string{"0/2 ready", "0/2 ready: a: CrashLoopBackOff", "0/2 ready", "2/2 ready"}},
		"a port that opens in a moment is not worth a word": {func(p *pending) {
			p.counted(none)
			p.noted("a", closed, false)
			time.Sleep(forAMoment / 2)
			p.noted("a", "", false)
			p.counted(one)
		}, []string{"0/2 ready", "1/2 ready"}},
		"one that does not is": {func(p *pending) {
			p.counted(none)
			p.noted("a", closed, false)
			time.Sleep(2 * forAMoment)
			p.counted(one)
		}, []string{"0/2 ready", "0/2 ready: " + closed, "1/2 ready: " + closed}},
		"all are ready, whatever was wrong": {func(p *pending) {
			p.counted(one)
			p.noted("b", "b: CrashLoopBackOff", true)
			p.counted(both)
		}, []string{"1/2 ready", "1/2 ready: b: CrashLoopBackOff", "2/2 ready"}},
		"who makes the pods has the word": {func(p *pending) {
			p.noted("a", "a: ErrImagePull", true)
			p.counted(refused)
		}, []string{"0/0 ready", "0/2 ready: exceeded quota: tight"}},
		"nothing after the end": {func(p *pending) {
			p.counted(none)
			p.noted("a", closed, false)
			p.end()
			time.Sleep(2 * forAMoment)
		}, []string{"0/2 ready"}},
	} {
		t.Run(sentence, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				var told []string
				p := newPending(func(text string) { told = append(told, text) })
				tc.play(p)
				synctest.Wait()
				if diff := cmp.Diff(tc.want, slices.Compact(told)); diff != "" {
					t.Error(diff)
				}
			})
		})
	}
}

// Where pods are replaced one after the other, a broken one of an earlier version keeps its successor out:
// the wait ends with the command that removes it. Elsewhere its controller does so by itself.
func TestABrokenPodKeepsItsSuccessorOut(t *testing.T) {
	latest := rio.Ref{Namespace: "shop", Service: "db"}
	const way = "; it is of an earlier version, and is not replaced before it is ready, so remove it: "
	for _, tc := range []struct {
		w          Workload
		pod        string
		turns, old bool
		want       string
	}{
		{WorkloadOf(latest, "StatefulSet"), "db-1", true, true, way + "kubectl rio rm -n shop -t pod db/1"},
		{WorkloadOf(latest.Of("v2"), "StatefulSet"), "db-v2-0", true, true, way + "kubectl rio rm -n shop -t pod db:v2/0"},
		{Workload{Ref: latest, Kind: "StatefulSet", foreign: true}, "db-1", true, true, way + "kubectl delete pod -n shop db-1"},
		{WorkloadOf(latest, "StatefulSet"), "db-1", true, false, ""},
		{WorkloadOf(latest, "StatefulSet"), "db-1", false, true, ""},
	} {
		p := newPending(func(string) {})
		p.inTurns(tc.turns)
		p.isOlder(tc.pod, tc.w.remove(tc.pod))
		p.noted(tc.pod, "it broke", false)
		if !tc.old { // it has been replaced meanwhile, and breaks, too
			p.isOlder(tc.pod, "")
		}
		if got := p.why(); got != "it broke"+tc.want {
			t.Errorf("%s: %q, want %q", tc.pod, got, tc.want)
		}
		p.end()
	}
}
