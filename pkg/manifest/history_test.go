package manifest_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/kubectl-rio/kubectl-rio/pkg/manifest"
	"github.com/kubectl-rio/kubectl-rio/pkg/rio"
)

func TestReleases(t *testing.T) {
	made := time.Date(2026, 11, 24, 12, 0, 0, 0, time.UTC)
	ref := rio.Ref{Namespace: "default", Service: "foobar"}
	set := func(owner, number, hash, image string, annotations map[string]string) appsv1.ReplicaSet {
		if annotations == nil {
			annotations = map[string]string{}
		}
		annotations["deployment.kubernetes.io/revision"] = number
		rs := appsv1.ReplicaSet{ObjectMeta: metav1.ObjectMeta{
			Annotations: annotations, CreationTimestamp: metav1.NewTime(made), Labels: map[string]string{"pod-template-hash": hash},
			OwnerReferences: []metav1.OwnerReference{{Kind: "Deployment", Name: owner}},
		}}
		rs.Spec.Template.Labels = rio.Labels(ref)
		rs.Spec.Template.Labels["pod-template-hash"] = hash
		rs.Spec.Template.Labels["tier"] = "front"
		rs.Spec.Template.Spec.Containers = []corev1.Container{{Name: "foobar", Image: image}}
		return rs
	}
	got := manifest.Releases(ref, []appsv1.ReplicaSet{
		set("foobar", "9", "aaa", "nginx", nil),
		set("foobar", "10", "bbb", "httpd", map[string]string{
			"kubernetes.io/change-cause": "promote foobar:v2", "rio.cattle.io/changed-by": "dev", "rio.cattle.io/changed-at": "2026-11-24T13:00:00Z",
		}),
		set("foobar-v2", "1", "ccc", "httpd", nil),
		set("foobar", "", "ddd", "no number", nil),
	})
	template := func(image string) corev1.PodTemplateSpec {
		return corev1.PodTemplateSpec{
			ObjectMeta: metav1.ObjectMeta{Labels: map[string]string{"tier": "front"}},
			Spec:       corev1.PodSpec{Containers: []corev1.Container{{Name: "foobar", Image: image}}},
		}
	}
	want := []rio.Release{
		{Number: 10, Hash: "bbb", Template: template("httpd"), Cause: rio.Cause{Command: "promote foobar:v2", By: "dev", At: made.Add(time.Hour)}, Current: true},
		{Number: 9, Hash: "aaa", Template: template("nginx"), Cause: rio.Cause{At: made}},
	}
	if diff := cmp.Diff(want, got, cmpopts.EquateEmpty()); diff != "" {
		t.Error(diff)
	}
}
