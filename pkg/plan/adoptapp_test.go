package plan_test

import (
	"testing"

	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"

	"github.com/kubectl-rio/kubectl-rio/pkg/manifest"
	"github.com/kubectl-rio/kubectl-rio/pkg/plan"
	"github.com/kubectl-rio/kubectl-rio/pkg/rio"
)

// Where a chart's Service does not go by the label app, the Services that kubectl rio makes beside it
// find the pods all the same: those of node ports, and of each revision.
func TestServicesBesideAChartsFindItsPods(t *testing.T) {
	called := map[string]string{"app.kubernetes.io/name": "chart"}
	chart := front("web", func(s *corev1.Service) { s.Spec.Selector = called })
	pods := func(d *appsv1.Deployment) { d.Spec.Template.Labels = called }
	next := func(d *appsv1.Deployment) { d.Name, d.UID = "web-next", "2" }
	s, running := nothing, map[string]map[string]string{}
	for _, adopted := range []struct {
		ref   rio.Ref
		d     *appsv1.Deployment
		ports []rio.PortSpec
	}{
		{webRef, foreignWeb(pods), []rio.PortSpec{port(80, "http", true, 8080), port(9000, "tcp", true, 9001)}},
		{webRef.Of("next"), foreignWeb(pods, next), nil},
	} {
		a, err := plan.Adopt(s, adopted.ref, plan.Found{Workload: adopted.d, Services: []corev1.Service{chart}}, adopted.ports, openAt)
		if err != nil {
			t.Fatal(err)
		}
		s, running[adopted.ref.RevisionName()] = a.Service, manifest.TemplateOf(a.Labels[0].After).Labels
	}
	made := 0
	for _, o := range manifest.Render(s) {
		svc, ok := o.(*corev1.Service)
		if !ok {
			continue
		}
		made++
		revision := manifest.RefOf(svc).RevisionName()
		for key, value := range svc.Spec.Selector {
			if have := running[revision]; have[key] != value {
				t.Errorf("service %s selects by %s=%s, and the pods of %s have %v", svc.Name, key, value, revision, have)
			}
		}
	}
	if made != 2 {
		t.Errorf("%d Services are made, want those of node ports and of the revision", made)
	}
	noted := chart.DeepCopy()
	noted.Labels = rio.ServiceSelector(webRef)
	d := foreignWeb(pods, labelled(webRef))
	if read := manifest.Parse([]manifest.Object{noted, d}); len(read) != 1 || read[0].OtherApp != s.OtherApp {
		t.Errorf("read back, it is %+v", read)
	}
}
