package cluster

import (
	"testing"

	corev1 "k8s.io/api/core/v1"
)

// A DaemonSet wants a pod on a node that is away, too. The kubelet there says nothing of it, so who waits
// is told of the node, and in the end what to do without it.
func TestAPodOfWhichNothingIsHeard(t *testing.T) {
	on := func(phase corev1.PodPhase, change func(*corev1.Pod)) *corev1.Pod {
		p := troubled("p", false, running)
		p.Spec.NodeName, p.Status.Phase = "node-7", phase
		p.Status.ContainerStatuses[0].Ready = true
		change(&p)
		return &p
	}
	none := func(*corev1.Pod) {}
	untaken := func(p *corev1.Pod) { p.Status.ContainerStatuses, p.Status.Conditions = nil, nil }
	const gone = "; if that node is gone for good: kubectl delete node node-7"
	for sentence, tc := range map[string]struct {
		pod  *corev1.Pod
		want string
	}{
		"it was never taken up": {on(corev1.PodPending, untaken), `p: node "node-7" has not taken it up yet` + gone},
		"it ran":                {on(corev1.PodRunning, none), `p: node "node-7" does not report any more` + gone},
		"it has no node yet": {on(corev1.PodPending, func(p *corev1.Pod) {
			untaken(p)
			p.Spec.NodeName = ""
		}), ""},
		"it is being made": {on(corev1.PodPending, func(p *corev1.Pod) {
			p.Status.ContainerStatuses[0].State = corev1.ContainerState{Waiting: &corev1.ContainerStateWaiting{Reason: "ContainerCreating"}}
		}), ""},
		"another gate is shut, which is said": {on(corev1.PodRunning, func(p *corev1.Pod) { p.Status.Conditions[0].Message = "gate shut" }), `p: not ready on node "node-7" gate shut`},
		"it goes":                             {on(corev1.PodRunning, func(p *corev1.Pod) { p.DeletionTimestamp = &p.CreationTimestamp }), ""},
	} {
		so := newPending(func(string) {})
		text, final := troubleOf(tc.pod)
		so.silent("p", silentNode(tc.pod))
		so.noted("p", text, false)
		if got := so.why(); got != tc.want || final {
			t.Errorf("%s: got %q, %v, want %q", sentence, got, final, tc.want)
		}
	}
}
