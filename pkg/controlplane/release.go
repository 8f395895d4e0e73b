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
	"helm.sh/helm/v3/pkg/kube"
	helmrelease "helm.sh/helm/v3/pkg/release"
	"helm.sh/helm/v3/pkg/storage/driver"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/cli-runtime/pkg/resource"

	"github.com/kubectl-rio/kubectl-rio/pkg/cluster"
	"github.com/kubectl-rio/kubectl-rio/pkg/plan"
)

// release is a Helm release that is to be as its chart and values say.
type release struct {
	name, namespace string
	chart           *chart.Chart
	values          map[string]any       // over those that the release has already
	last            *helmrelease.Release // as it was found, nil when it was not there
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
	last, err := mend(config, r.name)
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
	did, rel := "unchanged", last
	switch {
	case last == nil:
		did = "installed"
		rel, err = r.install(ctx, config)
	case !r.unchanged(config, last, values):
		did = "upgraded"
		if err = p.stopScaling(ctx, last.Config, values); err != nil {
			break
		}
		if rel, err = r.upgrade(ctx, config); err == nil && r.name == releaseRio {
			err = restore(config, rel)
		}
	}
	if err != nil {
		return "", nil, fmt.Errorf("release %q: %w", r.name, explain(err))
	}
	return did, rel, nil
}

// stopScaling removes the gateway's autoscaler where it is to go, before the chart's number of
// pods is written. Helm removes it last, and until then it writes its own number over that.
func (p *plane) stopScaling(ctx context.Context, was, is map[string]any) error {
	enabled := []string{"gateway", "autoscaling", "enabled"}
	if get(was, enabled...) != true || get(is, enabled...) == true {
		return nil
	}
	err := p.kube.AutoscalingV2().HorizontalPodAutoscalers(rioNamespace).Delete(ctx, cluster.GatewayService, metav1.DeleteOptions{})
	if apierrors.IsNotFound(err) {
		return nil
	}
	return err
}

// explain adds the remedy to Helm's refusal to take over what another tool made.
func explain(err error) error {
	if strings.Contains(err.Error(), "invalid ownership metadata") {
		return fmt.Errorf("%w; another tool applied it: change it there, or delete it there and repeat", err)
	}
	return err
}

// mend finds the last revision of a release, nil when there is none. One whose making was
// killed is put into the state that Helm goes on from, one whose removal was is removed.
func mend(config *action.Configuration, name string) (*helmrelease.Release, error) {
	last, err := config.Releases.Last(name)
	if errors.Is(err, driver.ErrReleaseNotFound) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	switch status := last.Info.Status; {
	case status.IsPending():
		last.SetStatus(helmrelease.StatusFailed, "found half done as "+status.String())
		return last, config.Releases.Update(last)
	case status == helmrelease.StatusUninstalling:
		_, err := action.NewUninstall(config).Run(name)
		return nil, err
	}
	return last, nil
}

func (r release) install(ctx context.Context, config *action.Configuration) (*helmrelease.Release, error) {
	i := action.NewInstall(config)
	i.ReleaseName, i.Namespace = r.name, r.namespace
	i.Labels = map[string]string{LabelInstalled: "true"}
	i.DisableOpenAPIValidation = true // see upgrade
	return i.RunWithContext(ctx, r.chart, r.values)
}

// upgrade leaves it to the API server to judge objects. What Helm calls validation asks for the
// OpenAPI documents of all groups, megabytes, to learn that the server does (since Kubernetes
// 1.25, https://kubernetes.io/docs/reference/using-api/api-concepts/#field-validation), and no more.
func (r release) upgrade(ctx context.Context, config *action.Configuration) (*helmrelease.Release, error) {
	u := action.NewUpgrade(config)
	u.Namespace, u.MaxHistory, u.ResetThenReuseValues = r.namespace, maxHistory, true
	u.DisableOpenAPIValidation = true
	return u.RunWithContext(ctx, r.name, r.chart, r.values)
}

// unchanged reports whether a release is of this chart and these values, and all of its
// objects are there; those of the chart rio as it made them. Istio changes its own.
func (r release) unchanged(config *action.Configuration, last *helmrelease.Release, values map[string]any) bool {
	if last.Info.Status != helmrelease.StatusDeployed || !sameJSON(last.Chart, r.chart) {
		return false
	}
	if len(values)+len(last.Config) > 0 && !sameJSON(last.Config, values) {
		return false
	}
	drifted, err := drift(config, last)
	return err == nil && !slices.ContainsFunc(drifted, func(d plan.Drifted) bool { return d.Field == "" || r.name == releaseRio })
}

// over are the values of a release over those that it has already.
func (r release) over(last *helmrelease.Release) (map[string]any, error) {
	values, err := copyValues(r.values)
	if err != nil || last == nil {
		return values, err
	}
	return chartutil.CoalesceTables(values, last.Config), nil
}

// last is the last revision of a release, nil when there is none.
func (p *plane) last(name, namespace string) (*helmrelease.Release, error) {
	config, err := p.helm(namespace)
	if err != nil {
		return nil, err
	}
	last, err := config.Releases.Last(name)
	if errors.Is(err, driver.ErrReleaseNotFound) {
		return nil, nil
	}
	return last, err
}

// ours is last, nil also when it was not install that made the release.
func (p *plane) ours(name, namespace string) (*helmrelease.Release, error) {
	last, err := p.last(name, namespace)
	if err != nil || last == nil || last.Labels[LabelInstalled] != "true" {
		return nil, err
	}
	return last, nil
}

func objectsOf(config *action.Configuration, rel *helmrelease.Release) (kube.ResourceList, error) {
	return config.KubeClient.Build(strings.NewReader(rel.Manifest), false)
}

func exists(o *resource.Info) (bool, error) {
	_, err := resource.NewHelper(o.Client, o.Mapping).Get(o.Namespace, o.Name)
	if apierrors.IsNotFound(err) {
		return false, nil
	}
	return err == nil, err
}

func nameOf(o *resource.Info) string {
	kind := strings.ToLower(o.Mapping.GroupVersionKind.Kind)
	if o.Namespace == "" {
		return fmt.Sprintf("%s %q", kind, o.Name)
	}
	return fmt.Sprintf("%s %q in %q", kind, o.Name, o.Namespace)
}
