package manifest_test

import (
	"encoding/json"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	networking "istio.io/api/networking/v1"
	istio "istio.io/client-go/pkg/apis/networking/v1"
	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/utils/ptr"
	"pgregory.net/rapid"

	"github.com/kubectl-rio/kubectl-rio/pkg/manifest"
	"github.com/kubectl-rio/kubectl-rio/pkg/rio"
	"github.com/kubectl-rio/kubectl-rio/test/gen"
)

func fields(manager string, operation metav1.ManagedFieldsOperationType, set string) metav1.ManagedFieldsEntry {
	return metav1.ManagedFieldsEntry{Manager: manager, Operation: operation, FieldsType: "FieldsV1", FieldsV1: metav1.NewFieldsV1(set)}
}

// live is a Deployment as a server gives it: ours, with what an autoscaler, an operator
// and a person wrote to it, and the server's own defaults.
func live() *appsv1.Deployment {
	d := &appsv1.Deployment{
		TypeMeta: metav1.TypeMeta{APIVersion: "apps/v1", Kind: "Deployment"},
		ObjectMeta: metav1.ObjectMeta{
			Namespace: "default", Name: "foobar", ResourceVersion: "7",
			Labels:      rio.Labels(rio.Ref{Namespace: "default", Service: "foobar"}),
			Annotations: map[string]string{"deployment.kubernetes.io/revision": "1", "ours": "yes"},
			Finalizers:  []string{"example.com/theirs", "example.com/ours"},
		},
		Spec: appsv1.DeploymentSpec{Replicas: ptr.To[int32](9), Selector: &metav1.LabelSelector{MatchLabels: map[string]string{"app": "foobar"}}},
	}
	d.Labels["team"] = "web"
	d.Spec.Template.Labels = map[string]string{"app": "foobar", "by-hand": "yes"}
	d.Spec.Template.Spec = corev1.PodSpec{
		DNSPolicy: "ClusterFirst",
		Containers: []corev1.Container{
			{Name: "injected", Image: "agent"},
			{
				Name: "foobar", Image: "nginx", TerminationMessagePath: "/dev/termination-log", Args: []string{"-g", "daemon off;"},
				Ports: []corev1.ContainerPort{{Name: "http-80", ContainerPort: 80, Protocol: "TCP"}, {Name: "debug", ContainerPort: 6060, Protocol: "TCP"}, {ContainerPort: 53, Protocol: "UDP"}},
				Env:   []corev1.EnvVar{{Name: "MODE", Value: "fast"}, {Name: "BY_HAND", Value: "yes"}},
			},
		},
	}
	d.ManagedFields = []metav1.ManagedFieldsEntry{
		fields("kube-controller-manager", "Update", `{"f:metadata":{"f:annotations":{"f:deployment.kubernetes.io/revision":{}}}}`),
		fields("kubectl-rio", "Update", `{"f:spec":{"f:replicas":{}}}`),
		fields("operator", "Apply", `{"f:spec":{"f:replicas":{}}}`),
		fields("kubectl-rio", "Apply", `{
			"f:metadata":{
				"f:annotations":{".":{},"f:ours":{}},
				"f:labels":{"f:app":{}},
				"f:finalizers":{"v:\"example.com/ours\"":{}}},
			"f:spec":{
				"f:selector":{},
				"f:template":{
					"f:metadata":{"f:labels":{"f:app":{}}},
					"f:spec":{"f:containers":{"k:{\"name\":\"foobar\"}":{
						".":{},"f:name":{},"f:image":{},"f:args":{},
						"f:ports":{"k:{\"containerPort\":80,\"protocol\":\"TCP\"}":{".":{},"f:name":{}},"k:{\"containerPort\":53,\"protocol\":\"UDP\"}":{}},
						"f:env":{"k:{\"name\":\"MODE\"}":{".":{},"f:value":{},"f:valueFrom":{}}}}}}}}}`),
	}
	return d
}

func TestOwnedIsWhatWeApplied(t *testing.T) {
	o := live()
	untouched := o.DeepCopy()
	got := &appsv1.Deployment{}
	if err := manifest.Owned(o, rio.FieldManager, got); err != nil {
		t.Fatal(err)
	}
	want := &appsv1.Deployment{
		TypeMeta: metav1.TypeMeta{APIVersion: "apps/v1", Kind: "Deployment"},
		ObjectMeta: metav1.ObjectMeta{
			Namespace: "default", Name: "foobar", Labels: map[string]string{ // what says which it is, whoever owns it, and what we applied
				"app": "foobar", "rio.cattle.io": "true", "rio.cattle.io/namespace": "default", "rio.cattle.io/service": "foobar",
				"rio.cattle.io/revision": "latest", "app.kubernetes.io/managed-by": "kubectl-rio",
			},
			Annotations: map[string]string{"ours": "yes"}, Finalizers: []string{"example.com/ours"},
		},
		Spec: appsv1.DeploymentSpec{Selector: &metav1.LabelSelector{MatchLabels: map[string]string{"app": "foobar"}}},
	}
	want.Spec.Template.Labels = map[string]string{"app": "foobar"}
	want.Spec.Template.Spec.Containers = []corev1.Container{{
		Name: "foobar", Image: "nginx", Args: []string{"-g", "daemon off;"},
		Ports: []corev1.ContainerPort{{Name: "http-80", ContainerPort: 80, Protocol: "TCP"}, {ContainerPort: 53, Protocol: "UDP"}},
		Env:   []corev1.EnvVar{{Name: "MODE", Value: "fast"}},
	}}
	if diff := cmp.Diff(want, got, cmpopts.EquateEmpty()); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff(untouched, o); diff != "" {
		t.Errorf("the live object was changed: %s", diff)
	}
}

func TestOwnedAtomicLists(t *testing.T) {
	vs := &istio.VirtualService{
		TypeMeta:   metav1.TypeMeta{APIVersion: "networking.istio.io/v1", Kind: "VirtualService"},
		ObjectMeta: metav1.ObjectMeta{Namespace: "default", Name: "foobar"},
		Spec: networking.VirtualService{
			Hosts: []string{"foobar"}, ExportTo: []string{"*"},
			Http: []*networking.HTTPRoute{{Match: []*networking.HTTPMatchRequest{{Port: 80}}, Route: []*networking.HTTPRouteDestination{{Destination: &networking.Destination{Host: "foobar", Subset: "v2"}, Weight: 100}}}},
		},
	}
	vs.ManagedFields = []metav1.ManagedFieldsEntry{fields("kubectl-rio", "Apply", `{"f:spec":{"f:hosts":{},"f:http":{}}}`)}
	got := &istio.VirtualService{}
	if err := manifest.Owned(vs, rio.FieldManager, got); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(map[string]int{"v2": 100}, manifest.Weights(got)); diff != "" || len(got.Spec.ExportTo) != 0 || len(got.Spec.Hosts) != 1 {
		t.Errorf("a list without keys is ours as a whole, exportTo is not ours: %v %s", got, diff)
	}
}

func TestOwnedOfAnothersObject(t *testing.T) {
	o := foreign("Deployment").(*appsv1.Deployment)
	o.ManagedFields = []metav1.ManagedFieldsEntry{fields("helm", "Update", `{"f:spec":{}}`), {Manager: "kubectl-rio", Operation: "Apply", Subresource: "scale"}}
	got := &appsv1.Deployment{}
	if err := manifest.Owned(o, rio.FieldManager, got); err != nil {
		t.Fatal(err)
	}
	revisions := manifest.Parse([]manifest.Object{got})[0].Revisions
	if diff := cmp.Diff([]rio.Revision{{Name: "v3", Kind: "Deployment", Foreign: true}}, revisions, cmpopts.EquateEmpty()); diff != "" {
		t.Errorf("of it we know the name and that it is not ours: %s", diff)
	}
}

func TestOwnedRefusesFieldsItCannotRead(t *testing.T) {
	o := live()
	o.ManagedFields = []metav1.ManagedFieldsEntry{fields("kubectl-rio", "Apply", `[]`)}
	err := manifest.Owned(o, rio.FieldManager, &appsv1.Deployment{})
	if err == nil || err.Error() != `read the managed fields of "foobar": json: cannot unmarshal array into Go value of type map[string]interface {}` {
		t.Errorf("got %v", err)
	}
}

// The set that a server records when it is given a whole object names each of its fields.
func TestOwnedOfAnUntouchedObjectIsAllOfIt(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		for _, o := range manifest.Render(gen.Service().Draw(t, "service")) {
			d, ok := o.(*appsv1.Deployment)
			if !ok {
				continue
			}
			content, err := manifest.Encode(d)
			if err != nil {
				t.Fatal(err)
			}
			set, err := json.Marshal(fieldSet(content))
			if err != nil {
				t.Fatal(err)
			}
			applied := d.DeepCopy()
			applied.ManagedFields = []metav1.ManagedFieldsEntry{fields("kubectl-rio", "Apply", string(set))}
			got := &appsv1.Deployment{}
			if err := manifest.Owned(applied, rio.FieldManager, got); err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(encoded(t, []manifest.Object{d}), encoded(t, []manifest.Object{got})); diff != "" {
				t.Fatal(diff)
			}
		}
	})
}

// keys are the list map keys of the lists that a pod has.
var keys = map[string][]string{"containers": {"name"}, "env": {"name"}, "volumes": {"name"}, "ports": {"containerPort", "protocol"}}

func fieldSet(v map[string]any) map[string]any {
	set := map[string]any{}
	for name, e := range v {
		sub := map[string]any{}
		switch e := e.(type) {
		case map[string]any:
			sub = fieldSet(e)
		case []any:
			for _, item := range e {
				if by := keys[name]; by != nil {
					key := map[string]any{}
					for _, k := range by {
						key[k] = item.(map[string]any)[k]
					}
					raw, _ := json.Marshal(key)
					of := fieldSet(item.(map[string]any))
					of["."] = map[string]any{}
					sub["k:"+string(raw)] = of
				}
			}
		}
		set["f:"+name] = sub
	}
	return set
}

// Else every command would find the claims changed, and a StatefulSet's cannot be.
func TestWhatTheServerFillsIntoClaimsIsNotOurs(t *testing.T) {
	claim := corev1.PersistentVolumeClaim{ObjectMeta: metav1.ObjectMeta{Name: "data"}}
	raw := claim
	raw.Spec.VolumeMode = ptr.To(corev1.PersistentVolumeBlock)
	mine := &appsv1.StatefulSet{Spec: appsv1.StatefulSetSpec{VolumeClaimTemplates: []corev1.PersistentVolumeClaim{*claim.DeepCopy(), raw}}}
	filled := &mine.Spec.VolumeClaimTemplates[0]
	filled.Status.Phase, filled.Spec.VolumeMode = corev1.ClaimPending, ptr.To(corev1.PersistentVolumeFilesystem)
	manifest.Undefault(mine)
	if diff := cmp.Diff([]corev1.PersistentVolumeClaim{claim, raw}, mine.Spec.VolumeClaimTemplates); diff != "" {
		t.Error(diff)
	}
}
