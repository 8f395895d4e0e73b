package spec_test

import (
	"encoding/json"
	"fmt"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	corev1 "k8s.io/api/core/v1"
	"pgregory.net/rapid"

	"github.com/kubectl-rio/kubectl-rio/pkg/rio"
	"github.com/kubectl-rio/kubectl-rio/pkg/spec"
)

// template is a new pod with all of r.
func template(t failer, r spec.Revision) corev1.PodTemplateSpec {
	pod := spec.New("foobar")
	if err := r.Overlay(&pod); err != nil {
		t.Fatal(err)
	}
	return pod
}

type failer interface{ Fatal(...any) }

func TestFromTemplateReadsWhatOverlayWrote(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		want := anyRevision(t)
		pod := overTheWire(t, template(t, want))
		if *want.Mesh { // that is what it is when nothing is said
			want.Mesh = nil
		}
		got := spec.FromTemplate(pod, published(want))
		if diff := cmp.Diff(want, got, cmpopts.EquateEmpty()); diff != "" {
			t.Fatal(diff)
		}
	})
}

// What is written twice is written once: stage with latest's own settings changes nothing.
func TestOverlayTwiceIsOverlayOnce(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		r := anyRevision(t)
		once := template(t, r)
		twice := *once.DeepCopy()
		if err := r.Overlay(&twice); err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(once, twice, cmpopts.EquateEmpty()); diff != "" {
			t.Fatal(diff)
		}
	})
}

// $(NAME) is expanded only from variables before it, so one that changes keeps its place.
func TestAVariableKeepsItsPlace(t *testing.T) {
	pod := template(t, spec.Revision{Container: spec.Container{Environment: []string{"HOST=a", "URL=http://$(HOST)/"}}})
	if err := (spec.Revision{Container: spec.Container{Environment: []string{"HOST=b", "MORE=1"}}}).Overlay(&pod); err != nil {
		t.Fatal(err)
	}
	want := []corev1.EnvVar{{Name: "HOST", Value: "b"}, {Name: "URL", Value: "http://$(HOST)/"}, {Name: "MORE", Value: "1"}}
	if diff := cmp.Diff(want, pod.Spec.Containers[0].Env); diff != "" {
		t.Error(diff)
	}
}

// The port that is asked where nobody says what is one that the container has.
func TestThePortThatIsAskedFollowsThePorts(t *testing.T) {
	pod := template(t, spec.Revision{Container: spec.Container{Ports: []spec.Port{{TargetPort: 8080, Port: 80, Protocol: "http"}}}})
	for _, c := range []struct {
		set  spec.Container
		want []string
	}{
		{spec.Container{Ports: []spec.Port{{TargetPort: 9090, Port: 80, Protocol: "http"}}}, []string{"tcp://localhost:9090"}},
		{spec.Container{Readycheck: &spec.Healthcheck{Test: []string{"NONE"}}}, nil},
		{spec.Container{Ports: []spec.Port{{TargetPort: 8080, Port: 80, Protocol: "http"}}}, nil},
		{spec.Container{Readycheck: &spec.Healthcheck{Test: []string{"tcp://localhost:22"}}}, []string{"tcp://localhost:22"}},
		{spec.Container{Ports: []spec.Port{{TargetPort: 9090, Port: 80, Protocol: "http"}}}, []string{"tcp://localhost:22"}},
	} {
		if err := (spec.Revision{Container: c.set}).Overlay(&pod); err != nil {
			t.Fatal(err)
		}
		var got []string
		if p := pod.Spec.Containers[0].ReadinessProbe; p != nil {
			got = []string{"tcp://localhost:" + p.TCPSocket.Port.String()}
		}
		if diff := cmp.Diff(c.want, got); diff != "" {
			t.Errorf("%+v: %s", c.set, diff)
		}
	}
}

func TestWhatIsNotSetStays(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		before := template(t, anyRevision(t))
		after := *before.DeepCopy()
		if err := (spec.Revision{}).Overlay(&after); err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(before, after); diff != "" {
			t.Fatal(diff)
		}
	})
}

// The written form is read back as it was, as JSON, which is how YAML is read too.
func TestJSONIsReadBack(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		want := spec.Service{Revision: anyRevision(t), Revisions: map[string]spec.Revision{"v2": anyRevision(t)}}
		want.Scale = &rio.Scale{Min: 2, Max: rapid.Int32Range(2, 5).Draw(t, "max")}
		raw, err := json.Marshal(want)
		if err != nil {
			t.Fatal(err)
		}
		var got spec.Service
		if err := json.Unmarshal(raw, &got); err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(want, got, cmpopts.EquateEmpty()); diff != "" {
			t.Fatal(diff)
		}
	})
}

// overTheWire is the template as a server gives it back.
func overTheWire(t failer, pod corev1.PodTemplateSpec) corev1.PodTemplateSpec {
	raw, err := json.Marshal(pod)
	if err != nil {
		t.Fatal(err)
	}
	var back corev1.PodTemplateSpec
	if err := json.Unmarshal(raw, &back); err != nil {
		t.Fatal(err)
	}
	return back
}

func published(r spec.Revision) []rio.Port {
	specs, err := r.AllPorts()
	if err != nil {
		return nil
	}
	var ports []rio.Port
	for _, s := range specs {
		ports = append(ports, s.Port)
	}
	return ports
}

// pick draws one of these.
func pick[T any](t *rapid.T, label string, from ...T) T {
	return rapid.SampledFrom(from).Draw(t, label)
}

func anyRevision(t *rapid.T) spec.Revision {
	r := spec.Revision{Pod: anyPod(t), Container: anyContainer(t, 0)}
	r.Mesh = new(rapid.Bool().Draw(t, "mesh") && r.Net != "host")
	if r.PID == "" {
		r.Init = pick(t, "init", nil, new(true))
	}
	r.Labels = pick(t, "labels", nil, map[string]string{"tier": "front"})
	r.Metadata = pick(t, "metadata", nil, map[string]string{"example.com/owner": "me"})
	for i, name := range rapid.SliceOfNDistinct(rapid.SampledFrom([]string{"logs", "setup"}), 0, 2, rapid.ID[string]).Draw(t, "sidekicks") {
		s := spec.Sidekick{Container: anyContainer(t, i+1), InitContainer: name == "setup"}
		if s.InitContainer {
			s.Ports, s.Expose, s.Healthcheck, s.Readycheck = nil, nil, nil, nil
		}
		if r.Sidekicks == nil {
			r.Sidekicks = map[string]spec.Sidekick{}
		}
		r.Sidekicks[name] = s
	}
	return r
}

func anyPod(t *rapid.T) spec.Pod {
	p := spec.Pod{
		Hostname: pick(t, "hostname", "", "web"), StopGracePeriod: pick(t, "stop", nil, new(int64(5)), new(int64(60))),
		Net: pick(t, "net", "", "host"), IPC: pick(t, "ipc", "", "host"), PID: pick(t, "pid", "", "host"),
		DNS: pick(t, "dns", nil, []string{"10.0.0.1", "::1"}, []string{"host"}), DNSOptions: pick(t, "dns options", nil, []string{"ndots:2", "rotate"}),
		DNSSearch: pick(t, "dns search", nil, []string{"example.com"}), ExtraHosts: pick(t, "hosts", nil, []string{"a:10.0.0.1", "b:10.0.0.1", "c:::1"}),
		GroupAdd: pick(t, "groups", nil, []string{"1", "2000"}), ImagePullSecrets: pick(t, "pull secrets", nil, []string{"registry"}),
	}
	if p.Net == "host" && p.DNS == nil {
		p.DNS = pick(t, "cluster dns", nil, []string{"cluster", "10.0.0.1"})
	}
	node := spec.Node{
		NodeName: pick(t, "node", "", "worker-1"), RequireAll: pick(t, "all", nil, []string{"zone=a", "cpus > 3"}),
		RequireAny: pick(t, "any", nil, []string{"disk=ssd && !spot", "disk in (hdd, nvme)"}), Preferred: pick(t, "preferred", nil, []string{"rack!=1", "gpu"}),
	}
	s := spec.Scheduling{Scheduler: pick(t, "scheduler", "", "mine")}
	if node.NodeName != "" || node.RequireAll != nil || node.RequireAny != nil || node.Preferred != nil {
		s.Node = &node
	}
	if s.Scheduler != "" || s.Node != nil {
		p.Scheduling = &s
	}
	return p
}

// unusual are the policies that say more than nothing does.
var unusual = map[string]string{"nginx": "not-present", "example.com/team/app:1": "always"}

func anyContainer(t *rapid.T, number int) spec.Container {
	image := pick(t, "image", "nginx", "example.com/team/app:1")
	c := spec.Container{
		Image: image, ImagePullPolicy: pick(t, "pull", "", "never", unusual[image]),
		Entrypoint: pick(t, "entrypoint", nil, []string{"sh", "-c"}), Command: pick(t, "command", nil, []string{"", "b c", "kill $$"}), WorkingDir: pick(t, "dir", "", "/srv"),
		User: pick(t, "user", "", "0", "1000:2000"), StdinOpen: pick(t, "stdin", nil, new(true)), TTY: pick(t, "tty", nil, new(true)),
		Privileged: pick(t, "privileged", nil, new(true)), ReadOnly: pick(t, "read-only", nil, new(true)),
		CapAdd: pick(t, "add", nil, []string{"NET_ADMIN"}), CapDrop: pick(t, "drop", nil, []string{"ALL"}),
		SecurityOpt: pick(t, "security", nil, []string{"no-new-privileges"}, []string{"seccomp=runtime/default", "apparmor=unconfined"}, []string{"seccomp=my.json", "label=type:x", "label=level:s0"}),
		NanoCPUs:    pick(t, "cpus", nil, new(int64(250_000_000)), new(rapid.Int64Range(1, 1<<40).Draw(t, "nanos"))),
	}
	if c.Privileged != nil && slices.Contains(c.SecurityOpt, "no-new-privileges") {
		c.Privileged = nil
	}
	if rapid.Bool().Draw(t, "memory") {
		c.MemoryReservationBytes = new(rapid.Int64Range(1, 1<<40).Draw(t, "reserved"))
		c.MemoryLimitBytes = new(*c.MemoryReservationBytes + rapid.Int64Range(0, 1<<40).Draw(t, "more"))
	}
	c.Environment = pick(t, "environment", nil, []string{"A=b=c", "B=", "C=$(A) and $$(B)", "D=a$$b$"},
		[]string{"IP=$(self/ip)", "L=$(self/labels/app)", "M=$(limits/memory)", "C=$(foobar/requests/cpu)", "K=$(config/web)", "S=$(secret/db/password?)"})
	c.Healthcheck, c.Readycheck = anyChecks(t)
	anyStorage(t, &c)
	for i, port := range rapid.SliceOfNDistinct(rapid.Int32Range(1, 60_000), 0, 3, rapid.ID[int32]).Draw(t, "ports") {
		p := spec.Port{Port: port - port%3 + int32(number), Protocol: pick(t, "protocol", "http", "tcp", "grpc"), TargetPort: int32(100*number + i + 1)}
		if p.Port < 1 || hasPort(c, p.Port) {
			continue
		}
		if p.Protocol == "tcp" {
			p.TargetPort = p.Port
		}
		if hasTarget(c, p.TargetPort) {
			continue
		}
		if rapid.Bool().Draw(t, fmt.Sprint("published ", i)) {
			c.Ports = append(c.Ports, p)
		} else {
			c.Expose = append(c.Expose, p)
		}
	}
	if c.Healthcheck == nil && c.Readycheck == nil && len(c.Ports)+len(c.Expose) > 0 {
		c.Readycheck = pick(t, "not asked", nil, &spec.Healthcheck{Test: []string{"NONE"}})
	}
	return c
}

func hasPort(c spec.Container, number int32) bool {
	for _, p := range append(c.Ports, c.Expose...) {
		if p.Port == number {
			return true
		}
	}
	return false
}

func hasTarget(c spec.Container, number int32) bool {
	for _, p := range append(c.Ports, c.Expose...) {
		if p.TargetPort == number {
			return true
		}
	}
	return false
}

func anyChecks(t *rapid.T) (health, ready *spec.Healthcheck) {
	check := func(label string, healthy int32) *spec.Healthcheck {
		test := pick(t, label, []string{"http://localhost:8080/ping?x=1"}, []string{"https://example.com/", "X-A=b"}, []string{"http://:81/"}, []string{"tcp://localhost:5432"}, []string{"grpc://localhost:9090"}, []string{"grpc://localhost:9090/a.B"}, []string{"CMD-SHELL", "test -e /ok"}, []string{"CMD", "true"})
		return &spec.Healthcheck{Test: test, IntervalSeconds: 7, TimeoutSeconds: 2, InitialDelaySeconds: rapid.Int32Range(0, 9).Draw(t, label+" delay"), HealthyThreshold: healthy, UnhealthyThreshold: 4}
	}
	switch rapid.IntRange(0, 4).Draw(t, "checks") {
	case 1:
		return check("health", 2), nil
	case 2:
		return nil, check("ready", 3)
	case 3:
		ready := check("ready", 3)
		ready.IntervalSeconds = 8 // so that it is not the health check again
		return check("health", 1), ready
	case 4:
		return check("health", 1), &spec.Healthcheck{Test: []string{"NONE"}}
	}
	return nil, nil
}
