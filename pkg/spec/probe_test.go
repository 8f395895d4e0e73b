package spec_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/util/intstr"

	"github.com/kubectl-rio/kubectl-rio/pkg/spec"
)

// chart is a container as another tool makes it, whose checks name their port, or ask by gRPC.
func chart() (corev1.PodTemplateSpec, *corev1.Container) {
	pod := corev1.PodTemplateSpec{Spec: corev1.PodSpec{Containers: []corev1.Container{{
		Name: "web", Ports: []corev1.ContainerPort{{Name: "http", ContainerPort: 8080}},
		LivenessProbe:  &corev1.Probe{ProbeHandler: corev1.ProbeHandler{HTTPGet: &corev1.HTTPGetAction{Path: "/", Port: intstr.FromString("http")}}, PeriodSeconds: 9},
		ReadinessProbe: &corev1.Probe{ProbeHandler: corev1.ProbeHandler{GRPC: &corev1.GRPCAction{Port: 9090, Service: new("a.B")}}, TerminationGracePeriodSeconds: new(int64(3))},
	}}}}
	return pod, &pod.Spec.Containers[0]
}

// A check that nothing is said of stays as it is, and of one that is changed the rest.
func TestAnotherToolsChecksStay(t *testing.T) {
	for sentence, tc := range map[string]struct {
		set         spec.Container
		live, ready string
	}{
		"the other one, of a check by URL":       {spec.Container{Healthcheck: &spec.Healthcheck{Test: []string{"tcp://localhost:1"}}}, "tcp://localhost:1", ""},
		"the other one, of a ready check":        {spec.Container{Readycheck: &spec.Healthcheck{Test: []string{"tcp://localhost:1"}}}, "", "tcp://localhost:1"},
		"what is asked, of a port that is named": {spec.Container{Healthcheck: &spec.Healthcheck{IntervalSeconds: 5}}, "http://:8080/", ""},
		"what is asked by gRPC":                  {spec.Container{Readycheck: &spec.Healthcheck{IntervalSeconds: 5}}, "", "grpc://localhost:9090/a.B"},
		"nothing of either":                      {spec.Container{Image: "web:2"}, "", ""},
	} {
		t.Run(sentence, func(t *testing.T) {
			_, was := chart()
			pod, now := chart()
			if err := (spec.Revision{Container: tc.set}).Overlay(&pod); err != nil {
				t.Fatal(err)
			}
			asked := spec.FromTemplate(pod, nil)
			for of, c := range map[*corev1.Probe]struct {
				now    *corev1.Probe
				health *spec.Healthcheck
				want   string
			}{was.LivenessProbe: {now.LivenessProbe, asked.Healthcheck, tc.live}, was.ReadinessProbe: {now.ReadinessProbe, asked.Readycheck, tc.ready}} {
				if diff := cmp.Diff(of, c.now); (diff == "") != (c.want == "") {
					t.Errorf("it stays: %t; %s", diff == "", diff)
				}
				if c.want != "" && (len(c.health.Test) != 1 || c.health.Test[0] != c.want) {
					t.Errorf("it asks %q, want %s", c.health.Test, c.want)
				}
			}
		})
	}
}
