package controlplane

import (
	"strings"
	"testing"

	autoscalingv2 "k8s.io/api/autoscaling/v2"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/kubectl-rio/kubectl-rio/pkg/cluster"
)

// An autoscaler that goes must not write its number of pods over the chart's.
func TestInstallEndsAnAutoscalerFirst(t *testing.T) {
	s := newStage(t)
	s.doInstall(t, InstallOptions{Settings: Settings{Set: []string{"gateway.autoscaling.enabled=true"}}})
	scalers := s.kube.AutoscalingV2().HorizontalPodAutoscalers(rioNamespace)
	scaler := &autoscalingv2.HorizontalPodAutoscaler{ObjectMeta: metav1.ObjectMeta{Namespace: rioNamespace, Name: cluster.GatewayService}}
	if _, err := scalers.Create(t.Context(), scaler, metav1.CreateOptions{}); err != nil {
		t.Fatal(err)
	}
	for _, step := range []struct {
		set   string
		there bool
	}{{"gateway.replicas=2", true}, {"gateway.autoscaling.enabled=false", false}, {"gateway.replicas=3", false}} {
		if got := s.doInstall(t, InstallOptions{Settings: Settings{Set: []string{step.set}}}); !strings.Contains(got, "rio: 0.1.0 upgraded\n") {
			t.Errorf("%s: %s", step.set, got)
		}
		if _, err := scalers.Get(t.Context(), scaler.Name, metav1.GetOptions{}); apierrors.IsNotFound(err) == step.there {
			t.Errorf("after --set %s: %v", step.set, err)
		}
	}
}

// A number that the chart gives no more must not be taken out of the Deployment.
func TestInstallKeepsTheGatewaysPodsForAnAutoscaler(t *testing.T) {
	s := newStage(t)
	s.doInstall(t, InstallOptions{Settings: Settings{Set: []string{"gateway.replicas=3"}}})
	if got := s.doInstall(t, InstallOptions{Settings: Settings{Set: []string{"gateway.autoscaling.enabled=true"}}}); !strings.Contains(got, "rio: 0.1.0 upgraded\n") {
		t.Error(got)
	}
	config, err := s.helm(rioNamespace)
	if err != nil {
		t.Fatal(err)
	}
	base, err := config.Releases.Get(releaseRio, 1)
	if err != nil {
		t.Fatal(err)
	}
	objects, err := objectsIn(base.Manifest)
	if err != nil {
		t.Fatal(err)
	}
	gateway, _ := objects["deployment rio-system/rio-lb"].(map[string]any)
	webhook, _ := objects["deployment rio-system/rio-webhook"].(map[string]any)
	if get(gateway, "spec", "replicas") != nil || get(gateway, "spec", "template") == nil || get(webhook, "spec", "replicas") == nil {
		t.Errorf("what Helm compares with has %v pods, and the webhook %v", get(gateway, "spec", "replicas"), get(webhook, "spec", "replicas"))
	}
}
