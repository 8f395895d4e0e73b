package controlplane

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"helm.sh/helm/v3/pkg/action"
	"helm.sh/helm/v3/pkg/chart"
	"helm.sh/helm/v3/pkg/chartutil"
	"helm.sh/helm/v3/pkg/postrender"
	helmrelease "helm.sh/helm/v3/pkg/release"
	"helm.sh/helm/v3/pkg/storage/driver"

	"github.com/kubectl-rio/kubectl-rio/pkg/plan"
)

// release is a Helm release that is to be as its chart and values say.
type release struct {
	name, namespace string
	chart           *chart.Chart
	values          map[string]any       // over those that the release has already
	last            *helmrelease.Release // as it was found, nil when it was not there
	manifest        string               // as it was rendered without the cluster
}

// maxHistory is how many old revisions of a release are kept.
const maxHistory = 5

// ensure installs or upgrades a release, or finds it unchanged. It returns what it did, and
// the release.
func (p *plane) ensure(ctx context.Context, r release, update func(string)) (string, *helmrelease.Release, error) {
	ns, err := r.ownNamespace()
	if err != nil {
		return "", nil, err
	}
	if err := p.ensureNamespace(ctx, ns, update); err != nil {
		return "", nil, err
	}
	config, err := p.helm(r.namespace)
	if err != nil {
		return "", nil, err
	}
	last, err := p.mend(ctx, config, r, update)
	if err != nil {
		return "", nil, fmt.Errorf("mend release %q: %w", r.name, err)
	}
	values, err := r.over(last)
	if err != nil {
		return "", nil, err
	}
	if r.name == releaseRio {
		if err := p.enforce(ctx, r.namespace, podSecurity(values)); err != nil {
			return "", nil, fmt.Errorf("namespace %q: %w", r.namespace, err)
		}
	}
	if last != nil && r.unchanged(config, last, values) {
		return "unchanged", last, nil
	}
	did, rel, err := p.write(ctx, config, r, last, values, update)
	if err != nil {
		return "", nil, fmt.Errorf("release %q: %w", r.name, explain(err))
	}
	return did, rel, nil
}

// write installs a release, or upgrades the last one, when nothing of it is on its way out.
func (p *plane) write(ctx context.Context, config *action.Configuration, r release, last *helmrelease.Release, values map[string]any, update func(string)) (string, *helmrelease.Release, error) {
	objects, err := objectsOf(config, r.manifest)
	if err != nil {
		return "", nil, err
	}
	if err := p.whileAny(ctx, objects, isLeaving, update); err != nil { // Helm would take over what goes all the same
		return "", nil, err
	}
	if last == nil {
		rel, err := r.install(ctx, config, values)
		return "installed", rel, err
	}
	if r.name != releaseRio {
		rel, err := r.upgrade(ctx, config, values, nil)
		return "upgraded", rel, err
	}
	if last.Info.Status != helmrelease.StatusDeployed { // and stays so until all is removed
		base, err := upgradeBase(config, last)
		if err == nil {
			err = p.removeStale(ctx, base.Manifest, r.manifest)
		}
		if err != nil {
			return "", nil, err
		}
	}
	rel, err := p.upgradeRio(ctx, config, r, last, values)
	if err == nil {
		err = restore(config, rel)
	}
	return "upgraded", rel, err
}

// explain adds the remedy to Helm's refusal to take over what another tool made.
func explain(err error) error {
	if strings.Contains(err.Error(), "invalid ownership metadata") {
		return fmt.Errorf("%w; another tool applied it: change it there, or delete it there and repeat", err)
	}
	return err
}

// mend finds the last revision of a release, nil when there is none. One whose making was
// killed is put into the state that Helm goes on from, one whose removal was is removed, and so is
// the history of one that is gone, with which Helm would neither install nor upgrade. What is of a
// kind that the cluster knows no more is struck out.
func (p *plane) mend(ctx context.Context, config *action.Configuration, r release, update func(string)) (*helmrelease.Release, error) {
	last, err := lastOf(config, r.name)
	if err != nil || last == nil {
		return nil, err
	}
	switch status := last.Info.Status; {
	case isRemoved(last):
		_, err := p.remove(ctx, r.name, r.namespace, update)
		return nil, err
	case status.IsPending():
		last.SetStatus(helmrelease.StatusFailed, "found half done as "+status.String())
		if err := config.Releases.Update(last); err != nil {
			return nil, err
		}
	}
	base, err := upgradeBase(config, last)
	if err != nil {
		return nil, err
	}
	unknown, err := hasUnknown(config, base.Manifest)
	if err != nil || !unknown {
		return last, err
	}
	if base == last { // or it would be found unchanged when the kind is back
		last.SetStatus(helmrelease.StatusFailed, "found with a kind that the cluster does not know")
	}
	return last, forgetUnknown(config, base)
}

// upgradeBase is the record against which Helm computes an upgrade: the one that is deployed,
// or else the last one; prepareUpgrade in Helm's pkg/action/upgrade.go.
func upgradeBase(config *action.Configuration, last *helmrelease.Release) (*helmrelease.Release, error) {
	if last.Info.Status == helmrelease.StatusDeployed {
		return last, nil
	}
	deployed, err := config.Releases.Deployed(last.Name)
	if errors.Is(err, driver.ErrNoDeployedReleases) {
		return last, nil
	}
	return deployed, err
}

func (r release) install(ctx context.Context, config *action.Configuration, values map[string]any) (*helmrelease.Release, error) {
	i := action.NewInstall(config)
	i.ReleaseName, i.Namespace = r.name, r.namespace
	i.Labels = map[string]string{labelInstalled: "true"}
	i.DisableOpenAPIValidation = true // see upgrade
	ctx, done := whileHelmWorks(ctx)
	defer done()
	return i.RunWithContext(ctx, r.chart, values)
}

// whileHelmWorks is ctx until done. Helm looks at its context in a goroutine that may come late: it
// would take the end of a command that went well for that of the release, and mark it failed.
func whileHelmWorks(ctx context.Context) (_ context.Context, done func() bool) {
	working, cancel := context.WithCancel(context.WithoutCancel(ctx))
	return working, context.AfterFunc(ctx, cancel)
}

// upgrade leaves it to the API server to judge objects. What Helm calls validation asks for the
// OpenAPI documents of all groups, megabytes, to learn that the server does (since Kubernetes
// 1.25, https://kubernetes.io/docs/reference/using-api/api-concepts/#field-validation), and no more.
func (r release) upgrade(ctx context.Context, config *action.Configuration, values map[string]any, after postrender.PostRenderer) (*helmrelease.Release, error) {
	u := action.NewUpgrade(config)
	u.Namespace, u.MaxHistory, u.ResetValues = r.namespace, maxHistory, true // values are those of before, too
	u.DisableOpenAPIValidation, u.PostRenderer = true, after
	ctx, done := whileHelmWorks(ctx)
	defer done()
	return u.RunWithContext(ctx, r.name, r.chart, values)
}

// unchanged reports whether a release is of this chart and these values, and all of its
// objects are as they are to be.
func (r release) unchanged(config *action.Configuration, last *helmrelease.Release, values map[string]any) bool {
	if !r.recorded(last, values) {
		return false
	}
	drifted, err := r.drifted(config, last)
	return err == nil && len(drifted) == 0
}

// recorded reports whether the record of a release is of this chart and these values.
func (r release) recorded(last *helmrelease.Release, values map[string]any) bool {
	if last.Info.Status != helmrelease.StatusDeployed || !sameJSON(last.Chart, r.chart) {
		return false
	}
	return len(values)+len(last.Config) == 0 || sameJSON(last.Config, values)
}

// drifted are the objects of a release that an install brings back: what is not there; of the
// chart rio also what is not as it made it. Istio changes its own.
func (r release) drifted(config *action.Configuration, last *helmrelease.Release) ([]plan.Drifted, error) {
	drifted, _, err := drift(config, last)
	return slices.DeleteFunc(drifted, func(d plan.Drifted) bool { return d.Field != "" && r.name != releaseRio }), err
}

// isRemoved reports whether a release was uninstalled, by a run that was killed or by one that kept
// its history, and nothing goes on from it.
func isRemoved(last *helmrelease.Release) bool {
	return isPast(last) || last != nil && last.Info.Status == helmrelease.StatusUninstalling
}

// isPast reports whether of a release no more than its history is there.
func isPast(last *helmrelease.Release) bool {
	return last != nil && last.Info.Status == helmrelease.StatusUninstalled
}

// over are the values of a release over those that it has already. One that was removed has none.
func (r release) over(last *helmrelease.Release) (map[string]any, error) {
	values, err := copyValues(r.values)
	if err != nil || last == nil || isRemoved(last) {
		return values, err
	}
	before, err := copyValues(last.Config)
	endCertificate(before, values)
	return chartutil.CoalesceTables(values, before), err
}

// lastOf is the last revision of a release, nil when there is none.
func lastOf(config *action.Configuration, name string) (*helmrelease.Release, error) {
	last, err := config.Releases.Last(name)
	if errors.Is(err, driver.ErrReleaseNotFound) {
		return nil, nil
	}
	return last, err
}

// record is lastOf of a namespace.
func (p *plane) record(name, namespace string) (*helmrelease.Release, error) {
	config, err := p.helm(namespace)
	if err != nil {
		return nil, err
	}
	return lastOf(config, name)
}

// last is the record of the release rio, nil also where it is past.
func (p *plane) last(namespace string) (*helmrelease.Release, error) {
	last, err := p.record(releaseRio, namespace)
	if isPast(last) {
		return nil, nil
	}
	return last, err
}

// ours is record, nil also when it was not install that made the release.
func (p *plane) ours(name, namespace string) (*helmrelease.Release, error) {
	last, err := p.record(name, namespace)
	if err != nil || last == nil || last.Labels[labelInstalled] != "true" {
		return nil, err
	}
	return last, nil
}
