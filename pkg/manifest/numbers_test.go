package manifest_test

import (
	"fmt"
	"testing"

	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"

	"github.com/kubectl-rio/kubectl-rio/pkg/manifest"
)

// A template or a path prints a whole number as it is, however large: OpenShift's users begin at 1,000,000,000.
func TestEncodedNumbersAreWhole(t *testing.T) {
	d := &appsv1.Deployment{}
	d.Spec.Template.Spec.SecurityContext = &corev1.PodSecurityContext{RunAsUser: new(int64(1000680000))}
	m, err := manifest.Encode(d)
	if err != nil {
		t.Fatal(err)
	}
	user, _, _ := unstructured.NestedFieldNoCopy(m, "spec", "template", "spec", "securityContext", "runAsUser")
	if got := fmt.Sprint(user); got != "1000680000" {
		t.Errorf("runAsUser is %s", got)
	}
}
