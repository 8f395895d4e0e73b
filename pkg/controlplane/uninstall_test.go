package controlplane

import (
	"fmt"
	"strings"
	"testing"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"

	"github.com/kubectl-rio/kubectl-rio/pkg/rio"
)

const uninstalled = "rio: removed\nistiod: removed\nistio-base: removed\nnamespaces: removed\n"

// used is a stage on which rio and Istio are installed, and objects are made after that.
func used(t *testing.T, objects ...runtime.Object) *stage {
	t.Helper()
	s := newStage(t, objects...)
	same(t, did, done(s.doInstall(t, InstallOptions{})))
	addKinds(t, s)
	return s
}

func ofService(kind string) *unstructured.Unstructured {
	version := "networking.istio.io/v1"
	if kind == "Deployment" {
		version = "apps/v1"
	}
	return object(version, kind, "shop", "web", rio.FieldManager, rio.Labels(rio.Ref{Namespace: "shop", Service: "web"}))
}

func (s *stage) names(t *testing.T, kind schema.GroupVersionResource) string {
	t.Helper()
	list, err := s.dynamic.Resource(kind).List(t.Context(), metav1.ListOptions{})
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, o := range list.Items {
		names = append(names, o.GetNamespace()+"/"+o.GetName())
	}
	return strings.Join(names, " ")
}

func TestUninstallTakesOutAllThatInstallBrought(t *testing.T) {
	s := used(t,
		object("v1", "ConfigMap", "default", "istio-ca-root-cert", istiodManager, nil),
		object("v1", "ConfigMap", "default", "mine", "kubectl", nil),
		object("gateway.networking.k8s.io/v1", "GatewayClass", "", "istio", istiodManager, nil),
	)
	same(t, uninstalled, s.doUninstall(t, UninstallOptions{}))
	same(t, "default/mine", s.names(t, configMaps))
	same(t, "", s.names(t, crdResource)+s.names(t, istiodKinds[3]))
	if list, err := s.kube.CoreV1().Namespaces().List(t.Context(), metav1.ListOptions{}); err != nil || len(list.Items) > 0 {
		t.Errorf("namespaces are left: %v, %v", list.Items, err)
	}
	same(t, "rio: not installed\nnamespaces: removed\n", s.doUninstall(t, UninstallOptions{}))
}

func TestUninstallKeepsIstio(t *testing.T) {
	s := used(t)
	same(t, "rio: removed\nnamespaces: removed\n", s.doUninstall(t, UninstallOptions{KeepIstio: true}))
	if v := s.last(t, releaseIstiod, istioNamespace); v.Version != 1 {
		t.Errorf("istiod is %v", v)
	}
	same(t, strings.Replace(uninstalled, "rio: removed", "rio: not installed", 1), s.doUninstall(t, UninstallOptions{}))
}

func TestUninstallRefusesWhileServicesRun(t *testing.T) {
	s := used(t, ofService("Deployment"), ofService("VirtualService"))
	same(t, "error: still in the cluster: shop/web; remove them: kubectl rio rm shop/web; or all at once: kubectl rio uninstall --purge\n", s.doUninstall(t, UninstallOptions{}))
	s.last(t, releaseRio, rioNamespace) // is still there
	no := func(services []string) error { return fmt.Errorf("asked about %v", services) }
	same(t, "error: asked about [shop/web]\n", s.doUninstall(t, UninstallOptions{Purge: true, Confirm: no}))
	s.last(t, releaseRio, rioNamespace)
	same(t, "services: 1 removed\n"+uninstalled, s.doUninstall(t, UninstallOptions{Purge: true}))
	same(t, "", s.names(t, serviceKinds[0])+s.names(t, deploymentKind))
}

func TestUninstallNamesRoutes(t *testing.T) {
	route := ofService("VirtualService")
	l := route.GetLabels()
	delete(l, rio.LabelService)
	l[rio.LabelRoute] = "www"
	route.SetLabels(l)
	route.SetName("www")
	s := used(t, ofService("Deployment"), route)
	same(t, "error: still in the cluster: shop/web, route shop/www; remove them: kubectl rio route rm -n shop www; kubectl rio rm shop/web; "+
		"or all at once: kubectl rio uninstall --purge\n", s.doUninstall(t, UninstallOptions{}))
}

func TestUninstallNeedsRights(t *testing.T) {
	s := used(t)
	s.kube = fakeKube("v1.37.2", "clusterroles")
	if got := s.doUninstall(t, UninstallOptions{}); !strings.HasPrefix(got, "error: rights: you (jane) may not, in this cluster:\ncreate, patch, delete clusterroles (rbac.authorization.k8s.io)\n") {
		t.Error(got)
	}
	s.last(t, releaseRio, rioNamespace) // is still there
}

func TestUninstallLeavesWhatOthersMade(t *testing.T) {
	labelled := ofService("Deployment")
	l := labelled.GetLabels()
	delete(l, rio.LabelK8sManagedBy) // as the webhook labels it
	labelled.SetLabels(l)
	s := used(t, labelled)
	same(t, uninstalled, s.doUninstall(t, UninstallOptions{Purge: true}))
	same(t, "shop/web", s.names(t, deploymentKind))
}

func TestUninstallRefusesWhileOthersUseIstio(t *testing.T) {
	s := used(t, object("networking.istio.io/v1", "VirtualService", "shop", "theirs", "kubectl", nil))
	same(t, "error: istio came with kubectl rio, and others use it: virtualservices shop/theirs; delete these, or leave it: kubectl rio uninstall --keep-istio\n",
		s.doUninstall(t, UninstallOptions{Purge: true}))
	same(t, "rio: removed\nnamespaces: removed\n", s.doUninstall(t, UninstallOptions{KeepIstio: true}))

	second := object("apps/v1", "Deployment", istioNamespace, "istiod-canary", "helm", map[string]string{"app": "istiod"})
	if got := used(t, second).doUninstall(t, UninstallOptions{}); !strings.Contains(got, "deployments istio-system/istiod-canary") {
		t.Error(got)
	}
}

func TestUninstallSaysWhichNamespaceItKeeps(t *testing.T) {
	s := used(t, object("v1", "Secret", rioNamespace, "mine", "kubectl", nil))
	same(t, uninstalled+"namespace \"rio-system\" is kept, others have in it: secret/mine\n", s.doUninstall(t, UninstallOptions{}))
}

var deploymentKind = schema.GroupVersionResource{Group: "apps", Version: "v1", Resource: "deployments"}
