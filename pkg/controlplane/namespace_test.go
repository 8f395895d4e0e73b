package controlplane

import (
	"testing"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/kubernetes/fake"
)

func TestInstallEnforcesPodSecurity(t *testing.T) {
	s := newStage(t)
	level := func() string {
		ns, err := s.kube.CoreV1().Namespaces().Get(t.Context(), rioNamespace, metav1.GetOptions{})
		if err != nil {
			t.Fatal(err)
		}
		return ns.Labels[labelPodSecurity]
	}
	on, off := true, false
	for _, step := range []struct {
		says string
		o    InstallOptions
		want string
	}{
		{"all pods pass the strictest", InstallOptions{}, "restricted"},
		{"but for one with ports of its node", InstallOptions{Settings: Settings{HostPort: &on}}, "privileged"},
		{"what is not said stays", InstallOptions{Settings: Settings{Domain: new("apps.example.com")}}, "privileged"},
		{"and back", InstallOptions{Settings: Settings{HostPort: &off}}, "restricted"},
	} {
		s.doInstall(t, step.o)
		addKindsOnce(t, s)
		if got := level(); got != step.want {
			t.Errorf("%s: %q, want %q", step.says, got, step.want)
		}
	}
}

// addKindsOnce is addKinds, unless they are there.
func addKindsOnce(t *testing.T, s *stage) {
	t.Helper()
	if list, err := s.dynamic.Resource(crdResource).List(t.Context(), metav1.ListOptions{}); err != nil || len(list.Items) > 0 {
		return
	}
	addKinds(t, s)
}

func TestEnforceLeavesOthersNamespacesAlone(t *testing.T) {
	p := &plane{kube: fake.NewClientset(&corev1.Namespace{ObjectMeta: metav1.ObjectMeta{Name: rioNamespace}})}
	if err := p.enforce(t.Context(), rioNamespace, "restricted"); err != nil {
		t.Fatal(err)
	}
	ns, err := p.kube.CoreV1().Namespaces().Get(t.Context(), rioNamespace, metav1.GetOptions{})
	if err != nil || len(ns.Labels) > 0 {
		t.Errorf("labels are %v, %v", ns.Labels, err)
	}
}
