package controlplane

import (
	"fmt"
	"io"
	"net"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"helm.sh/helm/v3/pkg/action"
	"helm.sh/helm/v3/pkg/chartutil"
	kubefake "helm.sh/helm/v3/pkg/kube/fake"
	helmrelease "helm.sh/helm/v3/pkg/release"
	"helm.sh/helm/v3/pkg/storage"
	"helm.sh/helm/v3/pkg/storage/driver"
	authenticationv1 "k8s.io/api/authentication/v1"
	authorizationv1 "k8s.io/api/authorization/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
	versionpkg "k8s.io/apimachinery/pkg/version"
	discoveryfake "k8s.io/client-go/discovery/fake"
	dynamicfake "k8s.io/client-go/dynamic/fake"
	"k8s.io/client-go/kubernetes/fake"
	k8stesting "k8s.io/client-go/testing"

	"github.com/kubectl-rio/kubectl-rio/pkg/cluster"
	"github.com/kubectl-rio/kubectl-rio/pkg/printer"
	"github.com/kubectl-rio/kubectl-rio/pkg/rio"
)

// address is the load balancer's.
const address = "127.0.0.1"

// stage is a cluster of nothing but records, for the order of things and the words. What
// a real one does is played in test/install.
type stage struct {
	*plane
	charts string // a directory with charts base and istiod
	screen strings.Builder
}

// widgets are of a kind that kubectl rio knows nothing of, and figures of one that nobody stores.
var (
	widgets = schema.GroupVersionResource{Group: "example.com", Version: "v1", Resource: "widgets"}
	figures = schema.GroupVersionResource{Group: "metrics.k8s.io", Version: "v1", Resource: "pods"}

	operators = schema.GroupVersionResource{Group: "operators.coreos.com", Version: "v1alpha1", Resource: "clusterserviceversions"}

	namespacedKinds = []schema.GroupVersionResource{configMaps, secrets, deployments, widgets, figures, operators, {Version: "v1", Resource: "resourcequotas"},
		{Version: "v1", Resource: "services"}, {Version: "v1", Resource: "serviceaccounts"}, {Version: "v1", Resource: "endpoints"}, {Version: "v1", Resource: "pods"}}
)

func newStage(t *testing.T, objects ...runtime.Object) *stage {
	t.Helper()
	kinds := map[schema.GroupVersionResource]string{
		crdResource: "CustomResourceDefinitionList", istiodKinds[3]: "GatewayClassList",
		{Group: "cert-manager.io", Version: "v1", Resource: "clusterissuers"}: "ClusterIssuerList",
		{Group: "networking.istio.io", Version: "v1", Resource: "gateways"}:   "GatewayList",
	}
	known := slices.Concat(serviceKinds, istiodKinds, namespacedKinds)
	for _, k := range madeKinds {
		for _, resource := range k.resources {
			known = append(known, schema.GroupVersionResource{Group: k.group, Version: "v1", Resource: resource})
		}
	}
	for _, kind := range known {
		if kinds[kind] == "" {
			kinds[kind] = kind.Resource + "List" // any name will do
		}
	}
	capabilities := chartutil.DefaultCapabilities.Copy()
	capabilities.KubeVersion = chartutil.KubeVersion{Version: "v1.37.2", Major: "1", Minor: "37"}
	lb := &corev1.Service{ObjectMeta: metav1.ObjectMeta{Namespace: rioNamespace, Name: cluster.GatewayService}}
	lb.Status.LoadBalancer.Ingress = []corev1.LoadBalancerIngress{{IP: address}}
	answers, err := net.Listen("tcp", address+":0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { answers.Close() })
	lb.Spec.Ports = []corev1.ServicePort{{Port: int32(answers.Addr().(*net.TCPAddr).Port)}}
	s := &stage{charts: t.TempDir()}
	for _, name := range []string{"base", "istiod"} {
		writeFile(t, filepath.Join(s.charts, name, "Chart.yaml"), "apiVersion: v2\nname: "+name+"\nversion: 1.0.0\nappVersion: 1.31.4\n")
	}
	memory := driver.NewMemory()
	s.plane = &plane{
		Options: Options{Poll: time.Millisecond, Timeout: 10 * time.Second,
			Talk: func(format string, args ...any) { fmt.Fprintf(&s.screen, format+"\n", args...) },
			Show: func(list []rio.Finding) { s.screen.WriteString(drawn(list...)) },
			Begin: func(step string) (update, end func(string)) {
				return func(string) {}, func(text string) { fmt.Fprintf(&s.screen, "%s: %s\n", step, text) }
			}},
		kept:    map[string][]string{},
		kube:    fakeKube("v1.37.2", "", lb),
		dynamic: dynamicfake.NewSimpleDynamicClientWithCustomListKinds(runtime.NewScheme(), kinds, objects...),
		helm: func(namespace string) (*action.Configuration, error) {
			memory.SetNamespace(namespace)
			return &action.Configuration{Releases: storage.Init(memory), KubeClient: &kubefake.PrintingKubeClient{Out: io.Discard},
				Capabilities: capabilities, Log: func(string, ...any) {}}, nil
		},
	}
	return s
}

func writeFile(t *testing.T, path, text string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
}

// fakeKube is a server that says its version and grants every right but one.
func fakeKube(version, denied string, objects ...runtime.Object) *fake.Clientset {
	client := fake.NewClientset(objects...)
	for _, kind := range namespacedKinds {
		verbs := metav1.Verbs{"get", "list", "delete"}
		if kind == figures {
			verbs = verbs[:2]
		}
		client.Resources = append(client.Resources, &metav1.APIResourceList{GroupVersion: kind.GroupVersion().String(),
			APIResources: []metav1.APIResource{{Name: kind.Resource, Namespaced: true, Verbs: verbs}}})
	}
	client.Resources = append(client.Resources, &metav1.APIResourceList{GroupVersion: "v1", APIResources: []metav1.APIResource{{Name: "nodes", Verbs: metav1.Verbs{"list", "delete"}}}})
	client.Discovery().(*discoveryfake.FakeDiscovery).FakedServerVersion = &versionpkg.Info{GitVersion: version}
	client.PrependReactor("create", "selfsubjectaccessreviews", func(a k8stesting.Action) (bool, runtime.Object, error) {
		review := a.(k8stesting.CreateAction).GetObject().(*authorizationv1.SelfSubjectAccessReview).DeepCopy()
		review.Status.Allowed = review.Spec.ResourceAttributes.Resource != denied
		return true, review, nil
	})
	client.PrependReactor("create", "selfsubjectreviews", func(k8stesting.Action) (bool, runtime.Object, error) {
		return true, &authenticationv1.SelfSubjectReview{Status: authenticationv1.SelfSubjectReviewStatus{UserInfo: authenticationv1.UserInfo{Username: `CORP\jane`}}}, nil
	})
	return client
}

// drawn is findings as they are shown.
func drawn(list ...rio.Finding) string {
	var b strings.Builder
	_ = printer.Findings(&b, list) // a Builder takes all
	return b.String()
}

// says runs something and returns the screen it drew, its error at the end.
func (s *stage) says(err error) string {
	defer s.screen.Reset()
	if err != nil {
		fmt.Fprintf(&s.screen, "error: %v\n", err)
	}
	return s.screen.String()
}

// doInstall installs with the stage's charts.
func (s *stage) doInstall(t *testing.T, o InstallOptions) string {
	o.Options, o.IstioCharts = s.Options, s.charts
	return s.says(s.install(t.Context(), o))
}

func (s *stage) doUninstall(t *testing.T, o UninstallOptions) string {
	o.Options = s.Options
	return s.says(s.uninstall(t.Context(), o))
}

// last is the last revision of a release.
func (s *stage) last(t *testing.T, name, namespace string) *helmrelease.Release {
	t.Helper()
	config, err := s.helm(namespace)
	if err != nil {
		t.Fatal(err)
	}
	rel, err := config.Releases.Last(name)
	if err != nil {
		t.Fatal(err)
	}
	return rel
}

// object is one of any kind, by what wrote it.
func object(apiVersion, kind, namespace, name, manager string, labels map[string]string) *unstructured.Unstructured {
	o := &unstructured.Unstructured{Object: map[string]any{"apiVersion": apiVersion, "kind": kind}}
	o.SetNamespace(namespace)
	o.SetName(name)
	o.SetLabels(labels)
	o.SetManagedFields([]metav1.ManagedFieldsEntry{{Manager: manager}})
	return o
}

func nothing(string) {}

func text(err error) string {
	if err == nil {
		return ""
	}
	return err.Error()
}
