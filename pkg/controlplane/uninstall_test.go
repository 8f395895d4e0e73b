package controlplane

import (
	"fmt"
	"io"
	"maps"
	"strings"
	"testing"

	"helm.sh/helm/v3/pkg/action"
	"helm.sh/helm/v3/pkg/kube"
	kubefake "helm.sh/helm/v3/pkg/kube/fake"
	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
	dynamicfake "k8s.io/client-go/dynamic/fake"
	k8stesting "k8s.io/client-go/testing"

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
	version := map[string]string{"VirtualService": "networking.istio.io/v1", "Deployment": "apps/v1", "Pod": "v1"}[kind]
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
	same(t, "", s.names(t, serviceKinds[0])+s.names(t, deployments))
}

func TestUninstallWaitsForThePodsOfWhatWasRemoved(t *testing.T) {
	pod := ofService("Pod")
	s := used(t, pod)
	looks, world := 0, s.dynamic.(*dynamicfake.FakeDynamicClient)
	world.PrependReactor("list", "pods", func(k8stesting.Action) (bool, runtime.Object, error) {
		if looks++; looks == 3 {
			if err := world.Tracker().Delete(pods, pod.GetNamespace(), pod.GetName()); err != nil {
				t.Error(err)
			}
		}
		return false, nil, nil
	})
	same(t, "services: 1 removed\n"+uninstalled, s.doUninstall(t, UninstallOptions{}))
	if looks < 3 {
		t.Errorf("it looked %d times for pods, and one was there", looks)
	}
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

// rm refuses what was adopted, of which only the routes are kubectl rio's own.
func TestUninstallLetsGoOfWhatWasAdopted(t *testing.T) {
	adopted, other := ofService("Deployment"), ofService("Deployment")
	l := adopted.GetLabels()
	delete(l, rio.LabelK8sManagedBy)
	adopted.SetLabels(l)
	other.SetName("other")
	other.SetLabels(rio.Labels(rio.Ref{Namespace: "shop", Service: "other"}))
	s := used(t, adopted, ofService("VirtualService"), other)
	same(t, "error: still in the cluster: shop/other, shop/web; remove them: kubectl rio release shop/web; kubectl rio rm shop/other; "+
		"or all at once: kubectl rio uninstall --purge\n", s.doUninstall(t, UninstallOptions{}))
}

// What was released is nobody's: its workload says so, and what its pods need is labelled as it was.
func TestUninstallLeavesWhatWasReleased(t *testing.T) {
	released := func(service string) []runtime.Object {
		ref := rio.Ref{Namespace: "shop", Service: service}
		workload := object("apps/v1", "StatefulSet", "shop", service, rio.FieldManager, map[string]string{rio.LabelManaged: rio.LetGo})
		pods := map[string]any{}
		for key, value := range rio.Labels(ref) {
			pods[key] = value
		}
		if err := unstructured.SetNestedMap(workload.Object, pods, "spec", "template", "metadata", "labels"); err != nil {
			t.Fatal(err)
		}
		copied := rio.ServiceLabels(ref)
		copied[rio.LabelSecret] = "db"
		return []runtime.Object{workload,
			object("v1", "Pod", "shop", service+"-0", "kcm", rio.Labels(ref)), object("v1", "ServiceAccount", "shop", service, rio.FieldManager, rio.Labels(ref)),
			object("rbac.authorization.k8s.io/v1", "ClusterRole", "", service+"-shop", rio.FieldManager, rio.Labels(ref)), object("v1", "Secret", "shop", service+"-1234", rio.FieldManager, copied),
		}
	}
	s := used(t, released("free")...)
	same(t, uninstalled, s.doUninstall(t, UninstallOptions{}))

	half := append(released("web"), ofService("Deployment")) // latest is let go last
	s = used(t, append(half, released("free")...)...)
	same(t, "error: still in the cluster: shop/web; remove them: kubectl rio rm shop/web; or all at once: kubectl rio uninstall --purge\n", s.doUninstall(t, UninstallOptions{}))
	if err := s.dynamic.Resource(serviceKinds[len(serviceKinds)-1]).Namespace("shop").Delete(t.Context(), "web-0", metav1.DeleteOptions{}); err != nil {
		t.Fatal(err)
	}
	same(t, "services: 1 removed\n"+uninstalled, s.doUninstall(t, UninstallOptions{Purge: true}))
	same(t, "shop/free-1234", s.names(t, secrets))
	same(t, "shop/free", s.names(t, schema.GroupVersionResource{Version: "v1", Resource: "serviceaccounts"}))
	same(t, "/free-shop", s.names(t, schema.GroupVersionResource{Group: "rbac.authorization.k8s.io", Version: "v1", Resource: "clusterroles"}))
}

func TestUninstallPurgesCopiesOfConfigs(t *testing.T) {
	copied := func(name, service, label string) *unstructured.Unstructured {
		labels := rio.ServiceLabels(rio.Ref{Namespace: "shop", Service: service})
		labels[label] = "app"
		kind := map[string]string{rio.LabelConfig: "ConfigMap", rio.LabelSecret: "Secret"}[label]
		if service == "" {
			delete(labels, rio.LabelService)
		}
		return object("v1", kind, "shop", name, rio.FieldManager, labels)
	}
	s := used(t, copied("app-1", "web", rio.LabelConfig), copied("db-1", "web", rio.LabelSecret), copied("app", "", rio.LabelConfig), copied("db", "", rio.LabelSecret))
	same(t, uninstalled, s.doUninstall(t, UninstallOptions{})) // copies alone are in nobody's way
	s = used(t, ofService("Deployment"), copied("app-1", "web", rio.LabelConfig), copied("db-1", "web", rio.LabelSecret), copied("app", "", rio.LabelConfig), copied("db", "", rio.LabelSecret))
	same(t, "services: 1 removed\n"+uninstalled, s.doUninstall(t, UninstallOptions{Purge: true}))
	same(t, "shop/app shop/db", s.names(t, configMaps)+" "+s.names(t, secrets)) // what people made for the stack stays
}

func TestUninstallNeedsRights(t *testing.T) {
	s := used(t)
	s.kube = fakeKube("v1.37.2", "clusterroles")
	if got := s.doUninstall(t, UninstallOptions{}); !strings.HasPrefix(got, "error: rights: you ('CORP\\jane') may not, in this cluster:\ncreate, patch, delete clusterroles (rbac.authorization.k8s.io)\n") {
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
	same(t, "shop/web", s.names(t, deployments))
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

// Of what Istio serves, pods may be all that others have.
func TestUninstallRefusesWhileOthersHaveProxies(t *testing.T) {
	pod := func(namespace, name, phase, container string, labels map[string]string) *unstructured.Unstructured {
		l := map[string]string{"service.istio.io/canonical-name": name}
		maps.Copy(l, labels)
		o := object("v1", "Pod", namespace, name, "kcm", l)
		o.Object["spec"] = map[string]any{"initContainers": []any{map[string]any{"name": container}}}
		o.Object["status"] = map[string]any{"phase": phase}
		return o
	}
	gateway, labelled := map[string]string{"gateway": "external"}, rio.Labels(rio.Ref{Namespace: "shop", Service: "theirs"})
	delete(labelled, rio.LabelK8sManagedBy) // as the webhook labels it
	s := used(t, pod("shop", "a", "Running", "istio-proxy", nil), pod("shop", "b", "Pending", "istio-proxy", labelled), pod("edge", "c", "Running", "istio-proxy", gateway),
		pod(rioNamespace, "rio-lb-1", "Running", "istio-proxy", gateway), pod("shop", "job", "Succeeded", "istio-proxy", nil), pod("shop", "d", "Running", "init", nil))
	same(t, "error: istio came with kubectl rio, and others use it: 1 pod with a proxy in edge, 2 pods with a proxy in shop; delete these, or leave it: kubectl rio uninstall --keep-istio\n",
		s.doUninstall(t, UninstallOptions{}))

	own := pod("shop", "web-1", "Running", "istio-proxy", rio.Labels(rio.Ref{Namespace: "shop", Service: "web"}))
	s = used(t, ofService("Deployment"), own)
	world := s.dynamic.(*dynamicfake.FakeDynamicClient)
	world.PrependReactor("delete", "deployments", func(k8stesting.Action) (bool, runtime.Object, error) {
		return false, nil, world.Tracker().Delete(pods, own.GetNamespace(), own.GetName())
	})
	same(t, "services: 1 removed\n"+uninstalled, s.doUninstall(t, UninstallOptions{Purge: true}))
}

func TestUninstallSaysWhichNamespaceItKeeps(t *testing.T) {
	s := used(t, object("v1", "Secret", rioNamespace, "mine", "kubectl", nil))
	same(t, uninstalled+"namespace \"rio-system\" is kept, others have in it: secret/mine\n", s.doUninstall(t, UninstallOptions{}))

	s = used(t, object("example.com/v1", "Widget", "rio-defaults", "mine", "kubectl", nil))
	client := s.building("")
	same(t, uninstalled+"namespace \"rio-defaults\" is kept, others have in it: widget/mine\n", s.doUninstall(t, UninstallOptions{}))
	if !strings.Contains(client.built, "name: rio-defaults") || strings.Contains(client.built, "kind: Namespace") {
		t.Errorf("of it goes what the chart brought, and not the namespace itself: %s", client.built)
	}
}

// Of a kind that the cluster knows no more nothing is left, and it keeps nothing else.
func TestUninstallWithoutAKind(t *testing.T) {
	s := used(t)
	client := s.building("Gateway")
	same(t, uninstalled, s.doUninstall(t, UninstallOptions{}))
	if !strings.Contains(client.built, "kind: Deployment") {
		t.Errorf("all else is removed: %s", client.built)
	}
}

// builder is Helm's client for a cluster that lacks a kind.
type builder struct {
	kubefake.PrintingKubeClient
	lacks string
	built string // of the release rio, last

	objects kube.ResourceList // that any manifest has
}

func (b *builder) Build(r io.Reader, _ bool) (kube.ResourceList, error) {
	raw, err := io.ReadAll(r)
	if strings.Contains(string(raw), "kind: "+b.lacks+"\n") {
		return nil, fmt.Errorf("resource mapping not found: %w", &meta.NoKindMatchError{GroupKind: schema.GroupKind{Kind: b.lacks}})
	}
	if strings.Contains(string(raw), "rio-lb") {
		b.built = string(raw)
	}
	return b.objects, err
}

// building puts such a client on the stage.
func (s *stage) building(lacks string) *builder {
	b := &builder{PrintingKubeClient: kubefake.PrintingKubeClient{Out: io.Discard}, lacks: lacks}
	connect := s.helm
	s.helm = func(namespace string) (*action.Configuration, error) {
		config, err := connect(namespace)
		config.KubeClient = b
		return config, err
	}
	return b
}
