package manifest_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/util/intstr"

	"github.com/kubectl-rio/kubectl-rio/pkg/manifest"
	"github.com/kubectl-rio/kubectl-rio/pkg/rio"
)

func TestPortsOfAServiceOfAnotherTool(t *testing.T) {
	speaks := func(app string) *string { return &app }
	for sentence, tc := range map[string]struct {
		port corev1.ServicePort
		want string
	}{
		"the beginning of its name":            {corev1.ServicePort{Name: "grpc-api", Port: 9000}, "9000/grpc"},
		"its whole name":                       {corev1.ServicePort{Name: "http2", Port: 9000}, "9000/http2"},
		"its appProtocol before its name":      {corev1.ServicePort{Name: "http", AppProtocol: speaks("tcp"), Port: 9000}, "9000/tcp"},
		"Kubernetes' word for http2":           {corev1.ServicePort{AppProtocol: speaks("kubernetes.io/h2c"), Port: 9000}, "9000/http2"},
		"a websocket begins as http":           {corev1.ServicePort{AppProtocol: speaks("kubernetes.io/ws"), Port: 9000}, "9000/http"},
		"no word, and everybody's port for it": {corev1.ServicePort{Name: "web", Port: 8080}, "8080/http"},
		"no word at all":                       {corev1.ServicePort{Name: "db", Port: 5432}, "5432/tcp"},
		"udp is no matter of names":            {corev1.ServicePort{Name: "http", Protocol: "UDP", Port: 53}, "53/udp"},
	} {
		t.Run(sentence, func(t *testing.T) {
			tc.port.TargetPort = intstr.FromInt32(3000)
			got := manifest.PortsOf(&corev1.Service{Spec: corev1.ServiceSpec{Ports: []corev1.ServicePort{tc.port}}})
			if len(got) != 1 || got[0].String() != tc.want || got[0].Listen != "3000" {
				t.Errorf("it is %+v, want %s", got, tc.want)
			}
		})
	}
}

// What adopt noted on a Service of another tool is read back, and only that.
func TestParseReadsAnAdoptedService(t *testing.T) {
	ref := rio.Ref{Namespace: "default", Service: "web"}
	svc := &corev1.Service{TypeMeta: metav1.TypeMeta{APIVersion: "v1", Kind: "Service"}}
	svc.Name, svc.Namespace, svc.Labels = "web", "default", rio.ServiceSelector(ref)
	svc.Spec.Selector = map[string]string{"app": "web"}
	svc.Spec.Ports = []corev1.ServicePort{{Port: 80, Protocol: "TCP", TargetPort: intstr.FromString("web")}, {Port: 81, Protocol: "TCP"}}
	svc.Annotations = map[string]string{rio.AnnotationPorts: manifest.NotePorts([]rio.Port{{Number: 80, Protocol: "grpc"}, {Number: 90, Protocol: "tcp"}})}
	d := &appsv1.Deployment{TypeMeta: metav1.TypeMeta{APIVersion: "apps/v1", Kind: "Deployment"}}
	d.Name, d.Namespace, d.Labels = "web", "default", rio.Selector(ref)
	got := manifest.Parse([]manifest.Object{svc, d})
	if len(got) != 1 || !got[0].Revisions[0].Foreign {
		t.Fatalf("read %+v", got)
	}
	if diff := cmp.Diff([]rio.Port{{Number: 80, Protocol: "grpc", Listen: "web"}}, got[0].Ports); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff(svc.Spec.Selector, got[0].Selects); diff != "" {
		t.Error(diff)
	}
	for _, o := range manifest.Render(got[0]) {
		if kind := manifest.Kind(o); kind == "Service" || kind == "Deployment" {
			t.Errorf("the %s of another tool is written", kind)
		}
	}
}

func TestWhoMadeAnObject(t *testing.T) {
	const labels = `{"f:spec":{"f:template":{"f:metadata":{"f:labels":{"f:rio.cattle.io/service":{}}}}}}`
	const selector = `{"f:spec":{"f:selector":{}}}`
	apply, update := metav1.ManagedFieldsOperationApply, metav1.ManagedFieldsOperationUpdate
	for sentence, tc := range map[string]struct {
		manager        string
		how            metav1.ManagedFieldsOperationType
		fields         string
		made, labelled bool
	}{
		"kubectl rio applied its selector":       {rio.FieldManager, apply, selector, true, false},
		"kubectl rio labelled its pods":          {rio.FieldManager, update, labels, false, true},
		"another tool labelled its pods":         {"helm", update, labels, false, false},
		"another tool applied its selector":      {"argocd", apply, selector, false, false},
		"kubectl rio has labelled the object":    {rio.FieldManager, update, `{"f:metadata":{"f:labels":{"f:rio.cattle.io/service":{}}}}`, false, false},
		"what cannot be read is nobody's doing":  {rio.FieldManager, apply, `{`, false, false},
		"a field of that name in another place ": {rio.FieldManager, apply, `{"f:status":{"f:selector":{}}}`, false, false},
	} {
		t.Run(sentence, func(t *testing.T) {
			d := &appsv1.Deployment{}
			d.ManagedFields = []metav1.ManagedFieldsEntry{{Manager: tc.manager, Operation: tc.how, FieldsV1: metav1.NewFieldsV1(tc.fields)}}
			if made, labelled := manifest.MadeHere(d), manifest.LabelledHere(d); made != tc.made || labelled != tc.labelled {
				t.Errorf("made here %v, labelled here %v; want %v, %v", made, labelled, tc.made, tc.labelled)
			}
		})
	}
}

func TestLabelPatchSaysWhatDiffers(t *testing.T) {
	before := &appsv1.Deployment{TypeMeta: metav1.TypeMeta{Kind: "Deployment"}}
	before.UID, before.Labels, before.Annotations = "7", map[string]string{"a": "1", "b": "1", "c": "1"}, map[string]string{"x": "1"}
	after := before.DeepCopy()
	after.Labels, after.Annotations = map[string]string{"a": "1", "b": "2", "d": "1"}, nil
	after.Spec.Template.Labels = map[string]string{"e": "1"}
	after.Spec.Replicas = new(int32(9)) // nobody else's business
	patch, err := manifest.LabelPatch(before, after)
	if err != nil {
		t.Fatal(err)
	}
	want := `{"metadata":{"annotations":{"x":null},"labels":{"b":"2","c":null,"d":"1"},"uid":"7"},"spec":{"template":{"metadata":{"labels":{"e":"1"}}}}}`
	if diff := cmp.Diff(want, string(patch)); diff != "" {
		t.Error(diff)
	}
}

// Where somebody else has changed where a Service of ours leads, the service is as it was.
func TestAChangedServiceSaysNothingOfThePods(t *testing.T) {
	s := rio.Service{Namespace: "default", Name: "foobar", Ports: []rio.Port{{Number: 80, Protocol: "http"}}}
	s.Put(rio.Revision{Name: rio.Latest, Weight: 100, Template: corev1.PodTemplateSpec{Spec: corev1.PodSpec{Containers: []corev1.Container{{Name: "foobar", Image: "echo:v1"}}}}})
	for sentence, tc := range map[string]struct {
		fields, listen string
		otherApp       bool
	}{
		"both are ours":        {`{"f:spec":{"f:selector":{},"f:ports":{"k:{\"port\":80,\"protocol\":\"TCP\"}":{".":{},"f:name":{},"f:port":{},"f:targetPort":{}}}}}`, "web", true},
		"both are another's":   {`{"f:spec":{"f:ports":{"k:{\"port\":80,\"protocol\":\"TCP\"}":{".":{},"f:name":{},"f:port":{}}}}}`, "", false},
		"the selector is ours": {`{"f:spec":{"f:selector":{},"f:ports":{"k:{\"port\":80,\"protocol\":\"TCP\"}":{".":{},"f:name":{},"f:port":{}}}}}`, "", true},
	} {
		t.Run(sentence, func(t *testing.T) {
			objects := manifest.Render(s)
			for _, o := range objects {
				if svc, ok := o.(*corev1.Service); ok && svc.Name == s.Name {
					svc.Spec.Selector, svc.Spec.Ports[0].TargetPort = map[string]string{"tier": "other"}, intstr.FromString("web")
					svc.ManagedFields = []metav1.ManagedFieldsEntry{fields(rio.FieldManager, metav1.ManagedFieldsOperationApply, tc.fields)}
				}
			}
			got := manifest.Parse(objects)[0]
			if got.Ports[0].Listen != tc.listen || got.OtherApp != tc.otherApp {
				t.Errorf("it listens at %q, other app %t; want %q and %t", got.Ports[0].Listen, got.OtherApp, tc.listen, tc.otherApp)
			}
		})
	}
}
