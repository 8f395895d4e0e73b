package invariant_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	networking "istio.io/api/networking/v1"
	istio "istio.io/client-go/pkg/apis/networking/v1"
	discoveryv1 "k8s.io/api/discovery/v1"

	"github.com/kubectl-rio/kubectl-rio/pkg/rio"
)

func TestRoutes(t *testing.T) {
	const main, rules = `virtualservice "default/foobar"`, `destinationrule "default/foobar"`
	for name, tc := range map[string]struct {
		goesOn func(*history)
		want   []string
	}{
		"a share for a revision that is ready": {func(h *history) { h.store(split(30)) }, nil},
		"a lone destination without a weight": {func(h *history) {
			h.store(split(0, func(vs *istio.VirtualService) { vs.Spec.Http[0].Route[0].Weight = 0 }))
		}, nil},
		"a user's route to one revision":         {func(h *history) { h.store(split(30, user(to("v2", 0)))) }, nil},
		"a user's redirect, which leads nowhere": {func(h *history) { h.store(split(30, user())) }, nil},
		"a user's route to another namespace": {func(h *history) {
			elsewhere := &networking.Destination{Host: "other.other.svc.cluster.local", Subset: "v2"}
			h.store(split(30, user(&networking.HTTPRouteDestination{Destination: elsewhere})))
		}, nil},
		"what is not ours is not judged": {func(h *history) {
			h.store(split(30, user(to("v9", 1)), named[*istio.VirtualService]("other"), foreign))
		}, nil},
		"nor what it gives weight to": {func(h *history) {
			h.store(split(0, user(to("v2", 0)), named[*istio.VirtualService]("other"), foreign), rule(drop("v2")))
			h.remove(deployment("foobar-v2"))
		}, nil},
		"nor what had our label": {func(h *history) {
			h.store(split(0, foreign), rule(func(dr *istio.DestinationRule) { dr.Labels = nil }))
		}, nil},
		"a share is taken from pods that are gone": {func(h *history) { h.store(split(30), endpoints("foobar-a"), split(10, user(to("latest", 0)))) }, nil},
		"I1: weights are too large": {func(h *history) {
			h.store(split(30, func(vs *istio.VirtualService) { vs.Spec.Http[0].Route[0].Weight = 80 }))
		},
			[]string{"I1 " + main + `: weights of http[0] sum to 110%, want 100% (latest=80%, v2=30%)`}},
		"I1: of tcp only": {func(h *history) {
			h.store(split(30, func(vs *istio.VirtualService) { vs.Spec.Tcp[0].Route[0].Weight = 60 }))
		},
			[]string{"I1 " + main + `: weights of tcp[0] sum to 90%, want 100% (latest=60%, v2=30%)`}},
		"I1: of a user's route": {func(h *history) { h.store(split(30, user(to("latest", 50), to("v2", 49)))) },
			[]string{"I1 " + main + `: weights of http[0] sum to 99%, want 100% (latest=50%, v2=49%)`}},
		"I1: a lone destination gets all, and says otherwise": {func(h *history) { h.store(split(0, user(to("v2", 30)))) },
			[]string{"I1 " + main + `: weights of http[0] sum to 30%, want 100% (v2=30%)`}},
		"I2: the subset comes after the route": {func(h *history) { h.store(rule(drop("v2")), split(30), rule()) },
			[]string{"I2 " + main + ` names subset "v2" of host "foobar", which no destinationrule has yet; it must be stored before`}},
		"I2: the subset is another host's": {func(h *history) { h.store(rule(func(dr *istio.DestinationRule) { dr.Spec.Host = "other" })) },
			[]string{"I2 " + rules + ` drops subset "latest", which ` + main + ` still names`, "I8 subset \"latest\" of " + rules + ` is deleted while ` + main + ` gives it 100%`}},
		"I2: the subset is another namespace's": {func(h *history) { h.store(elsewhere(rule()), rule(drop("v2")), split(30)) },
			[]string{"I2 " + main + ` names subset "v2" of host "foobar", which no destinationrule has yet; it must be stored before`}},
		"I2: mirrors' subsets": {func(h *history) {
			h.store(split(0, func(vs *istio.VirtualService) {
				vs.Spec.Http[0].Mirrors = []*networking.HTTPMirrorPolicy{{Destination: to("v3", 0).Destination}}
			}))
		}, []string{"I2 " + main + ` names subset "v3" of host "foobar", which no destinationrule has yet; it must be stored before`}},
		"I2: a mirror's subset": {func(h *history) {
			h.store(split(0, func(vs *istio.VirtualService) { vs.Spec.Http[0].Mirror = to("v3", 0).Destination }))
		}, []string{"I2 " + main + ` names subset "v3" of host "foobar", which no destinationrule has yet; it must be stored before`}},
		"I3: its pod is not ready": {func(h *history) { h.store(endpoints("foobar-a", "!foobar-v2-a"), split(30)) },
			[]string{"I3 " + main + ` raises subset "v2" from 0% to 30%, and service "foobar" has no ready endpoint of that revision`}},
		"I3: its pod is ready for its own Service only": {func(h *history) {
			own := endpoints("foobar-v2-a")
			own.Name, own.Labels = "foobar-v2-x", map[string]string{discoveryv1.LabelServiceName: "foobar-v2"}
			h.store(own, endpoints("foobar-a"), split(30))
		}, []string{"I3 " + main + ` raises subset "v2" from 0% to 30%, and service "foobar" has no ready endpoint of that revision`}},
		"I3: its pod is gone, and its endpoint still there": {func(h *history) { h.store(split(10)); h.remove(pod("foobar-v2-a", "v2")); h.store(split(30)) },
			[]string{"I3 " + main + ` raises subset "v2" from 10% to 30%, and service "foobar" has no ready endpoint of that revision`}},
		"I3: latest is to take all back, and has no pod": {func(h *history) { h.store(split(100), endpoints("foobar-v2-a"), split(0)) },
			[]string{"I3 " + main + ` raises subset "latest" from 0% to 100%, and service "foobar" has no ready endpoint of that revision`}},
		"I3: by a new route of a user": {func(h *history) { h.store(split(30), endpoints("foobar-a"), split(30, user(to("v2", 0)))) },
			[]string{"I3 " + main + ` raises subset "v2" from 0% to 100%, and service "foobar" has no ready endpoint of that revision`}},
		"the service is removed and run again": {func(h *history) {
			h.remove(split(0), rule(), service("foobar"), deployment("foobar"), pod("foobar-a", "latest"), endpoints())
			h.store(deployment("foobar"), service("foobar"), rule(), split(0))
		}, nil},
		"I3: only its VirtualService is made anew": {func(h *history) { h.remove(split(0)); h.store(endpoints("foobar-v2-a"), split(0)) },
			[]string{"I3 " + main + ` raises subset "latest" from 0% to 100%, and service "foobar" has no ready endpoint of that revision`}},
	} {
		t.Run(name, func(t *testing.T) {
			if diff := cmp.Diff(tc.want, check(tc.goesOn)); diff != "" {
				t.Errorf("violations (-want +got):\n%s", diff)
			}
		})
	}
}

func foreign(vs *istio.VirtualService) { vs.Labels = nil }

func elsewhere(dr *istio.DestinationRule) *istio.DestinationRule {
	dr.Namespace, dr.Labels[rio.LabelNamespace] = "other", "other"
	return dr
}
