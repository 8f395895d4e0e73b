package spec_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/kubectl-rio/kubectl-rio/pkg/spec"
)

// A port goes to one container: of two with it, Kubernetes would lead to the first.
func TestASidekickTakesOverAPort(t *testing.T) {
	port := func(target int32) []spec.Port { return []spec.Port{{TargetPort: target, Port: 80, Protocol: "http"}} }
	for sentence, c := range map[string]struct{ from, to spec.Revision }{
		"from the service": {spec.Revision{Container: spec.Container{Ports: port(8080)}},
			spec.Revision{Sidekicks: map[string]spec.Sidekick{"proxy": {Container: spec.Container{Image: "envoy", Ports: port(9090)}}}}},
		"from another one": {spec.Revision{Sidekicks: map[string]spec.Sidekick{"old": {Container: spec.Container{Image: "a", Ports: port(8080)}}}},
			spec.Revision{Sidekicks: map[string]spec.Sidekick{"proxy": {Container: spec.Container{Image: "envoy", Ports: port(9090)}}}}},
		"and back": {spec.Revision{Sidekicks: map[string]spec.Sidekick{"old": {Container: spec.Container{Image: "a", Ports: port(8080)}}}},
			spec.Revision{Container: spec.Container{Ports: port(9090)}}},
	} {
		pod := template(t, c.from)
		if err := c.to.Overlay(&pod); err != nil {
			t.Fatal(err)
		}
		var ports, asked []string
		for _, k := range pod.Spec.Containers {
			for _, cp := range k.Ports {
				ports = append(ports, fmt.Sprint(cp.Name, " ", cp.ContainerPort))
			}
			if k.ReadinessProbe != nil {
				asked = append(asked, k.ReadinessProbe.TCPSocket.Port.String())
			}
		}
		if diff := cmp.Diff([][]string{{"http-80 9090"}, {"9090"}}, [][]string{ports, asked}); diff != "" {
			t.Errorf("%s: %s", sentence, diff)
		}
	}
}

func TestWhatIsSaidOfACapabilityReplacesWhatWasSaid(t *testing.T) {
	for sentence, c := range map[string]struct{ to, want spec.Container }{
		"dropped":             {spec.Container{CapDrop: []string{"net_admin"}}, spec.Container{CapAdd: []string{"KILL"}, CapDrop: []string{"NET_ADMIN"}}},
		"added":               {spec.Container{CapAdd: []string{"ALL"}}, spec.Container{CapAdd: []string{"ALL"}}},
		"one beside the rest": {spec.Container{CapAdd: []string{"CHOWN"}}, spec.Container{CapAdd: []string{"CHOWN"}, CapDrop: []string{"ALL"}}},
	} {
		pod := template(t, spec.Revision{Container: spec.Container{CapAdd: []string{"NET_ADMIN", "KILL"}, CapDrop: []string{"ALL"}}})
		pod.Spec.Containers[0].SecurityContext.Capabilities.Add[0] = "cap_net_admin" // as another tool may have it
		if err := (spec.Revision{Container: c.to}).Overlay(&pod); err != nil {
			t.Fatal(err)
		}
		got := spec.FromTemplate(pod, nil).Container
		if diff := cmp.Diff([][]string{c.want.CapAdd, c.want.CapDrop}, [][]string{got.CapAdd, got.CapDrop}); diff != "" {
			t.Errorf("%s: %s", sentence, diff)
		}
	}
}

func TestAPodSharesItsProcessesOrTheNodes(t *testing.T) {
	const want = "init (--init) and pid host (--pid host) cannot both be: "
	init, host := spec.Revision{Container: spec.Container{Init: new(true)}}, spec.Revision{Pod: spec.Pod{PID: "host"}}
	for _, c := range [][2]spec.Revision{{init, host}, {host, init}} {
		pod := template(t, c[0])
		if err := c[1].Overlay(&pod); err == nil || !strings.HasPrefix(err.Error(), want) {
			t.Errorf("got %v, want %s", err, want)
		}
	}
	pod := template(t, host)
	init.PID = "default"
	if err := init.Overlay(&pod); err != nil {
		t.Error(err)
	}
}
