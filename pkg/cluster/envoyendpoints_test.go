package cluster

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/util/sets"
)

func TestEnvoyEndpoints(t *testing.T) {
	endpoint := func(ip string) string {
		return fmt.Sprintf(`{"endpoint": {"address": {"socket_address": {"address": %q, "port_value": 80}}}, "health_status": "HEALTHY"}`, ip)
	}
	dump := fmt.Sprintf(`{"configs": [{"endpoint_config": {"cluster_name": "outbound|80|v2|foobar.default.svc.cluster.local", "endpoints": [
		{"locality": {}, "lb_endpoints": [%s]}, {"lb_endpoints": [%s, %s, %s]}, {}]}}, {"endpoint_config": {}}]}`, endpoint("10.0.0.1"), endpoint("10.0.0.2"),
		strings.Replace(endpoint("10.0.0.3"), "HEALTHY", "UNHEALTHY", 1), strings.Replace(endpoint("10.0.0.4"), "HEALTHY", "DRAINING", 1)) // which get no requests
	query := `include_eds=&name_regex=%5Eoutbound%5C%7C80%5C%7Cv2%5C%7Cfoobar%5C.default%5C.svc%5C..%2A&resource=dynamic_endpoint_configs`
	e := admin(t, 200, dump, query)
	got, err := e.endpoints(t.Context(), "outbound|80|v2|foobar.default.svc.")
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(sets.New("10.0.0.1", "10.0.0.2"), got); diff != "" {
		t.Error(diff)
	}
	for sentence, tc := range map[string]struct {
		ready        []string
		firsts       firsts
		known, alone bool
	}{
		"all that are ready":     {[]string{"10.0.0.1", "10.0.0.2"}, nil, true, true},
		"one of before, too":     {[]string{"10.0.0.1"}, nil, true, false},
		"one is not known yet":   {[]string{"10.0.0.1", "10.0.0.2", "10.0.0.3"}, nil, false, false},
		"one instead of another": {[]string{"10.0.0.1", "10.0.0.4"}, nil, false, false},
		"one pod by two names":   {[]string{"10.0.0.1"}, firsts{"10.0.0.1": "10.0.0.1", "10.0.0.2": "10.0.0.1"}, true, true},
	} {
		ready := map[string]backends{"outbound|80|v2|foobar.default.svc.": {ips: sets.New(tc.ready...), firsts: tc.firsts}}
		known, err := e.knows(t.Context(), ready, sets.Set[string].IsSuperset)
		alone, errAlone := e.knows(t.Context(), ready, sets.Set[string].Equal)
		if known != tc.known || alone != tc.alone || err != nil || errAlone != nil {
			t.Errorf("%s: known is %t, and no other %t; %v, %v", sentence, known, alone, err, errAlone)
		}
	}
}

// Of a mesh that is ambient, and one that spans two Kubernetes clusters.
func TestEnvoyEndpointsOfOtherMeshes(t *testing.T) {
	const of = `{"metadata": {"filter_metadata": {"istio": {"workload": "foobar-v2;default;foobar;v2;%s"}}}, "endpoint": {"address": %s}}`
	dump := fmt.Sprintf(`{"configs": [{"endpoint_config": {"endpoints": [{"lb_endpoints": [%s, %s, %s]}]}}]}`,
		fmt.Sprintf(of, "east", `{"envoy_internal_address": {"server_listener_name": "connect_originate", "endpoint_id": "10.0.0.1:80"}}`),
		fmt.Sprintf(of, "east", `{"socket_address": {"address": "10.0.0.2", "port_value": 80}}`),
		fmt.Sprintf(of, "west", `{"socket_address": {"address": "10.9.0.9", "port_value": 80}}`))
	e := admin(t, 200, dump, `include_eds=&name_regex=%5Eoutbound%5C%7C80.%2A&resource=dynamic_endpoint_configs`)
	for home, want := range map[string]sets.Set[string]{
		"east": sets.New("10.0.0.1", "10.0.0.2"),
		"":     sets.New("10.0.0.1", "10.0.0.2", "10.9.0.9"), // not known
	} {
		e.home = homeOf(&corev1.Pod{Spec: corev1.PodSpec{Containers: []corev1.Container{{}, {Env: []corev1.EnvVar{{Name: "ISTIO_META_CLUSTER_ID", Value: home}}}}}})
		got, err := e.endpoints(t.Context(), "outbound|80")
		if diff := cmp.Diff(want, got); err != nil || diff != "" {
			t.Errorf("in cluster %q: error %v (-want +got):\n%s", home, err, diff)
		}
	}
}
