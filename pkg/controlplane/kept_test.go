package controlplane

import (
	"strings"
	"testing"

	helmrelease "helm.sh/helm/v3/pkg/release"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/kubectl-rio/kubectl-rio/pkg/cluster"
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

// Helm takes over what says that it is of the release that is installed, and its settings are lost.
func TestInstallLeavesAReleaseThatIsKeptElsewhere(t *testing.T) {
	const refused = `error: release "rio" of namespace "rio-system" is kept in namespace "flux-system" by another tool, as Flux does; change its settings there` + "\n"
	defaults := &corev1.ConfigMap{ObjectMeta: metav1.ObjectMeta{
		Namespace: cluster.DefaultsNamespace, Name: cluster.DefaultsConfigMap, Labels: map[string]string{"helm.sh/chart": "rio-0.1.0"},
		Annotations: map[string]string{"meta.helm.sh/release-name": releaseRio, "meta.helm.sh/release-namespace": rioNamespace}}}
	s := newStage(t)
	s.kube = fakeKube("v1.37.2", "", defaults)
	s.keepRelease(t, "film", "film") // somebody's own
	if got := s.doInstall(t, InstallOptions{DryRun: true}); !strings.Contains(got, "warn  rio       chart 0.1.0 is there without its release") || strings.Contains(got, "error") {
		t.Error(got)
	}
	s.keepRelease(t, "flux-system", rioNamespace)
	var out strings.Builder
	for _, o := range []InstallOptions{{}, {Upgrade: true}, {DryRun: true}, {Manifests: &out}} {
		want := refused
		if o.Manifests != nil {
			want = "apply the releases one after the other, each when the one before it is ready\n"
		}
		got := writesNothing(t, s, o)
		same(t, want, done(got))
		if !strings.Contains(got, "ok    rio       chart 0.1.0, applied by another tool\n") {
			t.Error(got)
		}
	}
	if !strings.Contains(out.String(), "name: rio-gateway") {
		t.Error("that tool may want to apply this")
	}
}

// Helm keeps a release where HELM_DRIVER says, and the record of another place would be a second one.
func TestInstallLeavesAReleaseThatIsKeptInConfigMaps(t *testing.T) {
	defaults := &corev1.ConfigMap{ObjectMeta: metav1.ObjectMeta{
		Namespace: cluster.DefaultsNamespace, Name: cluster.DefaultsConfigMap, Labels: map[string]string{"helm.sh/chart": "rio-0.1.0"},
		Annotations: map[string]string{"meta.helm.sh/release-name": releaseRio, "meta.helm.sh/release-namespace": rioNamespace}}}
	record := &corev1.ConfigMap{ObjectMeta: metav1.ObjectMeta{Namespace: rioNamespace, Name: "sh.helm.release.v1.rio.v1", Labels: map[string]string{"owner": "helm", "name": releaseRio}}}
	s := newStage(t)
	s.kube = fakeKube("v1.37.2", "", defaults, record)
	same(t, `error: release "rio" of namespace "rio-system" is kept in ConfigMaps, by helm with HELM_DRIVER=configmap; change its settings there`+"\n",
		done(writesNothing(t, s, InstallOptions{})))
}

// A HelmRelease in rio-system has its record where ours would be. Flux would put back what install
// changes, and what uninstall removes.
func TestWhatFluxKeepsInRioSystemIsFluxs(t *testing.T) {
	s := newStage(t, outside(releaseRio)...)
	s.kube = fakeKube("v1.37.2", "", &corev1.ConfigMap{ObjectMeta: metav1.ObjectMeta{
		Namespace: cluster.DefaultsNamespace, Name: cluster.DefaultsConfigMap,
		Labels:      map[string]string{"helm.sh/chart": "rio-0.1.0", "helm.toolkit.fluxcd.io/name": "rio", "helm.toolkit.fluxcd.io/namespace": rioNamespace},
		Annotations: map[string]string{"meta.helm.sh/release-name": releaseRio, "meta.helm.sh/release-namespace": rioNamespace}}})
	s.keepRelease(t, rioNamespace, rioNamespace)
	const refused = `error: release "rio" of namespace "rio-system" is kept by Flux, for HelmRelease "rio" of namespace "rio-system"; change its settings there` + "\n"
	for _, o := range []InstallOptions{{}, {Upgrade: true}} {
		same(t, refused, done(writesNothing(t, s, o)))
	}
	before := s.chartNames(t)
	const removed = "error: chart 0.0.9 of rio was applied by another tool, or as another release; remove it there, then repeat: kubectl rio uninstall\n"
	same(t, removed, s.doUninstall(t, UninstallOptions{}))
	same(t, before, s.chartNames(t))
}
