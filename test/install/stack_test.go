package install

import (
	"context"
	"os"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	utilrand "k8s.io/apimachinery/pkg/util/rand"
	"k8s.io/client-go/dynamic"
	"k8s.io/client-go/kubernetes"

	"github.com/kubectl-rio/kubectl-rio/pkg/rio"
	"github.com/kubectl-rio/kubectl-rio/test/cluster/lab"
)

// defaultsSet says that this process has set the chart's values once. Its tests put them back.
var defaultsSet bool

// installed is a player on a cluster that has rio. What is played with it changes rio for
// all users, so that it is for the sandbox only.
func installed(t *testing.T, namespace string) (player, bool) {
	t.Helper()
	k, err := lab.NewKubectl(t.TempDir(), namespace+"-"+utilrand.String(4))
	if err != nil {
		t.Fatal(err)
	}
	p := player{t, k}
	if lab.Sandbox() && (!defaultsSet || !p.installed()) {
		p.set("labels.mode=webhook", "tls.secret=", "gateway.autoscaling.enabled=false") // a test that was killed may have left others
		defaultsSet = true
	}
	return p, lab.Sandbox()
}

// with installs again with other values of the chart, and puts back what they were at the end.
func (p player) with(before []string, settings ...string) {
	p.t.Helper()
	p.t.Cleanup(func() { p.set(before...) })
	p.set(settings...)
}

func (p player) set(settings ...string) {
	p.t.Helper()
	args := append(lab.InstallArgs(os.Getenv), "--timeout=2m")
	for _, s := range settings {
		args = append(args, "--set", s)
	}
	p.rio(args...)
}

// stack is a namespace in which workloads are labelled.
type stack struct {
	player
	kube    kubernetes.Interface
	dynamic dynamic.Interface
	name    string
}

// newStack makes the player's namespace, or another one by a suffix; labelled, it is a stack.
func (p player) newStack(suffix string, labelled bool) stack {
	p.t.Helper()
	name := p.kubectl.Namespace + suffix
	config, err := p.kubectl.Config()
	if err != nil {
		p.t.Fatal(err)
	}
	s := stack{player: p, kube: kubernetes.NewForConfigOrDie(config), dynamic: dynamic.NewForConfigOrDie(config), name: name}
	ns := &corev1.Namespace{ObjectMeta: metav1.ObjectMeta{Name: name}}
	if labelled {
		ns.Labels = map[string]string{rio.LabelStack: "true"}
	}
	if _, err := s.kube.CoreV1().Namespaces().Create(p.t.Context(), ns, metav1.CreateOptions{}); err != nil {
		p.t.Fatal(err)
	}
	p.t.Cleanup(func() {
		if err := p.kubectl.DeleteNamespaces(context.Background(), name); err != nil {
			p.t.Error(err)
		}
	})
	if labelled {
		s.await(true)
	}
	return s
}

// deployment is one that another tool would make.
func (s stack) deployment(name string) *appsv1.Deployment {
	labels := map[string]string{"app": name}
	return &appsv1.Deployment{
		ObjectMeta: metav1.ObjectMeta{Namespace: s.name, Name: name, Labels: labels},
		Spec: appsv1.DeploymentSpec{
			Replicas: new(int32),
			Selector: &metav1.LabelSelector{MatchLabels: labels},
			Template: corev1.PodTemplateSpec{
				ObjectMeta: metav1.ObjectMeta{Labels: labels},
				Spec:       corev1.PodSpec{Containers: []corev1.Container{{Name: name, Image: "echo:v1"}}},
			},
		},
	}
}

// dryRun has the API server admit a Deployment and throw it away: all but storing is done.
// It says whether it was labelled.
func (s stack) dryRun(ctx context.Context, name string) (bool, error) {
	d, err := s.kube.AppsV1().Deployments(s.name).Create(ctx, s.deployment(name), metav1.CreateOptions{DryRun: []string{metav1.DryRunAll}})
	if err != nil {
		return false, err
	}
	return d.Labels[rio.LabelService] == name && d.Spec.Template.Labels[rio.LabelService] == name, nil
}

// await waits until Deployments are labelled, or are not: the API server hears of changes
// to namespaces, webhooks and policies a moment later.
func (s stack) await(labelled bool) {
	s.t.Helper()
	ctx := context.WithoutCancel(s.t.Context())
	var got bool
	var err error
	for begin := time.Now(); time.Since(begin) < 30*time.Second; time.Sleep(50 * time.Millisecond) {
		if got, err = s.dryRun(ctx, "await"); err == nil && got == labelled {
			return
		}
	}
	s.t.Fatalf("in 30s no Deployment was labelled %t: last %t, %v", labelled, got, err)
}

const webhookName = "labels.rio.cattle.io"

var sample = regexp.MustCompile(`^(apiserver_admission_webhook_\w+)\{(.*)\} (\S+)$`)

// count sums one of the API server's counters over its calls of our webhook.
func (s stack) count(metric string) int {
	s.t.Helper()
	raw, err := s.kube.Discovery().RESTClient().Get().AbsPath("/metrics").DoRaw(s.t.Context())
	if err != nil {
		s.t.Fatal(err)
	}
	sum := 0.0
	for line := range strings.Lines(string(raw)) {
		m := sample.FindStringSubmatch(strings.TrimSpace(line))
		if m == nil || m[1] != metric || !strings.Contains(m[2], `name="`+webhookName+`"`) {
			continue
		}
		n, err := strconv.ParseFloat(m[3], 64)
		if err != nil {
			s.t.Fatal(err)
		}
		sum += n
	}
	return int(sum)
}

// The API server's counters, staging/src/k8s.io/apiserver/pkg/admission/metrics in Kubernetes.
const (
	asked    = "apiserver_admission_webhook_request_total"
	passedBy = "apiserver_admission_webhook_fail_open_count"
)

// rollout waits until a Deployment of rio-system is as it is to be.
func (p player) rollout(name string) {
	p.t.Helper()
	ctx := context.WithoutCancel(p.t.Context())
	if _, err := p.kubectl.Run(ctx, "rollout", "status", "-n", "rio-system", "deployment/"+name, "--timeout=60s"); err != nil {
		p.t.Fatal(err)
	}
}
