package invariant_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	istio "istio.io/client-go/pkg/apis/networking/v1"
	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/kubectl-rio/kubectl-rio/pkg/rio"
)

func TestObjects(t *testing.T) {
	const main = `virtualservice "default/foobar"`
	label := func(o metav1.Object) { o.GetLabels()[rio.LabelRevision] = "v3" }
	for name, tc := range map[string]struct {
		goesOn func(*history)
		want   []string
	}{
		"I4: a second DestinationRule": {func(h *history) { h.store(rule(named[*istio.DestinationRule]("other"))) },
			[]string{`I4 destinationrule "default/other" is labelled as of service "default/foobar"; the only one of a service is named as it is, in its namespace`}},
		"I4: a second main VirtualService": {func(h *history) { h.store(split(0, named[*istio.VirtualService]("other"))) },
			[]string{`I4 virtualservice "default/other" is labelled as of service "default/foobar"; the only one of a service is named as it is, in its namespace`}},
		"I4: it is in another namespace": {func(h *history) { h.store(rule(func(dr *istio.DestinationRule) { dr.Namespace = "other" })) },
			[]string{`I4 destinationrule "other/foobar" is labelled as of service "default/foobar"; the only one of a service is named as it is, in its namespace`}},
		"I5: a pod is made another revision's": {func(h *history) { h.store(pod("foobar-a", "v2")) },
			[]string{`I5 revision label of pod "default/foobar-a" changes from "latest" to "v2", and must never change`}},
		"I5: a workload": {func(h *history) { h.store(deployment("foobar", func(d *appsv1.Deployment) { label(d) })) },
			[]string{`I5 revision label of deployment "default/foobar" changes from "latest" to "v3", and must never change`}},
		"I5: its pods to come": {func(h *history) {
			h.store(deployment("foobar", func(d *appsv1.Deployment) { label(&d.Spec.Template) }))
		},
			[]string{`I5 pod template's revision label of deployment "default/foobar" changes from "latest" to "v3", and must never change`}},
		"a pod of the same name is made anew": {func(h *history) { h.remove(pod("foobar-a", "latest")); h.store(pod("foobar-a", "v2")) }, nil},
		"a pod of others is labelled": {func(h *history) {
			other := pod("other", "")
			other.Labels = nil
			h.store(other, pod("other", "v3"))
		}, nil},
		"I6: the Service selects one revision": {func(h *history) {
			h.store(service("foobar", func(s *corev1.Service) { s.Spec.Selector = service("foobar-v2").Spec.Selector }))
		},
			[]string{`I6 service "default/foobar" selects "app=foobar,rio.cattle.io/namespace=default,rio.cattle.io/revision=v2,rio.cattle.io/service=foobar,rio.cattle.io=true", want "app=foobar,rio.cattle.io/namespace=default,rio.cattle.io/service=foobar,rio.cattle.io=true"`}},
		"I8: a workload with weight":         {func(h *history) { h.store(split(30)); h.remove(deployment("foobar-v2")) }, []string{`I8 deployment "default/foobar-v2" is deleted while ` + main + ` gives it 30%`}},
		"I8: a revision's Service":           {func(h *history) { h.store(split(30)); h.remove(service("foobar-v2")) }, []string{`I8 service "default/foobar-v2" is deleted while ` + main + ` gives it 30%`}},
		"I8: the Service that routes name":   {func(h *history) { h.store(split(30)); h.remove(service("foobar")) }, []string{`I8 service "default/foobar" is deleted while ` + main + ` gives it 70%`}},
		"I8: a workload with a user's route": {func(h *history) { h.store(split(0, user(to("v2", 0)))); h.remove(deployment("foobar-v2")) }, []string{`I8 deployment "default/foobar-v2" is deleted while ` + main + ` gives it 100%`}},
		"I8: a workload that waits for its pods' end": {func(h *history) {
			ending := deployment("foobar-v2", func(d *appsv1.Deployment) { d.DeletionTimestamp = &metav1.Time{Time: time.Unix(1, 0)} })
			h.store(split(30), ending)
			h.remove(ending) // its end is no second violation
		}, []string{`I8 deployment "default/foobar-v2" is deleted while ` + main + ` gives it 30%`}},
		"I2, I8: a subset with weight": {func(h *history) { h.store(split(30), rule(drop("v2"))) },
			[]string{`I2 destinationrule "default/foobar" drops subset "v2", which ` + main + ` still names`, `I8 subset "v2" of destinationrule "default/foobar" is deleted while ` + main + ` gives it 30%`}},
		"I2, I8: the rule itself": {func(h *history) { h.remove(rule()) },
			[]string{`I2 destinationrule "default/foobar" drops subset "latest", which ` + main + ` still names`, `I8 subset "latest" of destinationrule "default/foobar" is deleted while ` + main + ` gives it 100%`}},
		"node ports, which no route leads to": {func(h *history) { h.store(split(30), service("foobar-ports")); h.remove(service("foobar-ports")) }, nil},
		"the weight went before": {func(h *history) {
			h.store(split(30), split(0), rule(drop("v2")))
			h.remove(service("foobar-v2"), deployment("foobar-v2"))
		}, nil},
		"the routes went before": {func(h *history) {
			h.store(split(30))
			h.remove(split(30), rule(), service("foobar"), deployment("foobar-v2"))
		}, nil},
	} {
		t.Run(name, func(t *testing.T) {
			if diff := cmp.Diff(tc.want, check(tc.goesOn)); diff != "" {
				t.Errorf("violations (-want +got):\n%s", diff)
			}
		})
	}
}
