package controlplane

import (
	"strings"
	"testing"

	appsv1 "k8s.io/api/apps/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/kubectl-rio/kubectl-rio/pkg/cluster"
)

func TestANewIstiodRenewsTheGateway(t *testing.T) {
	s := newStage(t)
	if got := s.doInstall(t, InstallOptions{}); strings.Contains(got, "gateway: ") {
		t.Errorf("there was no gateway of before:\n%s", got)
	}
	gateway := &appsv1.Deployment{ObjectMeta: metav1.ObjectMeta{Namespace: rioNamespace, Name: cluster.GatewayService}}
	deployments := s.kube.AppsV1().Deployments(rioNamespace)
	if _, err := deployments.Create(t.Context(), gateway, metav1.CreateOptions{}); err != nil {
		t.Fatal(err)
	}
	config, err := s.helm(istioNamespace)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := config.Releases.Delete(releaseIstiod, 1); err != nil {
		t.Fatal(err)
	}
	for _, again := range []bool{false, true} {
		got := s.doInstall(t, InstallOptions{NoWait: true})
		if said := strings.Contains(got, "gateway: restarted, for Istio's authority is new\nservices that ran before do not understand it; restart them: "); said == again {
			t.Errorf("again is %t:\n%s", again, got)
		}
	}
	after, err := deployments.Get(t.Context(), gateway.Name, metav1.GetOptions{})
	if err != nil || after.Spec.Template.Annotations["kubectl.kubernetes.io/restartedAt"] == "" {
		t.Errorf("its pods are to be as before: %v, %v", after.Spec.Template.Annotations, err)
	}
}
