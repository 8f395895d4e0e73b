package cluster

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/google/go-cmp/cmp"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/kubectl-rio/kubectl-rio/pkg/rio"
)

// troubled is a pod whose one container is in that state.
func troubled(name string, ready bool, state corev1.ContainerState) corev1.Pod {
	p := corev1.Pod{ObjectMeta: metav1.ObjectMeta{Name: name, Namespace: "shop", Labels: map[string]string{
		"rio.cattle.io/service": "foobar", "rio.cattle.io/revision": "v2",
	}}}
	p.Status.Phase = corev1.PodRunning
	p.Status.ContainerStatuses = []corev1.ContainerStatus{{Name: "foobar", Image: "nginx:1", RestartCount: 2, Ready: ready, State: state}}
	status := corev1.ConditionFalse
	if ready {
		status = corev1.ConditionTrue
	}
	p.Status.Conditions = []corev1.PodCondition{{Type: corev1.PodReady, Status: status}}
	return p
}

var (
	running = corev1.ContainerState{Running: &corev1.ContainerStateRunning{}}
	crashed = corev1.ContainerState{Waiting: &corev1.ContainerStateWaiting{Reason: "CrashLoopBackOff"}}
)

func TestTroubleOf(t *testing.T) {
	going := troubled("p", false, crashed)
	going.DeletionTimestamp = &metav1.Time{}
	lost := troubled("p", false, running)
	lost.Status.ContainerStatuses, lost.Spec.NodeName = nil, "node-7"
	evicted := troubled("p", false, crashed)
	evicted.Status.Phase, evicted.Status.Reason, evicted.Status.Message = corev1.PodFailed, "Evicted", "low on memory"
	for sentence, tc := range map[string]struct {
		pod   corev1.Pod
		want  string
		final bool
	}{
		"it serves":                   {troubled("p", true, running), "", false},
		"it goes":                     {going, "", false},
		"it was evicted":              {evicted, "p: Evicted: low on memory", false},
		"its probe fails":             {troubled("p", false, running), `p: container "foobar" runs and is not ready`, false},
		"it has just ended":           {troubled("p", false, corev1.ContainerState{Terminated: &corev1.ContainerStateTerminated{ExitCode: 3}}), `p: container "foobar" ended (exit 3, 2 restarts)`, false},
		"it crashes again and again":  {troubled("p", false, crashed), `p: CrashLoopBackOff: container "foobar" starts and ends again and again`, true},
		"its image cannot be pulled":  {troubled("p", false, corev1.ContainerState{Waiting: &corev1.ContainerStateWaiting{Reason: "ImagePullBackOff"}}), `p: ImagePullBackOff: image "nginx:1" cannot be pulled; check the name`, true},
		"its node is gone":            {lost, `p: node "node-7" does not report any more`, false},
		"it is being made, as always": {troubled("p", false, corev1.ContainerState{Waiting: &corev1.ContainerStateWaiting{Reason: "ContainerCreating"}}), `p: not ready on node "" `, false},
	} {
		t.Run(sentence, func(t *testing.T) {
			if text, final := troubleOf(&tc.pod); text != tc.want || final != tc.final {
				t.Errorf("got %q, %v, want %q, %v", text, final, tc.want, tc.final)
			}
		})
	}
}

// Only what is short of pods is asked about, and what no waiting mends is what is said.
func TestAddTrouble(t *testing.T) {
	service := func(available int32) []rio.Service {
		s := rio.Service{Namespace: "shop", Name: "foobar"}
		s.Put(rio.Revision{Name: rio.Latest, Observed: &rio.Observed{Replicas: 1, Available: 1}})
		s.Put(rio.Revision{Name: "v2", Observed: &rio.Observed{Replicas: 3, Available: available}})
		return []rio.Service{s}
	}
	pods := listOf("v1", "Pod", troubled("a", false, running), troubled("b", false, crashed), troubled("c", true, running))
	c, _ := with(t, map[string]answer{"GET /api/v1/namespaces/shop/pods": {200, pods}})
	short := service(1)
	if err := c.AddTrouble(t.Context(), "shop", short); err != nil {
		t.Fatal(err)
	}
	v2, _ := short[0].Revision("v2")
	latest, _ := short[0].Latest()
	if want := `b: CrashLoopBackOff: container "foobar" starts and ends again and again`; v2.Observed.Trouble != want || !v2.Observed.Broken || latest.Observed.Trouble != "" {
		t.Errorf("got %+v, %+v", v2.Observed, latest.Observed)
	}
	well := service(3)
	c, _ = with(t, map[string]answer{"GET /api/v1/namespaces/shop/pods": {500, "nobody is to ask"}})
	if err := c.AddTrouble(t.Context(), "shop", well); err != nil {
		t.Errorf("all is well, and yet: %v", err)
	}
	if diff := cmp.Diff(service(3), well); diff != "" {
		t.Error(diff)
	}
}

// A cluster that is down has all services short of pods: their names would be more than an address holds.
func TestAddTroubleOfThousands(t *testing.T) {
	var services []rio.Service
	for i := range 3000 {
		s := rio.Service{Namespace: "shop", Name: fmt.Sprintf("a-service-of-quite-some-length-%d", i)}
		s.Put(rio.Revision{Name: "v2", Observed: &rio.Observed{Replicas: 1}})
		services = append(services, s)
	}
	services[0].Name = "foobar"
	longest := 0
	api := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		longest = max(longest, len(r.URL.RequestURI()))
		w.Header().Set("Content-Type", "application/json")
		list := listOf("v1", "Pod", troubled("a", false, crashed))
		if r.URL.Query().Get("continue") == "" {
			list = listOf("v1", "Pod", troubled("z", true, running))
			list["metadata"] = map[string]any{"continue": "more"}
		}
		_ = json.NewEncoder(w).Encode(list)
	}))
	t.Cleanup(api.Close)
	c := clientOf(t, api.URL)
	if err := c.AddTrouble(t.Context(), "shop", services); err != nil {
		t.Fatal(err)
	}
	if longest > 8<<10 {
		t.Errorf("an address of %d bytes", longest)
	}
	if v2, _ := services[0].Revision("v2"); !v2.Observed.Broken {
		t.Errorf("got %+v", v2.Observed)
	}
}

// A Deployment leaves pods that were evicted: they say why others are missing only where these
// do not, and wherever they stand in the list.
func TestTroubleOfEvictedPods(t *testing.T) {
	evicted := troubled("old", false, running)
	evicted.Status.Phase, evicted.Status.Reason = corev1.PodFailed, "Evicted"
	starts := troubled("new", false, running)
	const why = `new: container "foobar" runs and is not ready`
	for sentence, tc := range map[string]struct {
		pods []corev1.Pod
		want string
	}{
		"it is the only one":  {[]corev1.Pod{evicted}, "old: Evicted"},
		"it is the first one": {[]corev1.Pod{evicted, starts}, why},
		"it is the last one":  {[]corev1.Pod{starts, evicted}, why},
	} {
		s := rio.Service{Namespace: "shop", Name: "foobar"}
		s.Put(rio.Revision{Name: "v2", Observed: &rio.Observed{Replicas: 1}})
		addTrouble([]rio.Service{s}, tc.pods)
		if got := s.Revisions[0].Observed; got.Trouble != tc.want || got.Broken {
			t.Errorf("%s: %q, %v; want %q", sentence, got.Trouble, got.Broken, tc.want)
		}
	}
}
