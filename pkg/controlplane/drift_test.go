package controlplane

import (
	"testing"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime"
)

func TestFirstDifference(t *testing.T) {
	type m = map[string]any
	deployment := func(spec m) runtime.Object {
		return &unstructured.Unstructured{Object: m{"apiVersion": "apps/v1", "kind": "Deployment", "metadata": m{"name": "rio-lb"}, "spec": spec}}
	}
	selector := func(expressions ...any) m { return m{"selector": m{"matchExpressions": expressions}} }
	ours, theirs := m{"key": "x", "operator": "NotIn", "values": []any{"a", "b"}}, m{"key": "control-plane", "operator": "NotIn", "values": []any{"true"}}
	container := func(c m) m { return m{"template": m{"spec": m{"containers": []any{c}}}} }
	for sentence, tc := range map[string]struct {
		want, have m
		at         string
	}{
		"nothing":                          {m{"paused": true}, m{"paused": true}, ""},
		"what the cluster adds is its own": {m{"minReadySeconds": int64(5)}, m{"minReadySeconds": int64(5), "revisionHistoryLimit": int64(10)}, ""},
		"a value":                          {m{"minReadySeconds": int64(5)}, m{"minReadySeconds": int64(6)}, "spec.minReadySeconds"},
		"a value that is gone":             {m{"paused": true}, m{}, "spec.paused"},
		"nothing said is nothing":          {m{"paused": false, "x": "", "n": int64(0), "labels": m{}}, m{}, ""},
		"a number written otherwise":       {container(m{"cpu": "0.5"}), container(m{"cpu": "500m"}), ""},
		"another number":                   {container(m{"cpu": "0.5"}), container(m{"cpu": "600m"}), "spec.template.spec.containers[0].cpu"},
		"one more in a list":               {container(m{}), m{"template": m{"spec": m{"containers": []any{m{}, m{}}}}}, "spec.template.spec.containers"},
		"what Autopilot gives a container": {container(m{"resources": m{"requests": m{"cpu": "10m"}}}), container(m{"resources": m{"requests": m{"cpu": "50m"}}}), ""},
		"a selector that is narrower":      {selector(ours), selector(theirs, ours), ""},
		"a selector that is wider":         {selector(ours, theirs), selector(ours), "spec.selector.matchExpressions"},
		"a selector of another value":      {selector(ours), selector(m{"key": "x", "operator": "NotIn", "values": []any{"a"}}), "spec.selector.matchExpressions[0].values"},
		"pods are for autoscalers":         {m{"replicas": int64(1)}, m{"replicas": int64(3)}, ""},
		"the first of several":             {m{"b": "1", "a": "1"}, m{"b": "2", "a": "2"}, "spec.a"},
	} {
		t.Run(sentence, func(t *testing.T) {
			got, err := firstDifference(deployment(tc.want), deployment(tc.have))
			if err != nil || got != tc.at {
				t.Errorf("got %q, %v; want %q", got, err, tc.at)
			}
		})
	}
	typed := &corev1.ConfigMap{TypeMeta: metav1.TypeMeta{Kind: "ConfigMap"}, Data: map[string]string{"domain": "a"}}
	live := typed.DeepCopy()
	live.Data["domain"] = "b"
	if got, err := firstDifference(typed, live); err != nil || got != "data.domain" {
		t.Errorf("of typed objects: %q, %v", got, err)
	}
}
