package plan_test

import (
	"fmt"
	"maps"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/kubectl-rio/kubectl-rio/pkg/manifest"
	"github.com/kubectl-rio/kubectl-rio/pkg/plan"
	"github.com/kubectl-rio/kubectl-rio/pkg/rio"
)

// written notes on an object which field kubectl rio is known as the writer of.
func written[T manifest.Object](o T, how metav1.ManagedFieldsOperationType, fields string) T {
	o.SetManagedFields([]metav1.ManagedFieldsEntry{{Manager: rio.FieldManager, Operation: how, FieldsV1: metav1.NewFieldsV1(fields)}})
	return o
}

// live are the objects of a service as a server has them.
func live(s rio.Service) []manifest.Object {
	objects := manifest.Render(s)
	for _, o := range objects {
		written(o, metav1.ManagedFieldsOperationApply, `{"f:spec":{"f:selector":{}}}`)
	}
	return objects
}

// resting is foobar with all traffic on latest.
func resting() rio.Service {
	s, err := plan.Abort(foobar())
	if err != nil {
		s.Name = fmt.Sprint(err)
	}
	return s
}

func TestReleaseLeavesPlainKubernetes(t *testing.T) {
	s := resting()
	objects := live(s)
	l, err := plan.Release(s, objects, objects, false)
	if err != nil {
		t.Fatal(err)
	}
	for what, tc := range map[string]struct {
		changes plan.ChangeSet
		want    []string
	}{
		"narrow":    {l.Narrow, []string{"update Service/foobar"}},
		"routes":    {l.Routes, []string{"delete VirtualService/foobar-v2", "delete VirtualService/foobar"}},
		"rules":     {l.Rules, []string{"delete DestinationRule/foobar"}},
		"services":  {l.Services, []string{"label Service/foobar-v2", "label Service/foobar"}},
		"workloads": {l.Workloads, []string{"label Deployment/foobar-v2", "label Deployment/foobar"}},
	} {
		if diff := cmp.Diff(tc.want, describe(tc.changes)); diff != "" {
			t.Errorf("%s: %s", what, diff)
		}
	}
	if l.Pods != 0 {
		t.Errorf("%d pods are replaced", l.Pods)
	}
	narrow := l.Narrow[0].After.(*corev1.Service)
	if narrow.Spec.Selector[rio.LabelRevision] != "latest" {
		t.Errorf("the Service leads to all revisions: %v", narrow.Spec.Selector)
	}
	for _, c := range slices.Concat(l.Services, l.Workloads) {
		for key, value := range c.After.GetLabels() {
			letGo := key == rio.LabelManaged && value == rio.LetGo
			if rio.Reserved(key) && !letGo || key == rio.LabelK8sManagedBy {
				t.Errorf("%s %s keeps the label %s=%s", manifest.Kind(c.After), c.After.GetName(), key, value)
			}
		}
		if pods := manifest.TemplateOf(c.After); pods != nil && !maps.Equal(pods.Labels, manifest.TemplateOf(c.Before).Labels) {
			t.Errorf("the pods of %s lose labels that their selector asks for", c.After.GetName())
		}
	}
}

// What adopt gave to a workload is taken from it again, so that its pods are as before.
func TestReleaseOfAnAdopted(t *testing.T) {
	a, err := plan.Adopt(nothing, webRef, plan.Found{Workload: foreignWeb(), Services: []corev1.Service{front("web")}}, nil, openAt)
	if err != nil {
		t.Fatal(err)
	}
	w := written(a.Labels[0].After, metav1.ManagedFieldsOperationUpdate, `{"f:spec":{"f:template":{"f:metadata":{"f:labels":{"f:rio.cattle.io/service":{}}}}}}`)
	objects := append(manifest.Render(a.Service), w, a.Labels[1].After)
	l, err := plan.Release(a.Service, objects, objects, false)
	if err != nil {
		t.Fatal(err)
	}
	if l.Pods != 2 || len(l.Narrow) != 0 {
		t.Errorf("%d pods are replaced, and %v is narrowed", l.Pods, describe(l.Narrow))
	}
	after := l.Workloads[0].After
	if diff := cmp.Diff(foreignWeb().Spec.Template.Labels, manifest.TemplateOf(after).Labels); diff != "" || len(after.GetLabels()) != 0 {
		t.Errorf("it has labels %v, its pods: %s", after.GetLabels(), diff)
	}
	if svc := l.Services[0].After; len(svc.GetLabels())+len(svc.GetAnnotations()) != 0 {
		t.Errorf("its Service has %v %v", svc.GetLabels(), svc.GetAnnotations())
	}

	// a Service that adopt made goes with it
	a, err = plan.Adopt(nothing, webRef, plan.Found{Workload: foreignWeb()}, nil, openAt)
	if err != nil {
		t.Fatal(err)
	}
	l, err = plan.Release(a.Service, append(live(a.Service), w), nil, false)
	if diff := cmp.Diff([]string{"delete Service/web"}, describe(l.Services)); diff != "" || err != nil {
		t.Error(err, diff)
	}
}

// What is let go is known again, and gets all its labels back.
func TestAdoptTakesBackWhatWasReleased(t *testing.T) {
	s := resting()
	objects := live(s)
	l, err := plan.Release(s, objects, objects, false)
	if err != nil {
		t.Fatal(err)
	}
	var services []corev1.Service
	for _, c := range l.Services {
		services = append(services, *c.After.(*corev1.Service))
	}
	latest := l.Workloads[1].After
	ref, err := plan.AdoptAs(latest)
	if err != nil {
		t.Fatal(err)
	}
	a, err := plan.Adopt(rio.Service{Namespace: "default", Name: "foobar"}, ref, plan.Found{Workload: latest, Services: services}, nil, openAt)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]string{"label Deployment/foobar", "label Service/foobar"}, describe(a.Labels)); diff != "" || a.Pods != 0 {
		t.Errorf("%d pods are replaced, %s", a.Pods, diff)
	}
	for i, o := range []manifest.Object{l.Workloads[1].Before, l.Services[1].Before} {
		if diff := cmp.Diff(o.GetLabels(), a.Labels[i].After.GetLabels()); diff != "" {
			t.Error(diff)
		}
	}
}

func TestReleaseRefuses(t *testing.T) {
	adopted, idle := foobar(), resting()
	adopted.Selects = map[string]string{"app": "foobar"}
	idle.Selects = adopted.Selects
	promoting := foobar()
	promoting.Promoting = "v2"
	removing := resting()
	removing.Removing = "v2"
	chosen := resting()
	chosen.Revisions[1].Match = canary
	routed := resting()
	routed.Routes = []rio.RouteSet{{Namespace: "default", Name: "www", Routes: []rio.Route{{To: []rio.RouteTarget{{Service: "foobar"}}}}}}
	for want, s := range map[string]rio.Service{
		`revision "v2" of "foobar" carries 30% of the traffic; promote it first: kubectl rio promote -n default foobar:v2; or take that away: kubectl rio abort -n default foobar; or have latest get it: kubectl rio release --force -n default foobar`:                  foobar(),
		`revision "v2" of "foobar" gets the requests that match header:x-canary=1; promote it first: kubectl rio promote -n default foobar:v2; or remove it: kubectl rio rm -n default foobar:v2; or have latest get them: kubectl rio release --force -n default foobar`: chosen,
		`service/foobar, which is another tool's, would lead to revision "v2" too, that is staged beside foobar; remove it first, and latest gets its 30%: kubectl rio rm --force -n default foobar:v2`:                                                                   adopted,
		`service/foobar, which is another tool's, would lead to revision "v2" too, that is staged beside foobar; remove it first: kubectl rio rm -n default foobar:v2`:                                                                                                    idle,
		`service "foobar" is being promoted to revision "v2"; finish that first: kubectl rio promote -n default foobar:v2; or go back: kubectl rio undo -n default foobar`:                                                                                                promoting,
		`revision "v2" of "foobar" is being removed; finish that first: kubectl rio rm -n default foobar:v2`:                                                                                                                                                              removing,
		`service "foobar" is where a route of "www" leads; take that away first: kubectl rio route rm -n default www`:                                                                                                                                                     routed,
		`stack "default" has no service "foobar"; see: kubectl rio ps -n default`:                                                                                                                                                                                         {Namespace: "default", Name: "foobar"},
	} {
		_, err := plan.Release(s, nil, nil, false)
		wantError(t, want, err)
	}
	for _, s := range []rio.Service{foobar(), chosen} {
		if _, err := plan.Release(s, nil, nil, true); err != nil {
			t.Errorf("by force: %v", err)
		}
		if all, err := plan.Gather(s); err != nil || plan.Gathered(s) || !plan.Gathered(all) || all.Revisions[0].Weight != 100 {
			t.Errorf("latest gets %+v, %v", all.Revisions, err)
		}
	}
}
