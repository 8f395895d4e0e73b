package cluster

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/kubectl-rio/kubectl-rio/pkg/rio"
)

func TestNodeOf(t *testing.T) {
	condition := func(kind corev1.NodeConditionType, status corev1.ConditionStatus, reason string) corev1.NodeCondition {
		return corev1.NodeCondition{Type: kind, Status: status, Reason: reason, Message: "oh"}
	}
	for sentence, tc := range map[string]struct {
		conditions []corev1.NodeCondition
		want       rio.Node
	}{
		"all is well":               {[]corev1.NodeCondition{condition("MemoryPressure", "False", "Enough"), condition("Ready", "True", "Ready")}, rio.Node{Ready: true}},
		"its disk is full":          {[]corev1.NodeCondition{condition("DiskPressure", "True", "Full"), condition("Ready", "True", "Ready")}, rio.Node{Ready: true, Detail: "Full: oh"}},
		"its roles are no ailments": {[]corev1.NodeCondition{condition("EtcdIsVoter", "True", "Member"), condition("KernelReady", "True", "Kernel"), condition("Ready", "True", "Ready")}, rio.Node{Ready: true}},
		"its kernel hangs":          {[]corev1.NodeCondition{condition("KernelDeadlock", "True", "Docker"), condition("KernelReady", "False", "Kernel"), condition("Ready", "True", "Ready")}, rio.Node{Ready: true, Detail: "Docker: oh; Kernel: oh"}},
		"nobody hears of it":        {[]corev1.NodeCondition{condition("MemoryPressure", "Unknown", "Lost"), condition("Ready", "Unknown", "Lost")}, rio.Node{Detail: "Lost: oh; Lost: oh"}},
		"it has only just joined":   {nil, rio.Node{Detail: "its kubelet has not reported yet"}},
	} {
		t.Run(sentence, func(t *testing.T) {
			o := corev1.Node{ObjectMeta: metav1.ObjectMeta{Name: "one"}, Status: corev1.NodeStatus{Conditions: tc.conditions, Addresses: []corev1.NodeAddress{
				{Type: corev1.NodeHostName, Address: "one"}, {Type: corev1.NodeInternalIP, Address: "10.0.0.1"}, {Type: corev1.NodeInternalIP, Address: "fd00::1"}, {Type: corev1.NodeExternalIP, Address: "198.51.100.1"},
			}}}
			tc.want.Name, tc.want.Internal, tc.want.External = "one", "10.0.0.1", "198.51.100.1"
			if diff := cmp.Diff(tc.want, nodeOf(&o)); diff != "" {
				t.Error(diff)
			}
		})
	}
}
