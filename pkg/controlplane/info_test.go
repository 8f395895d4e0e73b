package controlplane

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/client-go/kubernetes/fake"
	k8stesting "k8s.io/client-go/testing"

	"github.com/kubectl-rio/kubectl-rio/pkg/cluster"
	"github.com/kubectl-rio/kubectl-rio/pkg/rio"
)

func TestInfo(t *testing.T) {
	s := newStage(t, ofService("Deployment"), ofService("VirtualService"))
	want := Info{Kubernetes: "1.37.2", Stacks: new(1), Services: new(1)}
	info := func() Info {
		t.Helper()
		i, err := s.info(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		return i
	}
	if diff := cmp.Diff(want, info()); diff != "" {
		t.Errorf("without rio: %s", diff)
	}

	addIstio(t, s, "stable")
	defaults := &corev1.ConfigMap{
		ObjectMeta: metav1.ObjectMeta{Namespace: cluster.DefaultsNamespace, Name: cluster.DefaultsConfigMap, Labels: map[string]string{"helm.sh/chart": "rio-0.1.0"}},
		Data:       map[string]string{"domain": "", "gateway": "rio-system/rio-gateway", "ports": "80/http, 5432/tcp", "labels": "webhook", "revision": "stable"},
	}
	empty := &corev1.Namespace{ObjectMeta: metav1.ObjectMeta{Name: "empty", Labels: map[string]string{rio.LabelStack: "true"}}}
	for _, o := range []runtime.Object{defaults, empty} {
		if err := s.kube.(*fake.Clientset).Tracker().Add(o); err != nil {
			t.Fatal(err)
		}
	}
	want = Info{
		Domain: "127.0.0.1.nip.io", Chart: "0.1.0", Kubernetes: "1.37.2", Labels: "webhook", Stacks: new(2), Services: new(1),
		Gateway: GatewayInfo{Name: "rio-system/rio-gateway", Addresses: []string{address}, Ports: []string{"80/http", "5432/tcp"}},
		Istio:   IstioInfo{Mode: "sidecar", Revision: "stable"},
	}
	if diff := cmp.Diff(want, info()); diff != "" {
		t.Errorf("with rio: %s", diff)
	}

	if err := s.kube.CoreV1().Services(rioNamespace).Delete(t.Context(), cluster.GatewayService, metav1.DeleteOptions{}); err != nil {
		t.Fatal(err)
	}
	want.Domain, want.Gateway.Addresses = "", nil
	if diff := cmp.Diff(want, info()); diff != "" {
		t.Errorf("without the Service of the gateway: %s", diff)
	}

	s.kube.(*fake.Clientset).PrependReactor("list", "*", func(a k8stesting.Action) (bool, runtime.Object, error) {
		return true, nil, apierrors.NewForbidden(schema.GroupResource{Resource: a.GetResource().Resource}, "", nil)
	})
	want.Istio, want.Stacks, want.Services, want.Unseen = IstioInfo{Revision: "stable"}, nil, nil, []string{"istio", "stacks"}
	if diff := cmp.Diff(want, info()); diff != "" {
		t.Errorf("to who may see little: %s", diff)
	}
}
