package plan_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/resource"
	"k8s.io/apimachinery/pkg/util/intstr"
	"k8s.io/utils/ptr"

	"github.com/kubectl-rio/kubectl-rio/pkg/plan"
	"github.com/kubectl-rio/kubectl-rio/pkg/rio"
	"github.com/kubectl-rio/kubectl-rio/pkg/spec"
)

// foobar has three pods of nginx, and one of httpd staged as v2 with 30 %.
func foobar() rio.Service {
	pod := func(image string) corev1.PodTemplateSpec {
		c := container("foobar")
		c.Image = image
		c.Env = []corev1.EnvVar{{Name: "MODE", Value: "slow"}, {Name: "LEVEL", Value: "1"}}
		c.Ports = []corev1.ContainerPort{{Name: "http-80", ContainerPort: 8080, Protocol: corev1.ProtocolTCP}}
		t := corev1.PodTemplateSpec{Spec: corev1.PodSpec{Containers: []corev1.Container{c}}}
		t.Labels = map[string]string{rio.LabelInject: "true"}
		return t
	}
	return rio.Service{
		Namespace: "default", Name: "foobar", Domain: "127.0.0.1.nip.io", Gateway: "rio-system/rio-gateway",
		Ports: []rio.Port{{Number: 80, Protocol: "http", Publish: true}},
		Revisions: []rio.Revision{
			{Name: "latest", Kind: "Deployment", Replicas: ptr.To[int32](3), Weight: 70, Template: pod("nginx")},
			{Name: "v2", Kind: "Deployment", Replicas: ptr.To[int32](1), Weight: 30, Template: pod("httpd")},
		},
	}
}

func container(name string) corev1.Container { return corev1.Container{Name: name, Image: name} }

func port(number int32, protocol string, publish bool, target int32) rio.PortSpec {
	return rio.PortSpec{Port: rio.Port{Number: number, Protocol: protocol, Publish: publish}, Target: target}
}

// of is a revision of which nothing but the image is said.
func of(image string) spec.Revision { return spec.Revision{Container: spec.Container{Image: image}} }

// open is one with ports.
func open(image string, ports ...rio.PortSpec) spec.Revision {
	r := of(image)
	for _, p := range ports {
		list := &r.Expose
		if p.Publish {
			list = &r.Ports
		}
		port := spec.Port{Port: p.Number, Protocol: p.Protocol, TargetPort: p.Target}
		if p.OnNode() && p.Protocol == "tcp" { // a number asks for the gateway
			port.Port = 0
		}
		*list = append(*list, port)
	}
	return r
}

// sized is one with a number of pods and a weight.
// sized gives a revision a number of pods, unless that is 0, and a weight.
func sized(r spec.Revision, replicas, weight int) spec.Revision {
	if r.Weight = weight; replicas > 0 {
		r.Scale = &rio.Scale{Min: int32(replicas), Max: int32(replicas)}
	}
	return r
}

func TestStageOverlays(t *testing.T) {
	for sentence, tc := range map[string]struct {
		pod    spec.Revision
		change func(*corev1.PodTemplateSpec, *corev1.Container)
	}{
		"nothing said: latest's pod": {spec.Revision{}, func(*corev1.PodTemplateSpec, *corev1.Container) {}},
		"another image":              {of("caddy:2"), func(_ *corev1.PodTemplateSpec, c *corev1.Container) { c.Image = "caddy:2" }},
		"a variable is replaced, the others stay": {spec.Revision{Container: spec.Container{Environment: []string{"MODE=fast", "NEW="}}}, func(_ *corev1.PodTemplateSpec, c *corev1.Container) {
			c.Env = []corev1.EnvVar{{Name: "MODE", Value: "fast"}, {Name: "LEVEL", Value: "1"}, {Name: "NEW"}}
		}},
		"the last of two values counts": {spec.Revision{Container: spec.Container{Environment: []string{"MODE=a", "MODE=b"}}}, func(_ *corev1.PodTemplateSpec, c *corev1.Container) {
			c.Env = []corev1.EnvVar{{Name: "MODE", Value: "b"}, {Name: "LEVEL", Value: "1"}}
		}},
		"program and arguments are replaced whole": {spec.Revision{Container: spec.Container{Entrypoint: []string{"/bin/sh"}, Command: []string{"-c", "true"}}}, func(_ *corev1.PodTemplateSpec, c *corev1.Container) {
			c.Command, c.Args = []string{"/bin/sh"}, []string{"-c", "true"}
		}},
		"a port moves": {open("", port(80, "http", true, 3000)), func(_ *corev1.PodTemplateSpec, c *corev1.Container) {
			c.Ports[0].ContainerPort = 3000
		}},
		"labels are added": {spec.Revision{Labels: map[string]string{"tier": "front"}}, func(t *corev1.PodTemplateSpec, _ *corev1.Container) { t.Labels["tier"] = "front" }},
		"out of the mesh, whatever the namespace says": {spec.Revision{Pod: spec.Pod{Mesh: new(false)}}, func(t *corev1.PodTemplateSpec, _ *corev1.Container) { t.Labels[rio.LabelInject] = "false" }},
		"in the node's network, so out of the mesh": {spec.Revision{Pod: spec.Pod{Net: "host"}}, func(t *corev1.PodTemplateSpec, _ *corev1.Container) {
			t.Labels[rio.LabelInject], t.Spec.HostNetwork = "false", true
		}},
		"a port goes to a sidekick, and what is asked of it with it": {spec.Revision{Sidekicks: map[string]spec.Sidekick{"proxy": {Container: open("envoy", port(80, "http", true, 9090)).Container}}}, func(t *corev1.PodTemplateSpec, c *corev1.Container) {
			proxy := corev1.Container{Name: "proxy", Image: "envoy", Ports: c.Ports, Lifecycle: spec.New("proxy").Spec.Containers[0].Lifecycle}
			c.Ports, proxy.Ports[0].ContainerPort = nil, 9090
			proxy.ReadinessProbe = &corev1.Probe{
				ProbeHandler:  corev1.ProbeHandler{TCPSocket: &corev1.TCPSocketAction{Port: intstr.FromInt32(9090)}},
				PeriodSeconds: 2, TimeoutSeconds: 5, SuccessThreshold: 1, FailureThreshold: 3,
			}
			t.Spec.Containers = append(t.Spec.Containers, proxy)
		}},
		"memory and a terminal": {spec.Revision{Container: spec.Container{MemoryReservationBytes: new(int64(1 << 20)), TTY: new(true), ImagePullPolicy: "never"}}, func(_ *corev1.PodTemplateSpec, c *corev1.Container) {
			c.Resources.Requests = corev1.ResourceList{"memory": resource.MustParse("1Mi")}
			c.TTY, c.ImagePullPolicy = true, "Never"
		}},
	} {
		t.Run(sentence, func(t *testing.T) {
			s := foobar()
			want := s.Revisions[0].Template.DeepCopy()
			tc.change(want, &want.Spec.Containers[0])
			next, err := plan.Stage(s, "v3", tc.pod)
			if err != nil {
				t.Fatal(err)
			}
			v3, _ := next.Revision("v3")
			if diff := cmp.Diff(*want, v3.Template, cmpopts.EquateEmpty()); diff != "" {
				t.Error(diff)
			}
			same(t, "a revision more changes no other", s, func() rio.Service { n := next.Clone(); n.Drop("v3"); return n }())
		})
	}
}

func TestStageSizes(t *testing.T) {
	for sentence, tc := range map[string]struct {
		latest, seen *int32
		ask          int
		want         *int32
	}{
		"as many as latest":                            {ptr.To[int32](3), ptr.To[int32](3), 0, ptr.To[int32](3)},
		"as many as an autoscaler gave latest":         {nil, ptr.To[int32](8), 0, ptr.To[int32](8)},
		"as many as is asked for":                      {ptr.To[int32](3), nil, 2, ptr.To[int32](2)},
		"nobody says how many: that is for the server": {nil, nil, 0, nil},
	} {
		t.Run(sentence, func(t *testing.T) {
			s := foobar()
			latest, _ := s.Latest()
			latest.Replicas = tc.latest
			if tc.seen != nil {
				latest.Observed = &rio.Observed{Replicas: *tc.seen, Template: latest.Template}
			}
			next, err := plan.Stage(s, "v3", sized(spec.Revision{}, tc.ask, 0))
			if err != nil {
				t.Fatal(err)
			}
			v3, _ := next.Revision("v3")
			if diff := cmp.Diff(tc.want, v3.Replicas); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestStageAgainStartsAnew(t *testing.T) {
	next, err := plan.Stage(foobar(), "v2", sized(of("caddy"), 0, 10))
	if err != nil {
		t.Fatal(err)
	}
	v2, _ := next.Revision("v2")
	latest, _ := next.Latest()
	if got := v2.Template.Spec.Containers[0].Image; got != "caddy" || v2.Weight != 10 || latest.Weight != 90 || *v2.Replicas != 3 {
		t.Errorf("v2 has image %s, %d%%, %d pods, latest %d%%", got, v2.Weight, *v2.Replicas, latest.Weight)
	}
}

// Of an adopted latest we own nothing, so the copy is of what runs, and is ours.
func TestStageCopiesAForeignLatest(t *testing.T) {
	s := foobar()
	latest, _ := s.Latest()
	latest.Foreign, latest.Kind, latest.Replicas = true, "StatefulSet", nil
	latest.Observed = &rio.Observed{Replicas: 2, Template: *latest.Template.DeepCopy()}
	latest.Observed.Template.Labels = map[string]string{"tier": "front", "app": "theirs", rio.LabelRevision: "latest"}
	latest.Template = corev1.PodTemplateSpec{}
	next, err := plan.Stage(s, "v3", of("caddy"))
	if err != nil {
		t.Fatal(err)
	}
	v3, _ := next.Revision("v3")
	if v3.Foreign || v3.Kind != "Deployment" || *v3.Replicas != 2 || v3.Template.Spec.Containers[0].Image != "caddy" {
		t.Errorf("staged %+v", v3)
	}
	if diff := cmp.Diff(map[string]string{"tier": "front"}, v3.Template.Labels); diff != "" {
		t.Error(diff)
	}
}

func TestRun(t *testing.T) {
	gateway := plan.Gateway{Name: "rio-system/rio-gateway", Domain: "example.com", Ports: []rio.Port{{Number: 80, Protocol: "http"}, {Number: 8080, Protocol: "http"}}}
	pod := sized(open("nginx", port(8080, "http", true, 3000), port(53, "udp", true, 53), port(53, "tcp", false, 53)), 2, 0)
	pod.StdinOpen, pod.NanoCPUs = new(true), new(int64(250_000_000))
	got, err := plan.Run(rio.Ref{Namespace: "shop", Service: "front"}, pod, gateway)
	if err != nil {
		t.Fatal(err)
	}
	c := corev1.Container{
		Name: "front", Image: "nginx", Stdin: true,
		Ports: []corev1.ContainerPort{
			{Name: "http-8080", ContainerPort: 3000, Protocol: "TCP"}, {Name: "udp-53", ContainerPort: 53, Protocol: "UDP"}, {Name: "tcp-53", ContainerPort: 53, Protocol: "TCP"},
		},
		Resources: corev1.ResourceRequirements{Requests: corev1.ResourceList{"cpu": resource.MustParse("250m")}},
		ReadinessProbe: &corev1.Probe{
			ProbeHandler:  corev1.ProbeHandler{TCPSocket: &corev1.TCPSocketAction{Port: intstr.FromInt32(3000)}},
			PeriodSeconds: 2, TimeoutSeconds: 5, SuccessThreshold: 1, FailureThreshold: 3,
		},
		Lifecycle: &corev1.Lifecycle{PreStop: &corev1.LifecycleHandler{Sleep: &corev1.SleepAction{Seconds: 5}}},
	}
	want := rio.Service{
		Namespace: "shop", Name: "front", Domain: "example.com", Gateway: "rio-system/rio-gateway",
		Ports:     []rio.Port{{Number: 53, Protocol: "tcp"}, {Number: 53, Protocol: "udp", Publish: true}, {Number: 8080, Protocol: "http", Publish: true}},
		Revisions: []rio.Revision{{Name: "latest", Kind: "Deployment", Replicas: ptr.To[int32](2), Weight: 100, Template: corev1.PodTemplateSpec{Spec: corev1.PodSpec{AutomountServiceAccountToken: new(false), EnableServiceLinks: new(false), Containers: []corev1.Container{c}}}}},
	}
	want.Revisions[0].Template.Labels = map[string]string{rio.LabelInject: "true"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}
