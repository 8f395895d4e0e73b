package controlplane

import (
	"path/filepath"
	"strings"
	"testing"
)

// A tool that compares what it applied with what is there would put Ignore back for ever.
func TestManifestsSayHowIstiosWebhooksFail(t *testing.T) {
	s := newStage(t)
	s.likeIstios(t)
	values := filepath.Join(t.TempDir(), "values.yaml")
	writeFile(t, values, "base: {validationFailurePolicy: Ignore}\n")
	for want, o := range map[string]InstallOptions{"Fail Fail": {}, "Fail Ignore": {IstioValues: []string{values}}} {
		var out strings.Builder
		o.Manifests = &out
		s.doInstall(t, o)
		istios, _, _ := strings.Cut(out.String(), "# release rio\n")
		var got []string
		for line := range strings.Lines(istios) {
			if _, policy, ok := strings.Cut(line, "failurePolicy: "); ok {
				got = append(got, strings.TrimSpace(policy))
			}
		}
		same(t, want, strings.Join(got, " "))
	}
	s.doInstall(t, InstallOptions{})
	if got := s.last(t, releaseIstiod, istioNamespace).Manifest; !strings.Contains(got, "failurePolicy: Ignore") {
		t.Errorf("an install leaves it to istiod:\n%s", got)
	}
	// what an earlier install was given stays
	s.doInstall(t, InstallOptions{IstioValues: []string{values}})
	var out strings.Builder
	s.doInstall(t, InstallOptions{Manifests: &out})
	_, istiod, _ := strings.Cut(out.String(), "# release istiod\n")
	istiod, _, _ = strings.Cut(istiod, "# release rio\n")
	if !strings.Contains(istiod, "failurePolicy: Ignore") {
		t.Errorf("it is a value of the release:\n%s", istiod)
	}
}
