package rio_test

import (
	"testing"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/util/intstr"

	"github.com/kubectl-rio/kubectl-rio/pkg/rio"
)

func TestNotReady(t *testing.T) {
	web := func(h corev1.ProbeHandler) corev1.Container {
		return corev1.Container{Name: "web", ReadinessProbe: &corev1.Probe{ProbeHandler: h}}
	}
	sidecar := func(moved string) corev1.Container {
		return corev1.Container{Name: "istio-proxy", Env: []corev1.EnvVar{{Name: "ISTIO_KUBE_APP_PROBERS", Value: moved}}}
	}
	port := corev1.ProbeHandler{TCPSocket: &corev1.TCPSocketAction{Port: intstr.FromInt32(81)}}
	get := corev1.ProbeHandler{HTTPGet: &corev1.HTTPGetAction{Path: "/app-health/web/readyz", Port: intstr.FromInt32(15020)}}
	const anyhow, closed = "runs and is not ready", "runs, and its port 81 takes no connections"
	for sentence, tc := range map[string]struct {
		spec corev1.PodSpec
		want string
	}{
		"nothing is asked":               {corev1.PodSpec{Containers: []corev1.Container{{Name: "web"}}}, anyhow},
		"more than a port":               {corev1.PodSpec{Containers: []corev1.Container{web(corev1.ProbeHandler{Exec: &corev1.ExecAction{}})}}, anyhow},
		"a port":                         {corev1.PodSpec{Containers: []corev1.Container{web(port)}}, closed},
		"a port, by the sidecar":         {corev1.PodSpec{Containers: []corev1.Container{web(get), sidecar(`{"/app-health/web/readyz":{"tcpSocket":{"port":81},"timeoutSeconds":5}}`)}}, closed},
		"a port, by one that is first":   {corev1.PodSpec{InitContainers: []corev1.Container{sidecar(`{"/app-health/web/readyz":{"tcpSocket":{"port":81}}}`)}, Containers: []corev1.Container{web(get)}}, closed},
		"a page, by the sidecar":         {corev1.PodSpec{Containers: []corev1.Container{web(get), sidecar(`{"/app-health/web/readyz":{"httpGet":{"port":81}}}`)}}, anyhow},
		"another's port, by the sidecar": {corev1.PodSpec{Containers: []corev1.Container{web(get), sidecar(`{"/app-health/logs/readyz":{"tcpSocket":{"port":81}}}`)}}, anyhow},
		"what cannot be read":            {corev1.PodSpec{Containers: []corev1.Container{web(get), sidecar(`{`)}}, anyhow},
	} {
		t.Run(sentence, func(t *testing.T) {
			if got := rio.NotReady(corev1.Pod{Spec: tc.spec}, "web"); got != tc.want {
				t.Errorf("got %s, want %s", got, tc.want)
			}
		})
	}
}
