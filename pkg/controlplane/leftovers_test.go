package controlplane

import (
	"testing"

	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/client-go/kubernetes/fake"
	k8stesting "k8s.io/client-go/testing"
)

// An uninstall that is stopped while istiod ends has taken its release; on kinds that were there
// before, it was the only one of Istio.
func TestUninstallGoesOnAfterIstiod(t *testing.T) {
	const after = "rio: not installed\nnamespaces: removed\n"
	istiod := appsv1.Deployment{ObjectMeta: metav1.ObjectMeta{Namespace: istioNamespace, Name: "istiod", Labels: map[string]string{"app": "istiod"}}}
	leaving := istiod.DeepCopy()
	leaving.DeletionTimestamp = new(metav1.Now())
	for sentence, tc := range map[string]struct {
		marked     bool
		istiod     *appsv1.Deployment
		said, left string
	}{
		"it has ended":                   {true, nil, after, ""},
		"it ends":                        {true, leaving, "rio: not installed\nistiod: removed\nnamespaces: removed\n", ""},
		"somebody has one in there":      {true, &istiod, after, "default/istio-ca-root-cert"},
		"it was somebody's, and is gone": {false, nil, after, "default/istio-ca-root-cert"},
	} {
		t.Run(sentence, func(t *testing.T) {
			s := newStage(t, object("v1", "ConfigMap", "default", "istio-ca-root-cert", istiodManager, nil))
			ns := &corev1.Namespace{ObjectMeta: metav1.ObjectMeta{Name: istioNamespace}}
			if tc.marked {
				ns.Labels = map[string]string{labelInstalled: "true"}
			}
			webhooks := hooks("istio", "")[0]
			webhooks.DeletionTimestamp = new(metav1.Now())
			s.kube = fakeKube("v1.37.2", "", ns, &webhooks)
			looks, world := 0, s.kube.(*fake.Clientset)
			world.PrependReactor("list", "deployments", func(k8stesting.Action) (bool, runtime.Object, error) {
				list := &appsv1.DeploymentList{}
				if looks++; tc.istiod != nil && (looks < 5 || tc.istiod.DeletionTimestamp == nil) {
					list.Items = append(list.Items, *tc.istiod)
				}
				if left := s.names(t, configMaps); looks < 5 && left == "" {
					t.Errorf("after %d looks at istiod, what it makes is gone", looks)
				}
				return true, list, nil
			})
			same(t, tc.said, s.doUninstall(t, UninstallOptions{}))
			same(t, tc.left, s.names(t, configMaps))
		})
	}
}
