package controlplane

import (
	"errors"
	"testing"

	"github.com/google/go-cmp/cmp"
	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/client-go/discovery"
	dynamicfake "k8s.io/client-go/dynamic/fake"
	"k8s.io/client-go/kubernetes/fake"
	k8stesting "k8s.io/client-go/testing"
)

func theirs(apiVersion, kind, name string) *unstructured.Unstructured {
	return object(apiVersion, kind, rioNamespace, name, "kubectl", nil)
}

func TestRemoveNamespaceKeepsWhatOthersPutThere(t *testing.T) {
	ours := &corev1.Namespace{ObjectMeta: metav1.ObjectMeta{Name: rioNamespace, Labels: map[string]string{labelInstalled: "true"}}}
	deployment, pod := theirs("apps/v1", "Deployment", "app"), theirs("v1", "Pod", "app-1")
	deployment.SetUID("1")
	pod.SetOwnerReferences([]metav1.OwnerReference{{UID: "1"}})
	ofRio := theirs("v1", "ConfigMap", "rio")
	ofRio.SetAnnotations(map[string]string{"meta.helm.sh/release-name": releaseRio, "meta.helm.sh/release-namespace": rioNamespace})
	certificate, probe := theirs("v1", "Secret", "rio-tls"), theirs("v1", "Service", "rio-test")
	for _, o := range []*unstructured.Unstructured{certificate, probe} {
		o.SetAnnotations(annotationsOf(t, o.GetName()))
	}
	pulls, token := theirs("v1", "Secret", "builder-dockercfg-x"), theirs("v1", "Secret", "builder-token-x")
	pulls.SetAnnotations(map[string]string{"openshift.io/internal-registry-auth-token.service-account": "builder"})
	token.SetAnnotations(map[string]string{corev1.ServiceAccountNameKey: "builder"})
	copied := theirs("operators.coreos.com/v1alpha1", "ClusterServiceVersion", "mesh.v3")
	copied.SetLabels(map[string]string{"olm.copiedFrom": "openshift-operators"})
	tests := map[string]struct {
		namespace *corev1.Namespace
		objects   []runtime.Object
		foreign   []string
		gone      bool
	}{
		"ours and empty": {namespace: ours, gone: true},
		"ours, with what is not held": {ours, []runtime.Object{
			object("v1", "ConfigMap", rioNamespace, "kube-root-ca.crt", "kcm", nil), object("v1", "ConfigMap", rioNamespace, "x", istiodManager, nil),
			theirs("v1", "ServiceAccount", "default"), theirs("v1", "Endpoints", "rio-lb"), theirs("metrics.k8s.io/v1", "Pods", "rio-1"), ofRio,
		}, nil, true},
		"ours, with what cert-manager and helm test made for the chart": {ours, []runtime.Object{certificate, probe}, nil, true},
		"ours, with what OpenShift puts there": {ours, []runtime.Object{
			pulls, token, theirs("v1", "ConfigMap", "openshift-service-ca.crt"), theirs("v1", "ServiceAccount", "builder"), theirs("v1", "ServiceAccount", "deployer"),
			theirs("rbac.authorization.k8s.io/v1", "RoleBinding", "system:image-pullers"),
		}, nil, true},
		"ours, with an operator of OpenShift for all namespaces": {ours, []runtime.Object{copied}, nil, true},
		"ours, with an operator":                                 {ours, []runtime.Object{theirs("operators.coreos.com/v1alpha1", "ClusterServiceVersion", "theirs.v1")}, []string{"clusterserviceversion/theirs.v1"}, false},
		"ours, with what Google puts there":                      {ours, []runtime.Object{theirs("v1", "ResourceQuota", "gke-resource-quotas")}, nil, true},
		"ours, with a quota":                                     {ours, []runtime.Object{theirs("v1", "ResourceQuota", "mine")}, []string{"resourcequota/mine"}, false},
		"ours, with a Secret":                                    {ours, []runtime.Object{theirs("v1", "Secret", "mine")}, []string{"secret/mine"}, false},
		"ours, with a kind that nobody thought":                  {ours, []runtime.Object{theirs("example.com/v1", "Widget", "w")}, []string{"widget/w"}, false},
		"ours, with a pod alone":                                 {ours, []runtime.Object{theirs("v1", "Pod", "debug")}, []string{"pod/debug"}, false},
		"ours, with a pod that goes with more":                   {ours, []runtime.Object{deployment, pod}, []string{"deployment/app"}, false},
		"somebody's":                                             {namespace: &corev1.Namespace{ObjectMeta: metav1.ObjectMeta{Name: rioNamespace}}},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			p := newStage(t, test.objects...).plane
			p.kube = fakeKube("v1.37.2", "", test.namespace)
			foreign, err := p.removeNamespace(t.Context(), rioNamespace)
			if diff := cmp.Diff(test.foreign, foreign); err != nil || diff != "" {
				t.Error(err, diff)
			}
			_, err = p.kube.CoreV1().Namespaces().Get(t.Context(), rioNamespace, metav1.GetOptions{})
			if (err != nil) != test.gone {
				t.Errorf("gone is %t, want %t", err != nil, test.gone)
			}
		})
	}
}

// annotationsOf are those that an object gets by the chart: a Secret of cert-manager from its
// Certificate's template.
func annotationsOf(t *testing.T, name string) map[string]string {
	t.Helper()
	manifest, _, err := rendered(t, InstallOptions{Settings: Settings{Domain: new("apps.example.com"), Issuer: new("letsencrypt")}})
	if err != nil {
		t.Fatal(err)
	}
	objects, err := objectsIn(manifest)
	if err != nil {
		t.Fatal(err)
	}
	for _, kind := range []string{"certificate", "service"} {
		o, _ := objects[kind+" "+rioNamespace+"/"+name].(map[string]any)
		for _, path := range [][]string{{"spec", "secretTemplate", "annotations"}, {"metadata", "annotations"}} {
			if annotations, found, err := unstructured.NestedStringMap(o, path...); found && err == nil {
				return annotations
			}
		}
	}
	t.Fatalf("the chart annotates no %q", name)
	return nil
}

// What cannot be seen may be somebody's.
func TestForeignInWhatCannotBeSeen(t *testing.T) {
	for name, test := range map[string]struct {
		answer error
		want   []string
		fails  bool
	}{
		"a kind that is gone meanwhile":  {apierrors.NewNotFound(widgets.GroupResource(), ""), nil, false},
		"a kind that is never listed":    {apierrors.NewMethodNotSupported(widgets.GroupResource(), "list"), nil, false},
		"one that the user may not list": {apierrors.NewForbidden(widgets.GroupResource(), "", nil), []string{"widgets.example.com, which you may not list"}, false},
		"a server that fails":            {errors.New("broken"), nil, true},
	} {
		t.Run(name, func(t *testing.T) {
			p := newStage(t).plane
			p.dynamic.(*dynamicfake.FakeDynamicClient).PrependReactor("list", "widgets", func(k8stesting.Action) (bool, runtime.Object, error) { return true, nil, test.answer })
			got, err := p.foreignIn(t.Context(), rioNamespace)
			if diff := cmp.Diff(test.want, got); diff != "" || (err != nil) != test.fails {
				t.Error(err, diff)
			}
		})
	}
	p := newStage(t).plane
	p.kube.(*fake.Clientset).PrependReactor("get", "resource", func(k8stesting.Action) (bool, runtime.Object, error) {
		return true, nil, &discovery.ErrGroupDiscoveryFailed{Groups: map[schema.GroupVersion]error{widgets.GroupVersion(): errors.New("away")}}
	})
	got, err := p.foreignIn(t.Context(), rioNamespace)
	if diff := cmp.Diff([]string{"objects of example.com/v1, whose server does not answer"}, got); err != nil || diff != "" {
		t.Error(err, diff)
	}
}
