package controlplane

import (
	"cmp"
	"context"
	"slices"
	"strings"

	helmrelease "helm.sh/helm/v3/pkg/release"
	admissionregistrationv1 "k8s.io/api/admissionregistration/v1"
	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime/schema"
	utilerrors "k8s.io/apimachinery/pkg/util/errors"
	"k8s.io/apimachinery/pkg/util/version"

	"github.com/kubectl-rio/kubectl-rio/pkg/rio"
)

// minIstio is the oldest of the last three minors, which is what this is tested for and
// what Istio itself supports.
const minIstio = "1.29"

// istio is what of Istio there is in a cluster, and who brought it.
type istio struct {
	crds      []unstructured.Unstructured
	injector  injector
	version   string               // of istiod, where one was found
	domain    string               // of the Kubernetes cluster, as istiod has it
	ambient   bool                 // it can do without sidecars, too
	ourBase   *helmrelease.Release // made by install, perhaps by one that was killed
	ourIstiod *helmrelease.Release
	running   bool // an istiod is there that is not on its way out
	marked    bool // its namespace is as install, or a tool that applied its manifests, made it
}

var (
	crdResource = schema.GroupVersionResource{Group: "apiextensions.k8s.io", Version: "v1", Resource: "customresourcedefinitions"}
	// usedKinds are the kinds of Istio that kubectl rio writes, all as v1.
	usedKinds = []string{"virtualservices.networking.istio.io", "destinationrules.networking.istio.io", "gateways.networking.istio.io"}
)

func (p *plane) findIstio(ctx context.Context) (istio, error) {
	var i istio
	var err error
	if i.ourBase, err = p.ours(releaseBase, istioNamespace); err != nil {
		return i, err
	}
	if i.ourIstiod, err = p.ours(releaseIstiod, istioNamespace); err != nil {
		return i, err
	}
	if i.crds, err = p.istioCRDs(ctx); err != nil {
		return i, err
	}
	hooks, err := p.kube.AdmissionregistrationV1().MutatingWebhookConfigurations().List(ctx, metav1.ListOptions{LabelSelector: "app=sidecar-injector"})
	if err != nil {
		return i, err
	}
	if hooks.Items, err = p.served(ctx, hooks.Items); err != nil {
		return i, err
	}
	namespace, err := p.systemLabels(ctx)
	if err != nil {
		return i, err
	}
	i.injector = newInjector(hooks.Items).in(namespace)
	if i.injector.found() && (i.ourIstiod == nil || isPast(i.ourIstiod)) { // somebody else's, with whatever it needs
		i.ourIstiod = nil
		if isPast(i.ourBase) {
			i.ourBase = nil
		}
	}
	deployments, err := p.istiods(ctx)
	if err != nil {
		return i, err
	}
	for _, d := range deployments {
		i.running = i.running || d.DeletionTimestamp == nil
		i.domain = cmp.Or(i.domain, clusterDomain(d.Spec.Template.Spec.Containers))
		if v := istioVersion(d.Labels, d.Spec.Template.Spec.Containers); i.version == "" || olderThan(i.version, v) {
			i.version = v
		}
	}
	ztunnels, err := p.kube.AppsV1().DaemonSets(metav1.NamespaceAll).List(ctx, metav1.ListOptions{LabelSelector: "app=ztunnel"})
	if err != nil {
		return i, err
	}
	i.ambient = len(ztunnels.Items) > 0
	ns, err := p.kube.CoreV1().Namespaces().Get(ctx, istioNamespace, metav1.GetOptions{})
	i.marked = err == nil && ns.Labels[labelInstalled] == "true"
	return i, utilerrors.FilterOut(err, apierrors.IsNotFound)
}

// clusterDomain is what istiod is told with --domain.
func clusterDomain(containers []corev1.Container) string {
	for _, c := range containers {
		if i := slices.Index(c.Args, "--domain"); i >= 0 && i+1 < len(c.Args) {
			return c.Args[i+1]
		}
	}
	return ""
}

// domainAfter is the cluster's domain once releases are there, too; empty where nobody says it.
func (i istio) domainAfter(releases []release) string {
	for _, r := range releases {
		if said := getString(r.values, "global", "proxy", "clusterDomain"); r.name == releaseIstiod && said != "" {
			return said
		}
	}
	return i.domain
}

// istiods are those of anybody.
func (p *plane) istiods(ctx context.Context) ([]appsv1.Deployment, error) {
	list, err := p.kube.AppsV1().Deployments(metav1.NamespaceAll).List(ctx, metav1.ListOptions{LabelSelector: "app=istiod"})
	if err != nil {
		return nil, err
	}
	return list.Items, nil
}

// isLeft reports whether of an Istio that install brought there is no more than what its istiod
// made: an uninstall that was stopped took the release.
func (i istio) isLeft() bool { return i.marked && !i.running && !i.injector.found() }

// served leaves out the injectors that go, and those that call a Service which is not there: they were
// left behind when their istiod was removed. One that is called by a URL is outside the cluster.
func (p *plane) served(ctx context.Context, configurations []admissionregistrationv1.MutatingWebhookConfiguration) ([]admissionregistrationv1.MutatingWebhookConfiguration, error) {
	var there []admissionregistrationv1.MutatingWebhookConfiguration
	for _, c := range configurations {
		if c.DeletionTimestamp != nil {
			continue
		}
		if len(c.Webhooks) > 0 && c.Webhooks[0].ClientConfig.Service != nil {
			s := c.Webhooks[0].ClientConfig.Service
			if _, err := p.kube.CoreV1().Services(s.Namespace).Get(ctx, s.Name, metav1.GetOptions{}); apierrors.IsNotFound(err) {
				continue
			} else if err != nil {
				return nil, err
			}
		}
		there = append(there, c)
	}
	return there, nil
}

// hasKinds reports whether the kinds are known.
func (i istio) hasKinds() bool {
	return slices.ContainsFunc(i.crds, func(crd unstructured.Unstructured) bool { return crd.GetName() == usedKinds[0] })
}

// finding says which Istio there is, and whether it can be used.
func (i istio) finding(values map[string]any) rio.Finding {
	if !i.injector.found() {
		if i.hasKinds() {
			return rio.Fine(rio.LinkIstio, "its kinds are there, and no istiod; install brings that")
		}
		return rio.Fine(rio.LinkIstio, "none yet; install brings it")
	}
	text := strings.TrimSpace(i.version + " found")
	revision, err := i.injector.choose(getString(values, "istio", "revision"))
	barring := i.injector.barring()
	switch {
	case err != nil && len(i.injector.revisions) == 0 && len(barring) > 0:
		return rio.TroubleIstioNamespace.Found(rio.Case{"found": text, "labels": strings.Join(barring, ", "), "removed": strings.Join(barring, "- ") + "-"})
	case err != nil && len(i.injector.revisions) == 0:
		return rio.TroubleIstioInjector.Found(rio.Case{"found": text, "problem": err.Error()})
	case err != nil:
		return rio.TroubleIstioRevision.Found(rio.Case{"found": text, "problem": err.Error(), "revision": i.injector.revisions[0]})
	}
	text += ", revision " + cmp.Or(revision, "default")
	if i.ambient {
		text += ", ambient mode; services get sidecars all the same"
	} else {
		text += ", sidecar mode"
	}
	if i.ourIstiod == nil {
		text += "; used as it is"
	}
	if olderThan(i.version, minIstio) {
		return rio.TroubleIstioOld.Found(rio.Case{"found": text, "minimum": minIstio})
	}
	return rio.Fine(rio.LinkIstio, "%s", text)
}

// kindsFindings says whether the kinds that are there are served as they are written.
func (i istio) kindsFindings() []rio.Finding {
	if !i.hasKinds() {
		return nil
	}
	var lacking []string
	for _, kind := range usedKinds {
		j := slices.IndexFunc(i.crds, func(crd unstructured.Unstructured) bool { return crd.GetName() == kind })
		if j < 0 || !slices.Contains(versionsOf(i.crds[j], "served"), "v1") {
			lacking = append(lacking, kind)
		}
	}
	if len(lacking) > 0 {
		return []rio.Finding{rio.TroubleIstioKinds.Found(rio.Case{"kinds": strings.Join(lacking, ", ")})}
	}
	return []rio.Finding{rio.Fine(rio.LinkKinds, "virtualservices, destinationrules and gateways are served as v1")}
}

// istioCRDs are the CRDs of Istio's own groups.
func (p *plane) istioCRDs(ctx context.Context) ([]unstructured.Unstructured, error) {
	list, err := p.dynamic.Resource(crdResource).List(ctx, metav1.ListOptions{})
	if err != nil {
		return nil, err
	}
	return slices.DeleteFunc(list.Items, func(crd unstructured.Unstructured) bool { return !strings.HasSuffix(crd.GetName(), ".istio.io") }), nil
}

// olderThan compares versions. What is none, as the tag of an image may be, is not older.
func olderThan(a, b string) bool {
	older, errA := version.ParseGeneric(a)
	newer, errB := version.ParseGeneric(b)
	return errA == nil && errB == nil && older.LessThan(newer)
}

// ofBase reports whether an object belongs to the release that install makes.
func ofBase(o unstructured.Unstructured) bool { return ofRelease(&o, releaseBase, istioNamespace) }

func ofRelease(o metav1.Object, name, namespace string) bool {
	a := o.GetAnnotations()
	return a["meta.helm.sh/release-name"] == name && a["meta.helm.sh/release-namespace"] == namespace
}

// versionsOf are those of a CRD's kind that are served, or the one that is the storage.
func versionsOf(crd unstructured.Unstructured, are string) []string {
	versions, _ := get(crd.Object, "spec", "versions").([]any)
	var names []string
	for _, v := range versions {
		if v, ok := v.(map[string]any); ok && v[are] == true {
			names = append(names, getString(v, "name"))
		}
	}
	return names
}
