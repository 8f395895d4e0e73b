package controlplane

import (
	"fmt"
	"io"
	"strings"
	"testing"

	"helm.sh/helm/v3/pkg/action"
	"helm.sh/helm/v3/pkg/kube"
	kubefake "helm.sh/helm/v3/pkg/kube/fake"
	appsv1 "k8s.io/api/apps/v1"
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

// reading is a client that remembers what Helm reads, each chart as it applies it among it.
type reading struct {
	kubefake.PrintingKubeClient
	manifests []string
}

func (r *reading) Build(manifest io.Reader, _ bool) (kube.ResourceList, error) {
	text, err := io.ReadAll(manifest)
	r.manifests = append(r.manifests, string(text))
	return nil, err
}

// numbers are those of the pods of gateway and webhook in each manifest that has both Deployments.
func (r *reading) numbers(t *testing.T) string {
	t.Helper()
	var all []string
	for _, manifest := range r.manifests {
		objects, err := objectsIn(manifest)
		if err != nil {
			t.Fatal(err)
		}
		gateway, _ := objects["deployment rio-system/rio-lb"].(map[string]any)
		webhook, _ := objects["deployment rio-system/rio-webhook"].(map[string]any)
		if gateway != nil && webhook != nil {
			all = append(all, fmt.Sprintf("%v/%v", get(gateway, "spec", "replicas"), get(webhook, "spec", "replicas")))
		}
	}
	r.manifests = nil
	return strings.Join(all, " ")
}

// What somebody scaled stays so, until the chart is told another number.
func TestInstallLeavesTheGatewayScaled(t *testing.T) {
	s := newStage(t)
	s.doInstall(t, InstallOptions{})
	client := &reading{PrintingKubeClient: kubefake.PrintingKubeClient{Out: io.Discard}}
	connect := s.helm
	s.helm = func(namespace string) (*action.Configuration, error) {
		config, err := connect(namespace)
		config.KubeClient = client
		return config, err
	}
	gateway := &appsv1.Deployment{ObjectMeta: metav1.ObjectMeta{Namespace: rioNamespace, Name: cluster.GatewayService}}
	deployments := s.kube.AppsV1().Deployments(rioNamespace)
	if _, err := deployments.Create(t.Context(), gateway, metav1.CreateOptions{}); err != nil {
		t.Fatal(err)
	}
	for _, step := range []struct {
		pods    int32
		set     string
		applies string // gateway/webhook
		kept    bool
	}{
		{3, "webhook.replicas=2", "<nil>/2", true},
		{1, "webhook.replicas=3", "1/3", false},
		{0, "webhook.replicas=4", "1/4", false},
		{3, "gateway.replicas=2", "2/4", false},
	} {
		gateway.Spec.Replicas = &step.pods
		if _, err := deployments.Update(t.Context(), gateway, metav1.UpdateOptions{}); err != nil {
			t.Fatal(err)
		}
		client.manifests = nil
		if got := s.doInstall(t, InstallOptions{Settings: Settings{Set: []string{step.set}}}); !strings.Contains(got, "rio: 0.1.0 upgraded\n") {
			t.Errorf("%s: %s", step.set, got)
		}
		if got := client.numbers(t); !strings.Contains(got+" ", step.applies+" ") || strings.Contains(got, "<nil>") != step.kept {
			t.Errorf("%s with %d pods: Helm read %s, want %s", step.set, step.pods, got, step.applies)
		}
		if got := s.doInstall(t, InstallOptions{DryRun: true}); !strings.Contains(got, "release rio 0.1.0 unchanged\n") {
			t.Errorf("%s, and a dry run says: %s", step.set, got)
		}
	}
}
