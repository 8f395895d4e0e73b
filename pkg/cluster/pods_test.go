package cluster

import (
	"net/http"
	"testing"
	"time"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/kubectl-rio/kubectl-rio/pkg/rio"
)

// Who names no pod means one that can be entered, ready or not: the newest may not have begun.
func TestThePodThatIsMeant(t *testing.T) {
	pulling := corev1.ContainerState{Waiting: &corev1.ContainerStateWaiting{Reason: "ImagePullBackOff"}}
	pod := func(name, revision string, ready bool, state corev1.ContainerState) corev1.Pod {
		p := troubled(name, ready, state)
		p.Labels["rio.cattle.io/revision"] = revision
		p.Spec.Containers = []corev1.Container{{Name: "foobar"}}
		return p
	}
	ending := func(p corev1.Pod) corev1.Pod {
		p.DeletionTimestamp = &metav1.Time{Time: time.Now()}
		return p
	}
	for sentence, tc := range map[string]struct {
		pods []corev1.Pod // newest first
		want string
	}{
		"a ready one":             {[]corev1.Pod{pod("a", "latest", false, running), pod("b", "v2", true, running), pod("c", "latest", true, running)}, "c"},
		"any ready one":           {[]corev1.Pod{pod("a", "latest", false, running), pod("b", "v2", true, running)}, "b"},
		"one that runs":           {[]corev1.Pod{pod("a", "latest", false, pulling), pod("b", "v2", false, running), pod("c", "latest", false, running)}, "c"},
		"any that runs":           {[]corev1.Pod{pod("a", "latest", false, pulling), ending(pod("b", "latest", false, running)), pod("c", "v2", false, running)}, "c"},
		"one that may run":        {[]corev1.Pod{ending(pod("a", "latest", false, running)), pod("b", "latest", false, pulling)}, "b"},
		"the newest of what ends": {[]corev1.Pod{ending(pod("a", "latest", false, running)), ending(pod("b", "latest", false, running))}, "a"},
	} {
		var items []any
		for i, p := range tc.pods {
			p.CreationTimestamp = metav1.Time{Time: time.Now().Add(-time.Duration(i) * time.Minute)}
			items = append(items, p)
		}
		c, _ := with(t, map[string]answer{"GET /api/v1/namespaces/shop/pods": {http.StatusOK, listOf("v1", "Pod", items...)}})
		got, err := c.Pod(t.Context(), rio.PodRef{Ref: rio.Ref{Namespace: "shop", Service: "foobar"}})
		if err != nil || got.Name != tc.want {
			t.Errorf("%s: %v, %v, want %s", sentence, got, err, tc.want)
		}
	}
}
