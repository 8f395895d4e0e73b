package printer_test

import (
	"testing"

	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/utils/ptr"

	"github.com/kubectl-rio/kubectl-rio/pkg/printer"
)

func TestLostField(t *testing.T) {
	const image, mode = "template.spec.containers[web].image", "template.spec.containers[web].env[MODE].value"
	for sentence, tc := range map[string]struct {
		change func(*appsv1.Deployment)
		want   string
	}{
		"it is the same":       {func(*appsv1.Deployment) {}, ""},
		"others add something": {func(d *appsv1.Deployment) { d.Spec.Template.Labels = map[string]string{"team": "a"} }, ""},
		"a field is another":   {func(d *appsv1.Deployment) { d.Spec.Template.Spec.Containers[0].Image = "other" }, image},
		"a field is gone":      {func(d *appsv1.Deployment) { d.Spec.Template.Spec.Containers[0].Env = nil }, "template.spec.containers[web].env[MODE].name"},
		"of two, the first is named": {func(d *appsv1.Deployment) {
			d.Spec.Template.Spec.Containers[0] = corev1.Container{Name: "web", Env: []corev1.EnvVar{{Name: "MODE"}}}
		}, mode},
		"it is not one of its pods'": {func(d *appsv1.Deployment) { d.Spec.Replicas = ptr.To[int32](5) }, ""},
	} {
		was := &appsv1.Deployment{}
		was.Spec.Replicas = ptr.To[int32](1)
		was.Spec.Template.Spec.Containers = []corev1.Container{{Name: "web", Image: "nginx", Env: []corev1.EnvVar{{Name: "MODE", Value: "fast"}}}}
		is := was.DeepCopy()
		tc.change(is)
		if got, err := printer.LostField(was, is); got != tc.want || err != nil {
			t.Errorf("%s: got %q, %v, want %q", sentence, got, err, tc.want)
		}
	}
}
