package controlplane

import (
	"path/filepath"
	"strings"
	"testing"
)

// The webhook of the chart base is for all of Istio's kinds, and refuses every write where it calls nobody.
func TestIstiosRevisionIsForItsBaseToo(t *testing.T) {
	s := newStage(t)
	valued := func(text string) InstallOptions {
		path := filepath.Join(t.TempDir(), "values.yaml")
		writeFile(t, path, text)
		return InstallOptions{IstioValues: []string{path}}
	}
	s.doInstall(t, valued("revision: blue\n"))
	same(t, "blue", getString(s.last(t, releaseBase, istioNamespace).Config, "defaultRevision"))
	addIstio(t, s, "blue")
	if got := s.doInstall(t, InstallOptions{}); !strings.HasPrefix(done(got), "istio-base: 1.31.4 unchanged\nistiod: 1.31.4 unchanged\n") {
		t.Error(got)
	}

	// An install by a plugin that did not know: what is there is mended.
	delete(s.last(t, releaseBase, istioNamespace).Config, "defaultRevision")
	if got := s.doInstall(t, InstallOptions{Upgrade: true}); !strings.HasPrefix(done(got), "istio-base: 1.31.4 upgraded\nistiod: 1.31.4 unchanged\n") {
		t.Error(got)
	}

	const refused = `error: istiod has revision "blue", which running pods ask, and --istio-values has "green"; leave that out, or bring a second istiod with Helm, ` +
		"and then: kubectl rio install --set istio.revision=green\n"
	for range 2 { // nothing of it was kept
		same(t, refused, done(s.doInstall(t, valued("revision: green\n"))))
	}
	plain := used(t)
	if got := plain.doInstall(t, valued("revision: blue\n")); !strings.Contains(got, `error: istiod has revision "default", which running pods ask, and --istio-values has "blue"; `) {
		t.Error(got)
	}
	if got := plain.doInstall(t, valued("pilot: {traceSampling: 2}\n")); !strings.HasPrefix(done(got), "istio-base: 1.31.4 unchanged\nistiod: 1.31.4 upgraded\n") {
		t.Error(got)
	}
}
