package controlplane

import (
	"strings"
	"testing"

	"helm.sh/helm/v3/pkg/action"
)

// keepHistory is helm uninstall --keep-history.
func (s *stage) keepHistory(t *testing.T, name, namespace string) {
	t.Helper()
	config, err := s.helm(namespace)
	if err != nil {
		t.Fatal(err)
	}
	u := action.NewUninstall(config)
	u.KeepHistory = true
	if _, err := u.Run(name); err != nil {
		t.Fatal(err)
	}
}

// Of a release whose history Helm kept nothing is there, its settings neither.
func TestInstallAfterHelmKeptTheHistory(t *testing.T) {
	s := newStage(t)
	s.doInstall(t, InstallOptions{Settings: Settings{Domain: new("apps.example.com")}})
	addKinds(t, s)
	s.keepHistory(t, releaseRio, rioNamespace)
	got := s.doInstall(t, InstallOptions{DryRun: true})
	if !strings.Contains(got, "ok    rio       not installed; chart 0.1.0 comes\n") || !strings.Contains(got, "release rio 0.1.0 would be installed\n") {
		t.Error(got)
	}
	if got := s.doInstall(t, InstallOptions{Upgrade: true}); !strings.Contains(got, `error: this cluster has no release "rio"`) {
		t.Error(got)
	}
	if got := s.doInstall(t, InstallOptions{}); !strings.Contains(got, "rio: 0.1.0 installed\ndomain: 127.0.0.1.nip.io\n") {
		t.Error(got)
	}
	if v := s.last(t, releaseRio, rioNamespace).Version; v != 1 {
		t.Errorf("the history goes on with revision %d", v)
	}
	s.keepHistory(t, releaseRio, rioNamespace)
	same(t, uninstalled, s.doUninstall(t, UninstallOptions{}))
	if rel, err := s.record(releaseRio, rioNamespace); rel != nil || err != nil {
		t.Errorf("a record is left: %v, %v", rel, err)
	}
}

func TestAnIstioThatCameAfterOursIsUsedAsItIs(t *testing.T) {
	s := newStage(t)
	s.doInstall(t, InstallOptions{})
	s.keepHistory(t, releaseIstiod, istioNamespace)
	s.keepHistory(t, releaseBase, istioNamespace)
	addKinds(t, s)
	if got := s.doInstall(t, InstallOptions{}); strings.Contains(got, "istiod: ") || !strings.Contains(got, "; used as it is\n") {
		t.Error(got)
	}
	same(t, "rio: removed\nnamespaces: removed\n", s.doUninstall(t, UninstallOptions{}))
}
