package cluster

import (
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	networking "istio.io/api/networking/v1"
	istio "istio.io/client-go/pkg/apis/networking/v1"
	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"

	"github.com/kubectl-rio/kubectl-rio/pkg/manifest"
	"github.com/kubectl-rio/kubectl-rio/pkg/rio"
)

var noon = time.Date(2018, 10, 3, 12, 0, 0, 0, time.UTC)

// watched is a watcher of a stack with a service foobar and its pods, and what it told.
func watched(t *testing.T, since time.Time, early ...Change) (w *watcher, told *[]string) {
	t.Helper()
	told = &[]string{}
	w = &watcher{now: func() time.Time { return noon }, since: since, live: live{}, told: map[string]time.Time{}, last: map[rio.Ref]rio.Service{}}
	w.past = func(ref rio.Ref, r *rio.Revision) ([]rio.Release, error) {
		template := corev1.PodTemplateSpec{Spec: corev1.PodSpec{Containers: []corev1.Container{{Image: "nginx"}}}}
		return []rio.Release{{Number: 1, Made: r.Observed.Created, Template: template, Cause: rio.Cause{By: "dev"}}}, nil
	}
	w.tell = func(e rio.Event) error {
		*told = append(*told, fmt.Sprintf("%s %s %s/%s %s %s", e.Time.UTC().Format(time.TimeOnly), e.Type, e.ID, e.Pod, e.Message, e.By))
		return nil
	}
	for _, change := range append([]Change{{After: kinded(deployed(2))}, {After: kinded(theirs("foobar-x", 0))}}, append(early, Change{})...) {
		if err := w.see(change); err != nil {
			t.Fatal(err)
		}
	}
	return w, told
}

func kinded(o manifest.Object) manifest.Object {
	kind := appsv1.SchemeGroupVersion.WithKind(manifest.KindDeployment)
	if _, ok := o.(*corev1.Pod); ok {
		kind = corev1.SchemeGroupVersion.WithKind(rio.KindPod)
	}
	o.GetObjectKind().SetGroupVersionKind(kind)
	return o
}

func deployed(available int32) *appsv1.Deployment {
	return &appsv1.Deployment{
		ObjectMeta: metav1.ObjectMeta{Namespace: "shop", Name: "foobar", Labels: rio.Labels(rio.Ref{Namespace: "shop", Service: "foobar"}), CreationTimestamp: metav1.NewTime(noon.Add(-time.Minute))},
		Spec:       appsv1.DeploymentSpec{Replicas: new(int32(2))},
		Status:     appsv1.DeploymentStatus{ObservedGeneration: 1, Replicas: 2, UpdatedReplicas: 2, AvailableReplicas: available},
	}
}

// theirs is a pod of foobar that has restarted some times.
func theirs(name string, restarts int32) *corev1.Pod {
	p := troubled(name, true, running)
	p.Labels = rio.Labels(rio.Ref{Namespace: "shop", Service: "foobar"})
	s := &p.Status.ContainerStatuses[0]
	s.RestartCount = restarts
	if restarts > 0 {
		s.LastTerminationState.Terminated = &corev1.ContainerStateTerminated{Reason: "OOMKilled", ExitCode: 137, FinishedAt: metav1.NewTime(noon.Add(-30 * time.Second))}
	}
	return &p
}

func warned(kind, name, reason, field string, at time.Time) *corev1.Event {
	return &corev1.Event{
		ObjectMeta: metav1.ObjectMeta{UID: types.UID(kind + reason)}, Type: "Warning", Reason: reason, Message: "oh\n", LastTimestamp: metav1.NewTime(at),
		InvolvedObject: corev1.ObjectReference{Namespace: "shop", Kind: kind, Name: name, FieldPath: field},
	}
}

func TestPodsAreTold(t *testing.T) {
	unready := troubled("foobar-x", false, running)
	unready.Labels, unready.Status.ContainerStatuses[0].RestartCount = theirs("foobar-x", 0).Labels, 0
	broken := troubled("foobar-x", false, corev1.ContainerState{Waiting: &corev1.ContainerStateWaiting{Reason: "ImagePullBackOff"}})
	broken.Labels, broken.Status.ContainerStatuses[0].RestartCount = unready.Labels, 0
	evicted := theirs("foobar-x", 0)
	evicted.Status = corev1.PodStatus{Phase: corev1.PodFailed, Reason: "Evicted", Message: "the node is low on memory"}
	ending := theirs("foobar-x", 3)
	ending.DeletionTimestamp = &metav1.Time{Time: noon}
	for sentence, tc := range map[string]struct {
		after *corev1.Pod
		want  []string
	}{
		"nothing is new":         {theirs("foobar-x", 0), nil},
		"a container restarts":   {theirs("foobar-x", 1), []string{`12:00:00 restarted shop:foobar/x container "foobar" restarted: OOMKilled (exit 137, 1 restarts) `}},
		"it serves no more":      {&unready, []string{"12:00:00 trouble shop:foobar/x is not ready any more "}},
		"its image is not there": {&broken, []string{`12:00:00 trouble shop:foobar/x ImagePullBackOff: image "nginx:1" cannot be pulled; check the name `}},
		"it is evicted":          {evicted, []string{"12:00:00 trouble shop:foobar/x failed: Evicted the node is low on memory "}},
		"it ends, as it is to":   {ending, nil},
	} {
		t.Run(sentence, func(t *testing.T) {
			w, told := watched(t, time.Time{})
			if err := w.see(Change{Before: kinded(theirs("foobar-x", 0)), After: kinded(tc.after)}); err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(tc.want, *told, cmpopts.EquateEmpty()); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// A warning is told once, and again when it goes on for a minute; only of what is ours, and
// not of what Istio's proxy says while it begins.
func TestWarningsAreTold(t *testing.T) {
	w, told := watched(t, time.Time{}, Change{After: warned(rio.KindPod, "foobar-x", "Early", "", noon)})
	for _, e := range []*corev1.Event{
		warned(rio.KindPod, "foobar-x", "Unhealthy", "spec.containers{foobar}", noon),
		warned(rio.KindPod, "foobar-x", "Unhealthy", "spec.containers{foobar}", noon.Add(59*time.Second)),
		warned(rio.KindPod, "foobar-x", "Unhealthy", "spec.containers{foobar}", noon.Add(time.Minute)),
		warned(rio.KindPod, "foobar-x", "Slow", "spec.initContainers{istio-proxy}", noon),
		warned(rio.KindPod, "foobar-x", "BackOff", "", noon),
		warned(rio.KindPod, "foobar-y-z", "Unhealthy", "", noon),
		warned("ReplicaSet", "foobar-f6985f578", "FailedCreate", "", noon),
		warned("ReplicaSet", "foobar-other-f6985f578", "FailedCreate", "", noon),
		warned(manifest.KindDeployment, "foobar", "Refused", "", noon),
		warned("Service", "foobar", "Refused", "", noon),
	} {
		if err := w.see(Change{After: e}); err != nil {
			t.Fatal(err)
		}
	}
	want := []string{
		"12:00:00 warning shop:foobar/x Unhealthy: oh ", "12:01:00 warning shop:foobar/x Unhealthy: oh ",
		"12:00:00 warning shop:foobar/ FailedCreate: oh ", "12:00:00 warning shop:foobar/ Refused: oh ",
	}
	if diff := cmp.Diff(want, *told); diff != "" {
		t.Error(diff)
	}
}

func TestTheTimeBeforeIsToldInOrder(t *testing.T) {
	_, told := watched(t, noon.Add(-2*time.Minute), Change{After: warned(rio.KindPod, "foobar-x", "Late", "", noon)}, Change{After: kinded(theirs("foobar-z", 2))},
		Change{After: warned(rio.KindPod, "foobar-x", "Old", "", noon.Add(-time.Hour))})
	want := []string{
		"11:59:00 created shop:foobar/ created: image nginx dev",
		`11:59:30 restarted shop:foobar/z container "foobar" restarted: OOMKilled (exit 137, 2 restarts) `,
		"12:00:00 warning shop:foobar/x Late: oh ",
	}
	if diff := cmp.Diff(want, *told); diff != "" {
		t.Error(diff)
	}
}

// Of a split that another tool wrote, that is said; when the route goes, no weights are.
func TestWhoWroteTheSplitIsTold(t *testing.T) {
	w, told := watched(t, time.Time{})
	v2 := deployed(2)
	v2.Name, v2.Labels = "foobar-v2", rio.Labels(rio.Ref{Namespace: "shop", Service: "foobar", Revision: "v2"})
	route := func(latest, v2 int32, manager string) *istio.VirtualService {
		to := func(subset string, weight int32) *networking.HTTPRouteDestination {
			return &networking.HTTPRouteDestination{Destination: &networking.Destination{Host: "foobar", Subset: subset}, Weight: weight}
		}
		at := metav1.NewTime(noon)
		vs := &istio.VirtualService{
			ObjectMeta: metav1.ObjectMeta{Namespace: "shop", Name: "foobar", Labels: rio.ServiceLabels(rio.Ref{Namespace: "shop", Service: "foobar"}),
				ManagedFields: []metav1.ManagedFieldsEntry{{Manager: manager, Time: &at}, {Manager: "istiod", Subresource: "status", Time: &at}}},
			Spec: networking.VirtualService{Http: []*networking.HTTPRoute{{
				Match: []*networking.HTTPMatchRequest{{Gateways: []string{"mesh"}, Port: 80}}, Route: []*networking.HTTPRouteDestination{to("latest", latest), to("v2", v2)},
			}}},
		}
		vs.SetGroupVersionKind(istio.SchemeGroupVersion.WithKind(manifest.KindVirtualService))
		return vs
	}
	ours, edited := route(70, 30, rio.FieldManager), route(10, 90, "kubectl-edit")
	for _, change := range []Change{{After: kinded(v2)}, {After: ours}, {Before: ours, After: edited}, {Before: edited}, {Before: kinded(deployed(2)), After: kinded(deployed(1))}} {
		if err := w.see(change); err != nil {
			t.Fatal(err)
		}
	}
	want := []string{
		"12:00:00 created shop:foobar:v2/ staged: image , 2 replicas ", "12:00:00 weight shop:foobar/ weight latest 100% -> 70%, v2 0% -> 30% ",
		"12:00:00 weight shop:foobar/ weight latest 70% -> 10%, v2 30% -> 90% kubectl-edit", "12:00:00 pods shop:foobar/ 1/2 ready ",
	}
	if diff := cmp.Diff(want, *told); diff != "" {
		t.Error(diff)
	}
}
