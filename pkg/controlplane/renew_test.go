package controlplane

import (
	"strings"
	"testing"
	"time"

	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/client-go/kubernetes/fake"

	"github.com/kubectl-rio/kubectl-rio/pkg/cluster"
)

// put makes objects as they are, with the times that they have.
func put(t *testing.T, s *stage, objects ...runtime.Object) {
	t.Helper()
	for _, o := range objects {
		if err := s.kube.(*fake.Clientset).Tracker().Add(o); err != nil {
			t.Fatal(err)
		}
	}
}

func TestTheGatewayIsRenewedWhereItIsOlderThanTheAuthority(t *testing.T) {
	now := time.Now().Truncate(time.Second)
	at := func(ago time.Duration) metav1.Time { return metav1.NewTime(now.Add(-ago)) }
	authority := &corev1.Secret{ObjectMeta: metav1.ObjectMeta{Namespace: istioNamespace, Name: authoritySecret, CreationTimestamp: at(time.Hour)}}
	pod := func(ago time.Duration) *corev1.Pod {
		return &corev1.Pod{ObjectMeta: metav1.ObjectMeta{Namespace: rioNamespace, Name: "rio-lb-1", Labels: map[string]string{"gateway": "external"}, CreationTimestamp: at(ago)}}
	}
	ending := pod(2 * time.Hour)
	ending.DeletionTimestamp, ending.Finalizers = new(at(0)), []string{"x"}
	gateway := func(restarted string) *appsv1.Deployment {
		d := &appsv1.Deployment{ObjectMeta: metav1.ObjectMeta{Namespace: rioNamespace, Name: cluster.GatewayService}}
		if restarted != "" {
			d.Spec.Template.Annotations = map[string]string{restartedAt: restarted}
		}
		return d
	}
	before, after := now.Add(-2*time.Hour).Format(time.RFC3339), now.Add(-time.Minute).Format(time.RFC3339)
	for sentence, tc := range map[string]struct {
		objects []runtime.Object
		want    bool
	}{
		"no gateway":                             {[]runtime.Object{authority}, false},
		"an authority that istiod was given":     {[]runtime.Object{gateway(""), pod(2 * time.Hour)}, false},
		"pods that came with it":                 {[]runtime.Object{authority, gateway(""), pod(time.Hour)}, false},
		"pods that came later":                   {[]runtime.Object{authority, gateway(before), pod(time.Minute)}, false},
		"pods of before":                         {[]runtime.Object{authority, gateway(""), pod(2 * time.Hour)}, true},
		"pods of before, restarted for another":  {[]runtime.Object{authority, gateway(before), pod(2 * time.Hour)}, true},
		"pods of before that are being replaced": {[]runtime.Object{authority, gateway(after), pod(2 * time.Hour)}, false},
		"pods of before that are ending":         {[]runtime.Object{authority, gateway(""), ending}, false},
	} {
		t.Run(sentence, func(t *testing.T) {
			s := newStage(t)
			put(t, s, tc.objects...)
			for _, again := range []bool{false, true} {
				got := s.doInstall(t, InstallOptions{NoWait: true})
				said := strings.Contains(got, "gateway: restarted, for Istio's authority is new\nservices that ran before do not understand it; restart them: ")
				if want := tc.want && !again; said != want {
					t.Errorf("again is %t, said is %t:\n%s", again, said, got)
				}
			}
		})
	}
}

func TestTheGatewayIsRenewedWhereItsProxyIsOlderThanIstiod(t *testing.T) {
	pod := func(image string) *corev1.Pod {
		return &corev1.Pod{
			ObjectMeta: metav1.ObjectMeta{Namespace: rioNamespace, Name: "rio-lb-1", Labels: map[string]string{"gateway": "external"}, CreationTimestamp: metav1.Now()},
			Spec:       corev1.PodSpec{Containers: []corev1.Container{{Name: "logs", Image: "logs:0.1"}, {Name: "istio-proxy", Image: image}}},
		}
	}
	gateway := &appsv1.Deployment{ObjectMeta: metav1.ObjectMeta{Namespace: rioNamespace, Name: cluster.GatewayService}}
	rolling := gateway.DeepCopy()
	rolling.Status.Replicas = 1
	for sentence, tc := range map[string]struct {
		gateway *appsv1.Deployment
		image   string
		want    bool
	}{
		"an older one":                             {gateway, "registry/proxyv2:1.0.9", true},
		"an older one that is being replaced":      {rolling, "registry/proxyv2:1.0.9", false},
		"the same, of other make":                  {gateway, "registry/proxyv2:1.31.4-distroless", false},
		"a newer one":                              {gateway, "registry/proxyv2:99.0.0", false},
		"one whose name says nothing of a version": {gateway, "registry:5000/proxyv2@sha256:0123", false},
	} {
		t.Run(sentence, func(t *testing.T) {
			s := newStage(t)
			put(t, s, tc.gateway, pod(tc.image))
			for _, again := range []bool{false, true} { // the pods stay as they are here, as those of an image that somebody pinned do
				got := s.doInstall(t, InstallOptions{NoWait: true})
				said := strings.Contains(got, "gateway: restarted, for Istio 1.31.4\n")
				if want := tc.want && !again; said != want {
					t.Errorf("again is %t, said is %t:\n%s", again, said, got)
				}
			}
		})
	}
}
