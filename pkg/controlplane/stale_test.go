package controlplane

import (
	"errors"
	"strings"
	"testing"

	helmrelease "helm.sh/helm/v3/pkg/release"
	"k8s.io/apimachinery/pkg/runtime"
	dynamicfake "k8s.io/client-go/dynamic/fake"
	k8stesting "k8s.io/client-go/testing"
)

// failedUpgrade is a stage on which an upgrade failed between two modes of labelling, and the objects
// of the chart as they are left.
func failedUpgrade(t *testing.T, from, to string) *stage {
	t.Helper()
	var left []runtime.Object
	for _, name := range []string{"rio-webhook", "somebodys"} {
		release := releaseRio
		if name == "somebodys" {
			release = "myrio"
		}
		left = append(left, ofChart("admissionregistration.k8s.io/v1", "MutatingWebhookConfiguration", "", name, release))
	}
	left = append(left, ofChart("v1", "ConfigMap", "rio-defaults", "rio", releaseRio))
	s := newStage(t, left...)
	for _, mode := range []string{from, to} {
		s.doInstall(t, InstallOptions{Settings: Settings{Set: []string{"labels.mode=" + mode}}})
	}
	config, err := s.helm(rioNamespace)
	if err != nil {
		t.Fatal(err)
	}
	for version, status := range map[int]helmrelease.Status{1: helmrelease.StatusDeployed, 2: helmrelease.StatusFailed} {
		rel, err := config.Releases.Get(releaseRio, version)
		if err != nil {
			t.Fatal(err)
		}
		rel.Info.Status = status
		if err := config.Releases.Update(rel); err != nil {
			t.Fatal(err)
		}
	}
	return s
}

// Helm removes what the last record names, which is not all that there is.
func TestUninstallAfterAFailedUpgrade(t *testing.T) {
	s := failedUpgrade(t, "webhook", "none")
	same(t, uninstalled, s.doUninstall(t, UninstallOptions{}))
	same(t, "somebodys", s.chartNames(t))
}

// What a failed upgrade made is in neither of the records that Helm compares.
func TestInstallAfterAFailedUpgrade(t *testing.T) {
	s := failedUpgrade(t, "none", "webhook")
	s.doInstall(t, InstallOptions{Settings: Settings{Set: []string{"labels.mode=none"}}})
	same(t, "somebodys rio", s.chartNames(t))

	s = failedUpgrade(t, "none", "webhook")
	s.doInstall(t, InstallOptions{})
	same(t, "rio-webhook somebodys rio", s.chartNames(t))
}

// The record says failed until it is removed, or nothing would look for it again.
func TestWhatAFailedUpgradeLeftIsRemovedOnTheNextInstall(t *testing.T) {
	s := failedUpgrade(t, "none", "webhook")
	refused := false
	s.dynamic.(*dynamicfake.FakeDynamicClient).PrependReactor("delete", "mutatingwebhookconfigurations", func(k8stesting.Action) (bool, runtime.Object, error) {
		first := !refused
		refused = true
		return first, nil, errors.New("refused")
	})
	none := InstallOptions{Settings: Settings{Set: []string{"labels.mode=none"}}}
	if said := s.doInstall(t, none); !strings.Contains(said, "refused") {
		t.Errorf("the first install does not say it: %s", said)
	}
	same(t, "rio-webhook somebodys rio", s.chartNames(t))
	s.doInstall(t, none)
	same(t, "somebodys rio", s.chartNames(t))
}
