package plan_test

import (
	"maps"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/util/intstr"

	"github.com/kubectl-rio/kubectl-rio/pkg/manifest"
	"github.com/kubectl-rio/kubectl-rio/pkg/plan"
	"github.com/kubectl-rio/kubectl-rio/pkg/rio"
)

// foreignWeb is a Deployment web of another tool: two pods that listen on 8080, called web there.
func foreignWeb(change ...func(*appsv1.Deployment)) *appsv1.Deployment {
	d := &appsv1.Deployment{TypeMeta: metav1.TypeMeta{APIVersion: "apps/v1", Kind: "Deployment"}}
	d.Name, d.Namespace, d.UID = "web", "default", "1"
	d.Spec.Replicas = new(int32(2))
	d.Spec.Template.Labels = map[string]string{"app": "web", "tier": "front"}
	d.Spec.Template.Spec.Containers = []corev1.Container{{Name: "main", Image: "nginx", Ports: []corev1.ContainerPort{{Name: "web", ContainerPort: 8080}}}}
	for _, f := range change {
		f(d)
	}
	return d
}

// called gives pods an app.
func called(app string) func(*appsv1.Deployment) {
	return func(d *appsv1.Deployment) { d.Spec.Template.Labels["app"] = app }
}

// labelled gives pods and workload the labels of a revision.
func labelled(ref rio.Ref) func(*appsv1.Deployment) {
	return func(d *appsv1.Deployment) {
		d.Labels = rio.Selector(ref)
		maps.Copy(d.Spec.Template.Labels, rio.Selector(ref))
	}
}

// front is a Service of another tool.
func front(name string, change ...func(*corev1.Service)) corev1.Service {
	svc := corev1.Service{TypeMeta: metav1.TypeMeta{APIVersion: "v1", Kind: "Service"}}
	svc.Name, svc.Namespace, svc.Spec.ClusterIP = name, "default", "10.0.0.1"
	svc.Spec.Selector = map[string]string{"app": "web"}
	svc.Spec.Ports = []corev1.ServicePort{{Port: 80, Protocol: "TCP", TargetPort: intstr.FromString("web")}, {Name: "admin", Port: 9000, Protocol: "TCP", TargetPort: intstr.FromInt32(9001)}}
	for _, f := range change {
		f(&svc)
	}
	return svc
}

var (
	webRef  = rio.Ref{Namespace: "default", Service: "web"}
	nothing = rio.Service{Namespace: "default", Name: "web"}
	openAt  = plan.Gateway{Name: "rio-system/rio-gateway", Domain: "example.com", Ports: []rio.Port{{Number: 80, Protocol: "http"}}}
)

func TestAdoptAs(t *testing.T) {
	for sentence, tc := range map[string]struct {
		d    *appsv1.Deployment
		want string
	}{
		"its app is the service":        {foreignWeb(called("shop")), "shop:latest"},
		"without labels it is its name": {foreignWeb(func(d *appsv1.Deployment) { d.Spec.Template.Labels = nil }), "web:latest"},
		"a version is a revision":       {foreignWeb(func(d *appsv1.Deployment) { d.Labels = map[string]string{"version": "v2"} }), "web:v2"},
		"what was released is known again": {foreignWeb(labelled(rio.Ref{Namespace: "default", Service: "web", Revision: "v3"}),
			func(d *appsv1.Deployment) { d.Labels = nil }), "web:v3"},
	} {
		t.Run(sentence, func(t *testing.T) {
			ref, err := plan.AdoptAs(tc.d)
			if err != nil {
				t.Fatal(err)
			}
			if got := ref.Service + ":" + ref.RevisionName(); got != tc.want {
				t.Errorf("it is %s, want %s", got, tc.want)
			}
		})
	}
	_, err := plan.AdoptAs(foreignWeb(func(d *appsv1.Deployment) { d.Labels = map[string]string{"version": "1.2"} }))
	wantError(t, `the labels of deployment/web make it revision "1.2" of service "web", which is no name for one; name it: --as SERVICE:REVISION`, err)
}

func TestAdoptPorts(t *testing.T) {
	named := port(80, "http", false, 0).Port
	named.Listen = "web"
	admin := rio.Port{Number: 9000, Protocol: "tcp", Listen: "9001"}
	published := named
	published.Publish = true
	for sentence, tc := range map[string]struct {
		services []corev1.Service
		asked    []rio.PortSpec
		want     []rio.Port
	}{
		"those of the Service of its name":       {[]corev1.Service{front("web")}, nil, []rio.Port{named, admin}},
		"those of another that selects its pods": {[]corev1.Service{front("other"), front("blind", func(s *corev1.Service) { s.Spec.Selector["app"] = "x" })}, nil, []rio.Port{named, admin}},
		"those of the first of such, by name":    {[]corev1.Service{front("other"), front("both", func(s *corev1.Service) { s.Spec.Ports = s.Spec.Ports[:1] })}, nil, []rio.Port{named}},
		"those of its containers":                {nil, nil, []rio.Port{{Number: 8080, Protocol: "http", Listen: "8080"}}},
		"one of the Service's, published":        {[]corev1.Service{front("web")}, []rio.PortSpec{port(80, "http", true, 8080)}, []rio.Port{published}},
		"one that is asked for":                  {nil, []rio.PortSpec{port(80, "http", true, 8080)}, []rio.Port{{Number: 80, Protocol: "http", Publish: true, Listen: "8080"}}},
	} {
		t.Run(sentence, func(t *testing.T) {
			a, err := plan.Adopt(nothing, webRef, plan.Found{Workload: foreignWeb(), Services: tc.services}, tc.asked, openAt)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(tc.want, a.Service.Ports); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// Nothing is written of a workload of another tool but labels, and of its Service a note too.
func TestAdoptWritesLabelsOnly(t *testing.T) {
	a, err := plan.Adopt(nothing, webRef, plan.Found{Workload: foreignWeb(), Services: []corev1.Service{front("web")}}, nil, openAt)
	if err != nil {
		t.Fatal(err)
	}
	if a.Pods != 2 || a.AtOnce || len(a.Labels) != 2 {
		t.Fatalf("%d pods are replaced, at once: %v, and %v is labelled", a.Pods, a.AtOnce, describe(a.Labels))
	}
	var patches []string
	for _, c := range a.Labels {
		patch, err := manifest.LabelPatch(c.Before, c.After)
		if err != nil {
			t.Fatal(err)
		}
		patches = append(patches, string(patch))
	}
	marks := `"labels":{"rio.cattle.io":"true","rio.cattle.io/namespace":"default","rio.cattle.io/revision":"latest","rio.cattle.io/service":"web"}`
	want := []string{
		`{"metadata":{` + marks + `,"uid":"1"},"spec":{"template":{"metadata":{` + marks + `}}}}`,
		`{"metadata":{"annotations":{"rio.cattle.io/ports":"80/http,9000/tcp"},"labels":{"rio.cattle.io":"true","rio.cattle.io/namespace":"default","rio.cattle.io/service":"web"},"uid":""}}`,
	}
	if diff := cmp.Diff(want, patches); diff != "" {
		t.Error(diff)
	}
	var made []string
	for _, o := range manifest.Render(a.Service) {
		made = append(made, manifest.Kind(o)+"/"+o.GetName())
	}
	if diff := cmp.Diff([]string{"DestinationRule/web", "VirtualService/web"}, made); diff != "" {
		t.Error(diff)
	}
}

func TestAdoptLeavesPodsThatHaveLabels(t *testing.T) {
	a, err := plan.Adopt(nothing, webRef, plan.Found{Workload: foreignWeb(labelled(webRef))}, nil, openAt)
	if err != nil {
		t.Fatal(err)
	}
	if a.Pods != 0 || len(a.Labels) != 0 {
		t.Errorf("%d pods are replaced, and %v is labelled", a.Pods, describe(a.Labels))
	}
	recreate, err := plan.Adopt(nothing, webRef, plan.Found{Workload: foreignWeb(func(d *appsv1.Deployment) { d.Spec.Strategy.Type = appsv1.RecreateDeploymentStrategyType })}, nil, openAt)
	if err != nil || !recreate.AtOnce {
		t.Errorf("that all pods end before others begin is not known: %v", err)
	}
}

// Pods whose app is another name than the service's are found all the same, by every Service.
func TestAdoptUnderAnotherName(t *testing.T) {
	shop := rio.Ref{Namespace: "default", Service: "shop"}
	a, err := plan.Adopt(rio.Service{Namespace: "default", Name: "shop"}, shop, plan.Found{Workload: foreignWeb()}, nil, openAt)
	if err != nil {
		t.Fatal(err)
	}
	pods := manifest.TemplateOf(a.Labels[0].After).Labels
	for _, o := range manifest.Render(a.Service) {
		svc, ok := o.(*corev1.Service)
		if !ok {
			continue
		}
		for key, value := range svc.Spec.Selector {
			if pods[key] != value {
				t.Errorf("service %s selects by %s=%s, and the pods have %v", svc.Name, key, value, pods)
			}
		}
	}
}

// A revision that is staged beside an adopted one is found by the other tool's Service.
func TestStageBesideAnAdopted(t *testing.T) {
	svc := front("web", func(s *corev1.Service) {
		s.Spec.Selector = map[string]string{"tier": "front", "app.kubernetes.io/name": "chart"}
	})
	d := foreignWeb(func(d *appsv1.Deployment) {
		d.Spec.Template.Labels = map[string]string{"tier": "front", "app.kubernetes.io/name": "chart"}
	})
	a, err := plan.Adopt(nothing, webRef, plan.Found{Workload: d, Services: []corev1.Service{svc}}, nil, openAt)
	if err != nil {
		t.Fatal(err)
	}
	latest, _ := a.Service.Latest()
	latest.Observed = &rio.Observed{Replicas: 2, Template: *d.Spec.Template.DeepCopy()}
	next, err := plan.Stage(a.Service, "v2", of("caddy"))
	if err != nil {
		t.Fatal(err)
	}
	for _, o := range manifest.Render(next) {
		if staged := manifest.TemplateOf(o); staged != nil {
			if staged.Labels["tier"] != "front" || staged.Labels["app.kubernetes.io/name"] != "chart" || staged.Labels["app"] != "web" {
				t.Errorf("the pods of %s have labels %v", o.GetName(), staged.Labels)
			}
		}
	}
	_, err = plan.Stage(a.Service, "v2", open("", port(80, "http", false, 3000)))
	wantError(t, `port 80/http of "web" leads to port web of every revision's pods, for its Service or its first pods are another tool's; leave the port out`, err)
}

func TestAdoptRefuses(t *testing.T) {
	v2 := webRef.Of("v2")
	with := func(services ...corev1.Service) plan.Found {
		return plan.Found{Workload: foreignWeb(), Services: services}
	}
	for want, tc := range map[string]struct {
		s     rio.Service
		ref   rio.Ref
		f     plan.Found
		ports []rio.PortSpec
	}{
		`of which deployment/web could be revision "v2"`: {nothing, v2, with(), nil},
		`service "web" has a revision "v2" already`:      {staged(), v2, with(), nil},
		`is revision "latest" of service "shop" already`: {nothing, webRef, plan.Found{Workload: foreignWeb(labelled(rio.Ref{Namespace: "default", Service: "shop"}))}, nil},
		`is being deleted`: {nothing, webRef, plan.Found{Workload: foreignWeb(func(d *appsv1.Deployment) { d.DeletionTimestamp = &metav1.Time{} })}, nil},
		`kubectl rollout resume -n default deployment/web`:         {nothing, webRef, plan.Found{Workload: foreignWeb(func(d *appsv1.Deployment) { d.Spec.Paused = true })}, nil},
		`(OnDelete); give it another update strategy first`:        {nothing, webRef, plan.Found{Workload: onDelete()}, nil},
		`those below number 2 are not replaced (partition)`:        {nothing, webRef, plan.Found{Workload: partitioned()}, nil},
		`have the label rio.cattle.io/revision=v9`:                 {nothing, webRef, plan.Found{Workload: foreignWeb(func(d *appsv1.Deployment) { d.Spec.Template.Labels[rio.LabelRevision] = "v9" })}, nil},
		`service/web selects no pods`:                              {nothing, webRef, with(front("web", func(s *corev1.Service) { s.Spec.Selector = nil })), nil},
		`service/web is headless`:                                  {nothing, webRef, with(front("web", func(s *corev1.Service) { s.Spec.ClusterIP = "None" })), nil},
		`service/web selects pods by app=x, and those of`:          {nothing, webRef, with(front("web", func(s *corev1.Service) { s.Spec.Selector["app"] = "x" })), nil},
		`adopt it as that: --as web`:                               {rio.Service{Namespace: "default", Name: "shop"}, rio.Ref{Namespace: "default", Service: "shop"}, with(front("shop")), nil},
		`has no port 81/http (has [80/http 9000/tcp])`:             {nothing, webRef, with(front("web")), []rio.PortSpec{port(81, "http", false, 81)}},
		`leads to web, not to 3000`:                                {nothing, webRef, with(front("web")), []rio.PortSpec{port(80, "http", false, 3000)}},
		`says on which port it listens; say it: kubectl rio adopt`: {nothing, webRef, plan.Found{Workload: foreignWeb(func(d *appsv1.Deployment) { d.Spec.Template.Spec.Containers[0].Ports = nil })}, nil},
		`leave out -p and --expose`:                                {staged(), webRef.Of("v3"), with(), []rio.PortSpec{port(80, "http", false, 80)}},
		`leads to the container port that is called "http-80"`:     {staged(), webRef.Of("v3"), with(), nil},
		`is in namespace "default", so it cannot be`:               {nothing, rio.Ref{Namespace: "shop", Service: "web"}, with(), nil},
	} {
		t.Run(want, func(t *testing.T) {
			_, err := plan.Adopt(tc.s, tc.ref, tc.f, tc.ports, openAt)
			if err == nil || !strings.Contains(err.Error(), want) {
				t.Errorf("the error is %v", err)
			}
		})
	}
}

func staged() rio.Service {
	s := foobar()
	s.Name = "web"
	return s
}

func onDelete() *appsv1.StatefulSet {
	set := &appsv1.StatefulSet{TypeMeta: metav1.TypeMeta{APIVersion: "apps/v1", Kind: "StatefulSet"}}
	set.Name, set.Namespace = "web", "default"
	set.Spec.UpdateStrategy.Type = appsv1.OnDeleteStatefulSetStrategyType
	set.Spec.Template = foreignWeb().Spec.Template
	return set
}

func partitioned() *appsv1.StatefulSet {
	set := onDelete()
	set.Spec.UpdateStrategy = appsv1.StatefulSetUpdateStrategy{
		Type: appsv1.RollingUpdateStatefulSetStrategyType, RollingUpdate: &appsv1.RollingUpdateStatefulSetStrategy{Partition: new(int32(2))},
	}
	return set
}
