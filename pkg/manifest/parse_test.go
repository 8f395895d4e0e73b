package manifest_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/utils/ptr"

	"github.com/kubectl-rio/kubectl-rio/pkg/manifest"
	"github.com/kubectl-rio/kubectl-rio/pkg/rio"
)

// foreign is v3 of foobar as another tool made it and the webhook labelled it.
func foreign(kind string) manifest.Object {
	meta := metav1.ObjectMeta{Namespace: "default", Name: "foobar-v3", Labels: map[string]string{
		rio.LabelManaged: "true", rio.LabelService: "foobar", rio.LabelRevision: "v3", rio.LabelK8sManagedBy: "Helm",
	}}
	template := corev1.PodTemplateSpec{Spec: corev1.PodSpec{Containers: []corev1.Container{{Name: "app", Image: "caddy"}}}}
	types := metav1.TypeMeta{APIVersion: "apps/v1", Kind: kind}
	switch kind {
	case manifest.KindStatefulSet:
		return &appsv1.StatefulSet{TypeMeta: types, ObjectMeta: meta, Spec: appsv1.StatefulSetSpec{Replicas: ptr.To[int32](2), Template: template}}
	case manifest.KindDaemonSet:
		return &appsv1.DaemonSet{TypeMeta: types, ObjectMeta: meta, Spec: appsv1.DaemonSetSpec{Template: template}}
	}
	return &appsv1.Deployment{TypeMeta: types, ObjectMeta: meta, Spec: appsv1.DeploymentSpec{Replicas: ptr.To[int32](2), Template: template}}
}

func TestForeignWorkloads(t *testing.T) {
	for kind, replicas := range map[string]*int32{"Deployment": ptr.To[int32](2), "StatefulSet": ptr.To[int32](2), "DaemonSet": nil} {
		t.Run("a "+kind+" of another tool is a revision that is routed to and not written", func(t *testing.T) {
			services := manifest.Parse(append(manifest.Render(foobar()), foreign(kind)))
			want := foobar()
			want.Put(rio.Revision{
				Name: "v3", Kind: kind, Foreign: true, Replicas: replicas,
				Template: corev1.PodTemplateSpec{Spec: corev1.PodSpec{Containers: []corev1.Container{{Name: "app", Image: "caddy"}}}},
			})
			if diff := cmp.Diff([]rio.Service{want}, services, cmpopts.EquateEmpty()); diff != "" {
				t.Fatal(diff)
			}
			var got []string
			for _, o := range manifest.Render(services[0]) {
				if o.GetName() == "foobar-v3" {
					got = append(got, manifest.Kind(o))
				}
			}
			if diff := cmp.Diff([]string{"Service", "VirtualService"}, got); diff != "" {
				t.Errorf("written for it: %s", diff)
			}
		})
	}
}

func TestParsePassesOver(t *testing.T) {
	withoutWorkloads := manifest.Render(foobar())[2:]
	stranger := &corev1.Service{ObjectMeta: metav1.ObjectMeta{Namespace: "default", Name: "kubernetes"}}
	objects := manifest.Render(foobar())
	for _, o := range objects {
		if svc, ok := o.(*corev1.Service); ok && svc.Name == "foobar" {
			svc.Spec.Ports = append(svc.Spec.Ports, corev1.ServicePort{Name: "metrics", Port: 9090})
		}
	}
	for sentence, tc := range map[string]struct {
		objects []manifest.Object
		want    []rio.Service
	}{
		"nothing":                                {nil, nil},
		"objects of no service":                  {[]manifest.Object{stranger}, nil},
		"routes that lead to no workload":        {withoutWorkloads, nil},
		"a port whose name is none of ours":      {objects, []rio.Service{foobar()}},
		"a service that is not in any namespace": {manifest.Render(rio.Service{Name: "foobar"}), nil},
	} {
		t.Run(sentence, func(t *testing.T) {
			if diff := cmp.Diff(tc.want, manifest.Parse(tc.objects), cmpopts.EquateEmpty()); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestLatestHasAllWithoutARoute(t *testing.T) {
	var objects []manifest.Object
	for _, o := range manifest.Render(foobar()) {
		if manifest.Kind(o) != manifest.KindVirtualService {
			objects = append(objects, o)
		}
	}
	s := manifest.Parse(objects)[0]
	got := map[string]int{}
	for _, r := range s.Revisions {
		got[r.Name] = r.Weight
	}
	if diff := cmp.Diff(map[string]int{"latest": 100, "v2": 0}, got); diff != "" {
		t.Error(diff)
	}
}

// Where somebody removed every Service, containers have the names of the ports, and the routes say
// which are published.
func TestPortsWithoutAService(t *testing.T) {
	var objects []manifest.Object
	for _, o := range manifest.Render(foobar()) {
		if manifest.Kind(o) != "Service" {
			objects = append(objects, o)
		}
	}
	if diff := cmp.Diff([]rio.Service{foobar()}, manifest.Parse(objects), cmpopts.EquateEmpty()); diff != "" {
		t.Error(diff)
	}
}

func TestObserve(t *testing.T) {
	made := metav1.NewTime(time.Date(2026, 11, 24, 9, 0, 0, 0, time.UTC))
	spec := appsv1.DeploymentSpec{Template: corev1.PodTemplateSpec{Spec: corev1.PodSpec{Containers: []corev1.Container{{Name: "app", Image: "nginx"}}}}}
	condition := func(kind appsv1.DeploymentConditionType, status corev1.ConditionStatus, reason string) appsv1.DeploymentStatus {
		return appsv1.DeploymentStatus{ObservedGeneration: 2, Conditions: []appsv1.DeploymentCondition{{Type: kind, Status: status, Reason: reason, Message: "m"}}}
	}
	seen := func(change func(*rio.Observed)) *rio.Observed {
		o := &rio.Observed{Workload: "deployment/foobar", Created: made.Time, Replicas: 1, UpToDate: true, Reported: true, Template: spec.Template}
		change(o)
		return o
	}
	problem := func(kind, reason string, transitioning bool) *rio.Observed {
		return seen(func(o *rio.Observed) {
			o.Problems = []rio.Condition{{Type: kind, Reason: reason, Message: "m", Transitioning: transitioning}}
		})
	}
	for sentence, tc := range map[string]struct {
		status appsv1.DeploymentStatus
		want   *rio.Observed
	}{
		"counts as the controller reports them": {
			appsv1.DeploymentStatus{ObservedGeneration: 2, Replicas: 4, ReadyReplicas: 3, AvailableReplicas: 2, UpdatedReplicas: 1},
			seen(func(o *rio.Observed) { o.Total, o.Ready, o.Available, o.Updated = 4, 3, 2, 1 }),
		},
		"a controller that has not looked yet":            {appsv1.DeploymentStatus{}, seen(func(o *rio.Observed) { o.UpToDate, o.Reported = false, false })},
		"a controller that is behind":                     {appsv1.DeploymentStatus{ObservedGeneration: 1}, seen(func(o *rio.Observed) { o.UpToDate = false })},
		"pods cannot be made":                             {condition("ReplicaFailure", "True", "FailedCreate"), problem("ReplicaFailure", "FailedCreate", false)},
		"a rollout ran out of time":                       {condition("Progressing", "False", "ProgressDeadlineExceeded"), problem("Progressing", "ProgressDeadlineExceeded", false)},
		"a rollout that somebody paused is no problem":    {condition("Progressing", "False", "DeploymentPaused"), seen(func(*rio.Observed) {})},
		"a rollout goes on":                               {condition("Progressing", "True", "ReplicaSetUpdated"), problem("Progressing", "ReplicaSetUpdated", true)},
		"a rollout is done":                               {condition("Progressing", "True", "NewReplicaSetAvailable"), seen(func(*rio.Observed) {})},
		"too few pods are available, which may yet be so": {condition("Available", "False", "MinimumReplicasUnavailable"), problem("Available", "MinimumReplicasUnavailable", true)},
	} {
		t.Run(sentence, func(t *testing.T) {
			services := []rio.Service{foobar()}
			live := &appsv1.Deployment{TypeMeta: metav1.TypeMeta{Kind: manifest.KindDeployment, APIVersion: "apps/v1"}, ObjectMeta: metav1.ObjectMeta{
				Namespace: "default", Name: "foobar", Generation: 2, CreationTimestamp: made, Labels: rio.Labels(services[0].Ref()),
			}, Spec: spec, Status: tc.status}
			manifest.Observe(services, []manifest.Object{live, &corev1.Service{ObjectMeta: live.ObjectMeta}})
			if diff := cmp.Diff(tc.want, services[0].Revisions[0].Observed, cmpopts.EquateEmpty()); diff != "" {
				t.Error(diff)
			}
			if v2 := services[0].Revisions[1].Observed; v2 != nil {
				t.Errorf("nothing is known of v2, got %+v", v2)
			}
		})
	}
}

func TestObserveOtherKinds(t *testing.T) {
	services := manifest.Parse([]manifest.Object{foreign("StatefulSet")})
	set := foreign("StatefulSet").(*appsv1.StatefulSet)
	set.Status = appsv1.StatefulSetStatus{ObservedGeneration: 1, Replicas: 2, ReadyReplicas: 2, AvailableReplicas: 1, UpdatedReplicas: 2}
	manifest.Observe(services, []manifest.Object{set})
	want := &rio.Observed{Workload: manifest.KindName(set), Replicas: 2, Total: 2, Ready: 2, Available: 1, Updated: 2, UpToDate: true, Reported: true, Template: set.Spec.Template}
	if diff := cmp.Diff(want, services[0].Revisions[0].Observed); diff != "" {
		t.Errorf("a stateful set: %s", diff)
	}
	services = manifest.Parse([]manifest.Object{foreign("DaemonSet")})
	daemons := foreign("DaemonSet").(*appsv1.DaemonSet)
	daemons.DeletionTimestamp = new(metav1.Now())
	daemons.Status = appsv1.DaemonSetStatus{ObservedGeneration: 1, DesiredNumberScheduled: 5, CurrentNumberScheduled: 4, NumberReady: 3, NumberAvailable: 3, UpdatedNumberScheduled: 4}
	manifest.Observe(services, []manifest.Object{daemons})
	want = &rio.Observed{Workload: manifest.KindName(daemons), Replicas: 5, Total: 4, Ready: 3, Available: 3, Updated: 4, UpToDate: true, Reported: true, Deleting: true, Template: daemons.Spec.Template}
	if diff := cmp.Diff(want, services[0].Revisions[0].Observed); diff != "" {
		t.Errorf("a daemon set wants a pod on each node: %s", diff)
	}
}

// A server before 1.37 drops the batch size of a StatefulSet; its budget has it still.
func TestTheBudgetRemembersTheBatchSize(t *testing.T) {
	want := foobar()
	want.Revisions[0].Kind, want.Revisions[0].Rollout = manifest.KindStatefulSet, rio.Rollout{Ordered: true, BatchSize: 2}
	objects := manifest.Render(want)
	for _, o := range objects {
		if set, ok := o.(*appsv1.StatefulSet); ok {
			set.Spec.UpdateStrategy.RollingUpdate = nil
		}
	}
	got := manifest.Parse(objects)
	if got[0].Revisions[0].Rollout != want.Revisions[0].Rollout {
		t.Errorf("%+v, want %+v", got[0].Revisions[0].Rollout, want.Revisions[0].Rollout)
	}
	manifest.Observe(got, objects)
	for _, o := range manifest.Render(got[0]) {
		if set, ok := o.(*appsv1.StatefulSet); ok && set.Spec.UpdateStrategy.RollingUpdate != nil {
			t.Error("each command would write it again")
		}
	}
}
