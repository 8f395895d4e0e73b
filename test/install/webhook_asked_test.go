package install

import (
	"testing"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"
)

// TestWebhookIsAskedOfStacksOnly reads the API server's counters.
func TestWebhookIsAskedOfStacksOnly(t *testing.T) {
	p, ok := installed(t, "rio-test-asked")
	if !ok {
		return
	}
	s := p.newStack("", true)
	outside := p.newStack("-outside", false)
	dry := metav1.CreateOptions{DryRun: []string{metav1.DryRunAll}}
	ctx := t.Context()

	whole := s.deployment("whole")
	labelled, err := s.kube.AppsV1().Deployments(s.name).Create(ctx, whole, metav1.CreateOptions{})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := s.kube.AppsV1().Deployments(outside.name).Create(ctx, outside.deployment("foreign"), metav1.CreateOptions{}); err != nil {
		t.Fatal(err)
	}
	annotate := func(s stack, name string) error {
		_, err := s.kube.AppsV1().Deployments(s.name).Patch(ctx, name, types.MergePatchType, []byte(`{"metadata":{"annotations":{"x":"y"}}}`), metav1.PatchOptions{})
		return err
	}
	before := s.count(asked)
	for what, do := range map[string]func() error{
		"a Deployment outside of stacks": func() error { _, err := outside.dryRun(ctx, "plain"); return err },
		"a change outside of stacks": func() error {
			return annotate(outside, "foreign")
		},
		"a ConfigMap in a stack": func() error {
			_, err := s.kube.CoreV1().ConfigMaps(s.name).Create(ctx, &corev1.ConfigMap{ObjectMeta: metav1.ObjectMeta{Name: "plain"}}, dry)
			return err
		},
		"a Pod in a stack": func() error {
			pod := &corev1.Pod{ObjectMeta: metav1.ObjectMeta{Name: "plain"}, Spec: whole.Spec.Template.Spec}
			_, err := s.kube.CoreV1().Pods(s.name).Create(ctx, pod, dry)
			return err
		},
		"a Deployment that has its labels": func() error {
			d := labelled.DeepCopy()
			d.ObjectMeta = metav1.ObjectMeta{Name: "again", Labels: labelled.Labels}
			_, err := s.kube.AppsV1().Deployments(s.name).Create(ctx, d, dry)
			return err
		},
		"a change of one that has its labels": func() error {
			return annotate(s, "whole")
		},
		"one in the webhook's own namespace": func() error {
			d := s.deployment("own")
			d.Namespace = "rio-system"
			d.Spec.Template.Spec = restricted(d.Spec.Template.Spec)
			_, err := s.kube.AppsV1().Deployments("rio-system").Create(ctx, d, dry)
			return err
		},
	} {
		if err := do(); err != nil {
			t.Errorf("%s: %v", what, err)
		}
		if n := s.count(asked); n != before {
			t.Errorf("%s: the webhook was asked %d times", what, n-before)
			before = n
		}
	}
	if yes, err := s.dryRun(ctx, "last"); err != nil || !yes {
		t.Errorf("labelled %t, %v", yes, err)
	}
	if n := s.count(asked) - before; n != 1 {
		t.Errorf("for a Deployment in a stack it was asked %d times, want once", n)
	}
}

// restricted is a pod that Pod Security lets into any namespace.
func restricted(spec corev1.PodSpec) corev1.PodSpec {
	spec.SecurityContext = &corev1.PodSecurityContext{
		RunAsNonRoot: new(true), RunAsUser: new(int64(65532)), SeccompProfile: &corev1.SeccompProfile{Type: corev1.SeccompProfileTypeRuntimeDefault},
	}
	spec.Containers[0].SecurityContext = &corev1.SecurityContext{
		AllowPrivilegeEscalation: new(false), Capabilities: &corev1.Capabilities{Drop: []corev1.Capability{"ALL"}},
	}
	return spec
}
