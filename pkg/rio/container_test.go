package rio_test

import (
	"slices"
	"testing"

	corev1 "k8s.io/api/core/v1"

	"github.com/kubectl-rio/kubectl-rio/pkg/rio"
)

func TestContainerOf(t *testing.T) {
	pod := func(names ...string) *corev1.Pod {
		p := &corev1.Pod{}
		p.Name = "web-1"
		p.Spec.InitContainers = []corev1.Container{{Name: "istio-proxy"}}
		for _, name := range names {
			p.Spec.Containers = append(p.Spec.Containers, corev1.Container{Name: name})
		}
		return p
	}
	says := func(p *corev1.Pod, name string) *corev1.Pod {
		p.Annotations = map[string]string{"kubectl.kubernetes.io/default-container": name}
		return p
	}
	debugged := pod("nginx")
	debugged.Spec.EphemeralContainers = []corev1.EphemeralContainer{{EphemeralContainerCommon: corev1.EphemeralContainerCommon{Name: "debugger-x7k2p"}}}
	for sentence, tc := range map[string]struct {
		pod         *corev1.Pod
		named, want string
		err         string
	}{
		"the service's own":                   {pod("log", "web"), "", "web", ""},
		"the first of another tool's":         {pod("nginx", "log"), "", "nginx", ""},
		"none of Istio's":                     {pod("istio-proxy", "nginx"), "", "nginx", ""},
		"what the pod says":                   {says(pod("log", "nginx"), "nginx"), "", "nginx", ""},
		"the service's own before that":       {says(pod("log", "web"), "log"), "", "web", ""},
		"what it says is not there":           {says(pod("nginx"), "app"), "", "nginx", ""},
		"Istio's where there is no other":     {pod("istio-proxy"), "", "istio-proxy", ""},
		"the one that is named":               {pod("web", "log"), "log", "log", ""},
		"a sidecar among those that start":    {pod("web"), "istio-proxy", "istio-proxy", ""},
		"one of kubectl debug":                {debugged, "debugger-x7k2p", "debugger-x7k2p", ""},
		"which is never the main one":         {debugged, "", "nginx", ""},
		"none of that name, with what it has": {pod("web"), "db", "", `pod "web-1" has no container "db" (has web, istio-proxy)`},
	} {
		t.Run(sentence, func(t *testing.T) {
			ref := rio.PodRef{Ref: rio.Ref{Namespace: "default", Service: "web"}, Container: tc.named}
			got, err := rio.ContainerOf(tc.pod, ref)
			if text := errorText(err); got != tc.want || text != tc.err {
				t.Errorf("got %q, error %q; want %q, error %q", got, text, tc.want, tc.err)
			}
		})
	}
}

func TestStatusesAreInTheOrderOfTheStart(t *testing.T) {
	var pod corev1.Pod
	pod.Status.ContainerStatuses = []corev1.ContainerStatus{{Name: "web"}}
	pod.Status.InitContainerStatuses = []corev1.ContainerStatus{{Name: "migrate"}, {Name: "istio-proxy"}}
	var got []string
	for _, s := range rio.Statuses(pod) {
		got = append(got, s.Name)
	}
	if want := []string{"migrate", "istio-proxy", "web"}; !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}

func errorText(err error) string {
	if err == nil {
		return ""
	}
	return err.Error()
}
