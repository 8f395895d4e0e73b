package controlplane

import (
	"testing"

	helmrelease "helm.sh/helm/v3/pkg/release"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// keepRelease has another tool keep the record of a release rio of one namespace in another, or the same.
func (s *stage) keepRelease(t *testing.T, namespace, of string) {
	t.Helper()
	record := &corev1.Secret{ObjectMeta: metav1.ObjectMeta{Namespace: namespace, Name: "sh.helm.release.v1.rio.v1", Labels: map[string]string{"owner": "helm", "name": releaseRio}}}
	if _, err := s.kube.CoreV1().Secrets(namespace).Create(t.Context(), record, metav1.CreateOptions{}); err != nil {
		t.Fatal(err)
	}
	config, err := s.helm(namespace)
	if err != nil {
		t.Fatal(err)
	}
	rel := &helmrelease.Release{Name: releaseRio, Namespace: namespace, Version: 1, Info: &helmrelease.Info{Status: helmrelease.StatusDeployed}}
	if err := config.Releases.Create(rel); err != nil {
		t.Fatal(err)
	}
	rel.Namespace = of // where the stage keeps a release is where it is created
}
