package controlplane

import (
	"context"
	"errors"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"helm.sh/helm/v3/pkg/action"
	"helm.sh/helm/v3/pkg/chart"
	kubefake "helm.sh/helm/v3/pkg/kube/fake"
	helmrelease "helm.sh/helm/v3/pkg/release"
	"helm.sh/helm/v3/pkg/storage"
	"helm.sh/helm/v3/pkg/storage/driver"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/client-go/kubernetes/fake"

	"github.com/kubectl-rio/kubectl-rio/pkg/cluster"
)

func TestUntil(t *testing.T) {
	p := newStage(t).plane
	var said []string
	left := 3
	err := p.until(t.Context(), func(s string) { said = append(said, s) }, func() (string, error) {
		if left--; left == 0 {
			return "", nil
		}
		return "pods\nand why", nil
	})
	if diff := cmp.Diff([]string{"waiting for pods", "waiting for pods"}, said); err != nil || diff != "" {
		t.Error(err, diff)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 5*time.Millisecond)
	defer cancel()
	err = p.until(ctx, nothing, func() (string, error) { return "pods\nand why", nil })
	if !errors.Is(err, cluster.ErrNotReady) || !strings.HasSuffix(text(err), "still waiting for pods\nand why") {
		t.Errorf("when the time is up: %v", err)
	}
	ctx, cancel = context.WithCancel(t.Context())
	cancel()
	if err := p.until(ctx, nothing, func() (string, error) { return "pods", nil }); !errors.Is(err, context.Canceled) {
		t.Errorf("when interrupted: %v", err)
	}
}

func TestMend(t *testing.T) {
	for status, want := range map[helmrelease.Status]helmrelease.Status{
		helmrelease.StatusDeployed:        helmrelease.StatusDeployed,
		helmrelease.StatusFailed:          helmrelease.StatusFailed,
		helmrelease.StatusPendingInstall:  helmrelease.StatusFailed,
		helmrelease.StatusPendingUpgrade:  helmrelease.StatusFailed,
		helmrelease.StatusPendingRollback: helmrelease.StatusFailed,
		helmrelease.StatusUninstalling:    "", // removed
	} {
		config := &action.Configuration{
			Releases: storage.Init(driver.NewMemory()), KubeClient: &kubefake.PrintingKubeClient{Out: os.Stderr}, Log: func(string, ...any) {},
		}
		if err := config.Releases.Create(&helmrelease.Release{
			Name: "rio", Version: 1, Info: &helmrelease.Info{Status: status}, Chart: &chart.Chart{Metadata: &chart.Metadata{Name: "rio"}},
		}); err != nil {
			t.Fatal(err)
		}
		got, err := mend(config, "rio")
		if err != nil || (got == nil) != (want == "") || got != nil && got.Info.Status != want {
			t.Errorf("%s became %v, %v; want %q", status, got, err, want)
		}
	}
}

func TestRemoveNamespaceKeepsWhatOthersPutThere(t *testing.T) {
	ours := &corev1.Namespace{ObjectMeta: metav1.ObjectMeta{Name: rioNamespace, Labels: map[string]string{LabelInstalled: "true"}}}
	theirs := &corev1.Namespace{ObjectMeta: metav1.ObjectMeta{Name: rioNamespace}}
	tests := map[string]struct {
		namespace *corev1.Namespace
		objects   []runtime.Object
		foreign   []string
		gone      bool
	}{
		"ours and empty":              {namespace: ours, gone: true},
		"ours, with what is not held": {ours, []runtime.Object{object("v1", "ConfigMap", rioNamespace, "kube-root-ca.crt", "kcm", nil), object("v1", "ConfigMap", rioNamespace, "x", istiodManager, nil)}, nil, true},
		"ours, with a Secret":         {ours, []runtime.Object{object("v1", "Secret", rioNamespace, "mine", "kubectl", nil)}, []string{"secret/mine"}, false},
		"somebody's":                  {namespace: theirs},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			p := newStage(t, test.objects...).plane
			p.kube = fake.NewClientset(test.namespace)
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

func TestWhyNamesTheReason(t *testing.T) {
	pod := &corev1.Pod{Status: corev1.PodStatus{ContainerStatuses: []corev1.ContainerStatus{{State: corev1.ContainerState{
		Waiting: &corev1.ContainerStateWaiting{Reason: "ErrImagePull", Message: "no such image"}}}}}}
	if got := strings.Join(complaintOf(pod), ";"); got != "ErrImagePull: no such image" {
		t.Error(got)
	}
	pod.Status.Conditions = []corev1.PodCondition{{Type: corev1.PodScheduled, Status: corev1.ConditionFalse, Reason: "Unschedulable", Message: "no free ports"}}
	if got := strings.Join(complaintOf(pod), ";"); got != "Unschedulable: no free ports" {
		t.Error(got)
	}
}

func TestSetAndGet(t *testing.T) {
	values := map[string]any{"gateway": map[string]any{"replicas": 2}}
	set(values, true, "gateway", "hostPort")
	set(values, "x", "a", "b")
	if get(values, "gateway", "hostPort") != true || get(values, "gateway", "replicas") != 2 || get(values, "a", "b") != "x" || get(values, "a", "b", "c") != nil {
		t.Errorf("%v", values)
	}
}
