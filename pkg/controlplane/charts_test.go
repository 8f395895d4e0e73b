package controlplane

import (
	"errors"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"helm.sh/helm/v3/pkg/chart"
	"helm.sh/helm/v3/pkg/chartutil"
	helmrelease "helm.sh/helm/v3/pkg/release"
	"helm.sh/helm/v3/pkg/repo"

	"github.com/kubectl-rio/kubectl-rio/pkg/cluster"
)

// istioCharts is a repository with Istio's charts, in folders of the repository itself.
func istioCharts(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	server := httptest.NewServer(http.FileServer(http.Dir(dir)))
	t.Cleanup(server.Close)
	for _, name := range []string{"base", "istiod"} {
		c := &chart.Chart{Metadata: &chart.Metadata{APIVersion: "v2", Name: name, Version: IstioVersion}}
		if _, err := chartutil.Save(c, filepath.Join(dir, name)); err != nil {
			t.Fatal(err)
		}
	}
	index, err := repo.IndexDirectory(dir, server.URL)
	if err != nil {
		t.Fatal(err)
	}
	if err := index.WriteFile(filepath.Join(dir, "index.yaml"), 0o644); err != nil {
		t.Fatal(err)
	}
	return server.URL
}

// A folder base is what a kustomize repository has at its top.
func TestIstioComesFromTheRepositoryAndNotFromHere(t *testing.T) {
	t.Setenv("HELM_CACHE_HOME", t.TempDir())
	t.Chdir(t.TempDir())
	for _, name := range []string{"base", "istiod"} {
		if err := os.Mkdir(name, 0o755); err != nil {
			t.Fatal(err)
		}
	}
	s := newStage(t)
	s.charts = istioCharts(t)
	want := "chart: base " + IstioVersion + "\nchart: istiod " + IstioVersion + "\n" + did
	same(t, want, done(s.doInstall(t, InstallOptions{})))
}

func TestARepositoryThatDoesNotAnswer(t *testing.T) {
	t.Setenv("HELM_CACHE_HOME", t.TempDir())
	ended := make(chan struct{})
	silent := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { <-ended }))
	t.Cleanup(silent.Close)
	t.Cleanup(func() { close(ended) })
	s := newStage(t)
	s.Timeout = 100 * time.Millisecond
	err := s.install(t.Context(), InstallOptions{Options: s.Options, IstioCharts: silent.URL})
	if !errors.Is(err, cluster.ErrNotReady) {
		t.Errorf("it is no wait that ran out of time: %v", err)
	}
	same(t, "chart: failed\nerror: chart \"base\" from \""+silent.URL+"\": no answer after 0s; without a way there, give a directory: --istio-charts DIR\n", done(s.says(err)))
}

// istioAt makes Istio's releases those of another version.
func istioAt(t *testing.T, s *stage, version string) {
	t.Helper()
	config, err := s.helm(istioNamespace)
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{releaseBase, releaseIstiod} {
		rel := s.last(t, name, istioNamespace)
		rel.Chart.Metadata.Version, rel.Chart.Metadata.AppVersion = version, version
		if err := config.Releases.Update(rel); err != nil {
			t.Fatal(err)
		}
	}
}

func TestIstioIsNotMadeOlder(t *testing.T) {
	s := newStage(t)
	s.doInstall(t, InstallOptions{})
	addKinds(t, s)
	istioAt(t, s, "99.1.0")
	got := s.says(s.install(t.Context(), InstallOptions{Options: s.Options, Upgrade: true}))
	want := "istio-base stays at 99.1.0, which is newer than the " + IstioVersion + " that this plugin brings\n" +
		"istiod stays at 99.1.0, which is newer than the " + IstioVersion + " that this plugin brings\n" +
		"istio-base: 99.1.0 unchanged\nistiod: 99.1.0 unchanged\n"
	if !strings.HasPrefix(done(got), want) {
		t.Error(got)
	}
	if got := s.doInstall(t, InstallOptions{Upgrade: true}); !strings.HasSuffix(got, "error: chart \"base\" from \""+s.charts+
		"\" has version 1.0.0, older than 99.1.0 of release \"istio-base\" in the cluster; leave out --istio-charts to keep that\n") {
		t.Error(got)
	}
	if rel := s.last(t, releaseIstiod, istioNamespace); rel.Version != 1 || rel.Info.Status != helmrelease.StatusDeployed {
		t.Errorf("istiod is at revision %d, %s", rel.Version, rel.Info.Status)
	}
}
