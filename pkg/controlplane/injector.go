package controlplane

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"helm.sh/helm/v3/pkg/releaseutil"
	admissionregistrationv1 "k8s.io/api/admissionregistration/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/labels"
	"k8s.io/utils/ptr"
	"sigs.k8s.io/yaml"

	"github.com/kubectl-rio/kubectl-rio/pkg/rio"
)

// injector is who fills in gateways and sidecars. An Istio that was installed with a
// revision takes only pods that name it, or a tag of it, in the label istio.io/rev:
// https://istio.io/latest/docs/setup/additional-setup/sidecar-injection/
type injector struct {
	byDefault bool     // pods that name none are injected, too
	revisions []string // that pods can name, revisions and tags
	hooks     []admissionregistrationv1.MutatingWebhook
	namespace map[string]string // labels of rio-system
}

func newInjector(configurations []admissionregistrationv1.MutatingWebhookConfiguration) injector {
	var i injector
	for _, c := range configurations {
		i.hooks = append(i.hooks, c.Webhooks...)
	}
	return i.in(nil)
}

// in is the injector as it is for a rio-system that has these labels.
func (i injector) in(namespace map[string]string) injector {
	i.namespace, i.revisions = namespace, nil
	i.byDefault = i.injects("")
	for _, h := range i.hooks {
		if h.ObjectSelector == nil {
			continue
		}
		for _, e := range h.ObjectSelector.MatchExpressions {
			if e.Key != rio.LabelMeshRevision || e.Operator != metav1.LabelSelectorOpIn {
				continue
			}
			for _, revision := range e.Values {
				if i.injects(revision) {
					i.revisions = append(i.revisions, revision)
				}
			}
		}
	}
	slices.Sort(i.revisions)
	i.revisions = slices.Compact(i.revisions)
	return i
}

func (i injector) found() bool { return len(i.hooks) > 0 }

// after is the injector once releases are there, too: where there is none yet, that of the istiod
// which comes with its values and tags.
func (i injector) after(releases []release) (injector, error) {
	istiod := slices.IndexFunc(releases, func(r release) bool { return r.name == releaseIstiod })
	if i.found() || istiod < 0 {
		return i, nil
	}
	var configurations []admissionregistrationv1.MutatingWebhookConfiguration
	for _, text := range releaseutil.SplitManifests(releases[istiod].manifest) {
		var c admissionregistrationv1.MutatingWebhookConfiguration
		if err := yaml.Unmarshal([]byte(text), &c); err != nil {
			return i, fmt.Errorf("read the manifest of istiod: %w", err)
		}
		if c.Kind == "MutatingWebhookConfiguration" {
			configurations = append(configurations, c)
		}
	}
	return newInjector(configurations).in(i.namespace), nil
}

// injects reports whether a pod as kubectl rio makes them is taken in rio-system.
func (i injector) injects(revision string) bool {
	pod := labels.Set{rio.LabelInject: "true"}
	if revision != "" {
		pod[rio.LabelMeshRevision] = revision
	}
	namespace := labels.Merge(i.namespace, labels.Set{corev1.LabelMetadataName: rioNamespace})
	return slices.ContainsFunc(i.hooks, func(h admissionregistrationv1.MutatingWebhook) bool {
		return matches(h.NamespaceSelector, namespace) && matches(h.ObjectSelector, pod)
	})
}

// barring are the keys of rio-system's labels without which the injector would take our pods there;
// none where it would not.
func (i injector) barring() []string {
	if bare := i.in(nil); !bare.byDefault && len(bare.revisions) == 0 {
		return nil
	}
	var keys []string
	for _, h := range i.hooks {
		for _, e := range ptr.Deref(h.NamespaceSelector, metav1.LabelSelector{}).MatchExpressions {
			if _, there := i.namespace[e.Key]; there && !slices.Contains(keys, e.Key) {
				keys = append(keys, e.Key)
			}
		}
	}
	slices.Sort(keys)
	return keys
}

// matches takes no selector for all, as the API server does.
func matches(selector *metav1.LabelSelector, set labels.Set) bool {
	if selector == nil {
		return true
	}
	s, err := metav1.LabelSelectorAsSelector(selector)
	return err == nil && s.Matches(set)
}

// choose is the revision that our pods name; empty where they need none. wanted is what the
// user said, now or earlier.
func (i injector) choose(wanted string) (string, error) {
	switch {
	case wanted != "" && slices.Contains(i.revisions, wanted):
		return wanted, nil
	case wanted != "" && len(i.revisions) > 0 && !i.byDefault:
		return "", i.lacks(wanted)
	case i.byDefault:
		return "", nil
	case len(i.revisions) == 1:
		return i.revisions[0], nil
	case len(i.revisions) == 0:
		return "", fmt.Errorf("its injector takes no pod that asks for a sidecar by label %s", rio.LabelInject)
	}
	return "", fmt.Errorf("there are revisions %s, and none is the default one; choose", strings.Join(i.revisions, ", "))
}

// lacks is the error of a revision that is not there.
func (i injector) lacks(revision string) error {
	return fmt.Errorf("no istiod injects revision %q (have %s)", revision, cmp.Or(strings.Join(i.revisions, ", "), "none that can be named"))
}

// istioVersion is that of an istiod: as its chart says, or the tag of its image.
func istioVersion(of map[string]string, containers []corev1.Container) string {
	if v := of[rio.LabelK8sVersion]; v != "" {
		return v
	}
	for _, c := range containers {
		if _, tag, ok := strings.Cut(c.Image[strings.LastIndex(c.Image, "/")+1:], ":"); ok {
			return tag
		}
	}
	return ""
}
