package controlplane

import (
	"cmp"
	"fmt"
	"slices"

	helmrelease "helm.sh/helm/v3/pkg/release"
)

// settleRevision has the chart base know the revision of the istiod that comes, as
// https://istio.io/latest/docs/setup/upgrade/helm/#canary-upgrade does: its webhook validates all that
// is of Istio's kinds, and where it calls an istiod that is not there, every write is refused. A
// revision that istiod has stays: with another one Helm takes away the Service that running pods ask.
func settleRevision(releases []release, istiod *helmrelease.Release) error {
	named := func(name string) int {
		return slices.IndexFunc(releases, func(r release) bool { return r.name == name })
	}
	i := named(releaseIstiod)
	if i < 0 {
		return nil
	}
	values, err := releases[i].over(istiod)
	if err != nil {
		return err
	}
	revision := getString(values, "revision")
	if istiod != nil && !isRemoved(istiod) && getString(istiod.Config, "revision") != revision {
		was, wanted := cmp.Or(getString(istiod.Config, "revision"), "default"), cmp.Or(revision, "default")
		return fmt.Errorf("istiod has revision %q, which running pods ask, and --istio-values has %q; leave that out, or bring a second istiod with Helm, and then: kubectl rio install --set istio.revision=%s",
			was, wanted, wanted)
	}
	if b := named(releaseBase); b >= 0 && revision != "" {
		set(releases[b].values, revision, "defaultRevision")
	}
	return nil
}
