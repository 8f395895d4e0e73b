package plan_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	corev1 "k8s.io/api/core/v1"

	"github.com/kubectl-rio/kubectl-rio/pkg/plan"
	"github.com/kubectl-rio/kubectl-rio/pkg/rio"
)

// A service that was released comes back with the ports that it had: Istio's rules would read
// those of https as tcp, and the one that stands for none as http.
func TestAReleasedServiceHasItsPortsAgain(t *testing.T) {
	for sentence, ports := range map[string][]rio.Port{
		"http":                     {{Number: 80, Protocol: "http"}},
		"https":                    {{Number: 443, Protocol: "https"}},
		"one that leads elsewhere": {{Number: 80, Protocol: "http", Listen: "8080"}},
		"none":                     nil,
	} {
		t.Run(sentence, func(t *testing.T) {
			s := foobar()
			s.Drop("v2")
			s.Ports = ports
			l, err := plan.Release(s, live(s), nil, true)
			if err != nil {
				t.Fatal(err)
			}
			f := plan.Found{Workload: l.Workloads[0].After, Services: []corev1.Service{*l.Services[0].After.(*corev1.Service)}}
			a, err := plan.Adopt(rio.Service{Namespace: s.Namespace, Name: s.Name}, s.Ref(), f, nil, openAt)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(ports, a.Service.Ports); diff != "" {
				t.Error(diff)
			}
		})
	}
}
