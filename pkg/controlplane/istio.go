package controlplane

import (
	"context"
	"strings"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime/schema"
)

// istio is what of Istio there is in a cluster, and who brought it.
type istio struct {
	crds      bool   // the kinds are known
	injector  bool   // gateways and sidecars are filled in
	version   string // of istiod, where one was found
	ourBase   bool   // made by install, perhaps by one that was killed
	ourIstiod bool
}

var crdResource = schema.GroupVersionResource{Group: "apiextensions.k8s.io", Version: "v1", Resource: "customresourcedefinitions"}

func (p *plane) findIstio(ctx context.Context) (istio, error) {
	var i istio
	var err error
	if i.ourBase, err = p.isOurs(releaseBase, istioNamespace); err != nil {
		return i, err
	}
	if i.ourIstiod, err = p.isOurs(releaseIstiod, istioNamespace); err != nil {
		return i, err
	}
	crds, err := p.istioCRDs(ctx)
	if err != nil {
		return i, err
	}
	for _, crd := range crds {
		i.crds = i.crds || crd.GetName() == "virtualservices.networking.istio.io"
	}
	hooks, err := p.kube.AdmissionregistrationV1().MutatingWebhookConfigurations().List(ctx, metav1.ListOptions{LabelSelector: "app=sidecar-injector"})
	if err != nil {
		return i, err
	}
	i.injector = len(hooks.Items) > 0
	deployments, err := p.kube.AppsV1().Deployments(metav1.NamespaceAll).List(ctx, metav1.ListOptions{LabelSelector: "app=istiod"})
	if err != nil {
		return i, err
	}
	for _, d := range deployments.Items {
		for _, c := range d.Spec.Template.Spec.Containers {
			if _, tag, ok := strings.Cut(c.Image[strings.LastIndex(c.Image, "/")+1:], ":"); ok {
				i.version = tag
			}
		}
	}
	return i, nil
}

// istioCRDs are the CRDs of Istio's own groups.
func (p *plane) istioCRDs(ctx context.Context) ([]unstructured.Unstructured, error) {
	list, err := p.dynamic.Resource(crdResource).List(ctx, metav1.ListOptions{})
	if err != nil {
		return nil, err
	}
	var own []unstructured.Unstructured
	for _, crd := range list.Items {
		if strings.HasSuffix(crd.GetName(), ".istio.io") {
			own = append(own, crd)
		}
	}
	return own, nil
}

// ofBase reports whether an object belongs to the release that install makes.
func ofBase(o unstructured.Unstructured) bool { return ofRelease(o, releaseBase, istioNamespace) }

func ofRelease(o unstructured.Unstructured, name, namespace string) bool {
	a := o.GetAnnotations()
	return a["meta.helm.sh/release-name"] == name && a["meta.helm.sh/release-namespace"] == namespace
}
