package spec_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	corev1 "k8s.io/api/core/v1"
	"sigs.k8s.io/yaml"

	"github.com/kubectl-rio/kubectl-rio/pkg/spec"
)

// part is the YAML of what a spec makes of a field.
func part(t *testing.T, r spec.Revision, of func(corev1.PodTemplateSpec) any) string {
	t.Helper()
	pod := spec.New("foobar")
	if err := r.Overlay(&pod); err != nil {
		t.Fatal(err)
	}
	raw, err := yaml.Marshal(of(pod))
	if err != nil {
		t.Fatal(err)
	}
	return string(raw)
}

func TestWhatKubernetesGets(t *testing.T) {
	container := func(pod corev1.PodTemplateSpec) corev1.Container { return pod.Spec.Containers[0] }
	for sentence, tc := range map[string]struct {
		revision spec.Revision
		of       func(corev1.PodTemplateSpec) any
		want     string
	}{
		"the pod serves on for 5s, and then has its own time": {spec.Revision{Pod: spec.Pod{StopGracePeriod: new(int64(60))}},
			func(p corev1.PodTemplateSpec) any { return p.Spec.TerminationGracePeriodSeconds }, "65\n"},
		"it is never killed before the sidecar has drained": {spec.Revision{Pod: spec.Pod{StopGracePeriod: new(int64(1))}},
			func(p corev1.PodTemplateSpec) any { return p.Spec.TerminationGracePeriodSeconds }, "10\n"},
		"addresses of one host file entry are its key": {spec.Revision{Pod: spec.Pod{ExtraHosts: []string{"a:10.0.0.1", "b:10.0.0.2", "c:10.0.0.1"}}},
			func(p corev1.PodTemplateSpec) any { return p.Spec.HostAliases }, "- hostnames:\n  - a\n  - c\n  ip: 10.0.0.1\n- hostnames:\n  - b\n  ip: 10.0.0.2\n"},
		"host file entries as docker-compose has them": {spec.Revision{Pod: spec.Pod{ExtraHosts: []string{"a=10.0.0.1", "b=::1", "c:[::1]", "d:::1"}}},
			func(p corev1.PodTemplateSpec) any { return p.Spec.HostAliases }, "- hostnames:\n  - a\n  ip: 10.0.0.1\n- hostnames:\n  - b\n  - c\n  - d\n  ip: ::1\n"},
		"two name servers beside the cluster's": {spec.Revision{Pod: spec.Pod{DNS: []string{"cluster", "1.1.1.1", "8.8.8.8"}}},
			func(p corev1.PodTemplateSpec) any { return p.Spec.DNSConfig.Nameservers }, "- 1.1.1.1\n- 8.8.8.8\n"},
		"as many domains as there is room for beside the node's": {spec.Revision{Pod: spec.Pod{DNS: []string{"host"}, DNSSearch: make([]string, 32)}},
			func(p corev1.PodTemplateSpec) any { return len(p.Spec.DNSConfig.Searches) }, "32\n"},
		"an init container may say that nothing is asked of it": {
			spec.Revision{Sidekicks: map[string]spec.Sidekick{"setup": {InitContainer: true, Container: spec.Container{Image: "a", Healthcheck: &spec.Healthcheck{Test: []string{"NONE"}}}}}},
			func(p corev1.PodTemplateSpec) any { return p.Spec.InitContainers }, "- image: a\n  name: setup\n  resources: {}\n"},
		"root is 0 in every image": {spec.Revision{Container: spec.Container{User: "root:root"}},
			func(p corev1.PodTemplateSpec) any { return container(p).SecurityContext }, "runAsGroup: 0\nrunAsUser: 0\n"},
		"annotations": {spec.Revision{Metadata: map[string]string{"Example.com/Owner": "me"}},
			func(p corev1.PodTemplateSpec) any { return p.Annotations }, "Example.com/Owner: me\n"},
		"the cluster's names on the node's network": {spec.Revision{Pod: spec.Pod{Net: "host", DNS: []string{"cluster"}}},
			func(p corev1.PodTemplateSpec) any { return p.Spec.DNSPolicy }, "ClusterFirstWithHostNet\n"},
		"what all must have stands in each term of which one must hold": {
			spec.Revision{Pod: spec.Pod{Scheduling: &spec.Scheduling{Node: &spec.Node{RequireAll: []string{"a"}, RequireAny: []string{"b=1", "!c && d > 2"}}}}},
			func(p corev1.PodTemplateSpec) any {
				return p.Spec.Affinity.NodeAffinity.RequiredDuringSchedulingIgnoredDuringExecution.NodeSelectorTerms
			},
			"- matchExpressions:\n  - key: a\n    operator: Exists\n  - key: b\n    operator: In\n    values:\n    - \"1\"\n" +
				"- matchExpressions:\n  - key: a\n    operator: Exists\n  - key: c\n    operator: DoesNotExist\n  - key: d\n    operator: Gt\n    values:\n    - \"2\"\n"},
		"what is preferred first counts most": {spec.Revision{Pod: spec.Pod{Scheduling: &spec.Scheduling{Node: &spec.Node{Preferred: []string{"a", "b"}}}}},
			func(p corev1.PodTemplateSpec) any {
				var weights []int32
				for _, term := range p.Spec.Affinity.NodeAffinity.PreferredDuringSchedulingIgnoredDuringExecution {
					weights = append(weights, term.Weight)
				}
				return weights
			}, "- 100\n- 99\n"},
		"a health check restarts after 3 failures, and is ready after 2 successes": {
			spec.Revision{Container: spec.Container{Healthcheck: &spec.Healthcheck{Test: []string{"http://example.com:8080/ping", "X-A=b"}}}},
			func(p corev1.PodTemplateSpec) any {
				c := container(p)
				return []*corev1.Probe{c.LivenessProbe, {SuccessThreshold: c.ReadinessProbe.SuccessThreshold}}
			},
			"- failureThreshold: 3\n  httpGet:\n    httpHeaders:\n    - name: Host\n      value: example.com\n    - name: X-A\n      value: b\n" +
				"    path: /ping\n    port: 8080\n    scheme: HTTP\n  periodSeconds: 10\n  successThreshold: 1\n  timeoutSeconds: 5\n- successThreshold: 2\n"},
		"a port is asked, HTTP first, where nobody says what to ask": {
			spec.Revision{Container: spec.Container{Expose: []spec.Port{{TargetPort: 53, Protocol: "udp"}, {TargetPort: 22, Protocol: "tcp"}, {TargetPort: 9090, Protocol: "http"}}, Ports: []spec.Port{{TargetPort: 8080, Protocol: "grpc"}}}},
			func(p corev1.PodTemplateSpec) any { return container(p).ReadinessProbe },
			"failureThreshold: 3\nperiodSeconds: 2\nsuccessThreshold: 1\ntcpSocket:\n  port: 8080\ntimeoutSeconds: 5\n"},
		"no port, or none of TCP, is not asked": {
			spec.Revision{Container: spec.Container{Expose: []spec.Port{{TargetPort: 53, Protocol: "udp"}}}},
			func(p corev1.PodTemplateSpec) any { return container(p).ReadinessProbe }, "null\n"},
		"NONE is not asked": {
			spec.Revision{Container: spec.Container{Ports: []spec.Port{{TargetPort: 80, Protocol: "http"}}, Readycheck: &spec.Healthcheck{Test: []string{"NONE"}}}},
			func(p corev1.PodTemplateSpec) any { return container(p).ReadinessProbe }, "null\n"},
		"capabilities in docker's words": {spec.Revision{Container: spec.Container{CapAdd: []string{"cap_net_admin"}}},
			func(p corev1.PodTemplateSpec) any { return container(p).SecurityContext.Capabilities }, "add:\n- NET_ADMIN\n"},
		"a capability that is named again, and all but one": {spec.Revision{Container: spec.Container{CapAdd: []string{"KILL", "kill", "CAP_BPF"}, CapDrop: []string{"all"}}},
			func(p corev1.PodTemplateSpec) any { return container(p).SecurityContext.Capabilities }, "add:\n- KILL\n- BPF\ndrop:\n- ALL\n"},
		"CPUs as people write them": {spec.Revision{Container: spec.Container{NanoCPUs: new(int64(1_500_000_000))}},
			func(p corev1.PodTemplateSpec) any { return container(p).Resources.Requests }, "cpu: 1500m\n"},
		"a reference": {spec.Revision{Container: spec.Container{Environment: []string{"A=$(foobar/limits/memory)"}}},
			func(p corev1.PodTemplateSpec) any { return container(p).Env[0].ValueFrom }, "resourceFieldRef:\n  containerName: foobar\n  divisor: \"0\"\n  resource: limits.memory\n"},
	} {
		t.Run(sentence, func(t *testing.T) {
			if diff := cmp.Diff(tc.want, part(t, tc.revision, tc.of)); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// What the API server would refuse is refused before anything is written.
func TestOverlayRefuses(t *testing.T) {
	setup := func(c spec.Container) spec.Revision {
		c.Image = "a"
		return spec.Revision{Sidekicks: map[string]spec.Sidekick{"setup": {InitContainer: true, Container: c}}}
	}
	logs := map[string]spec.Sidekick{"logs": {Container: spec.Container{Image: "a"}}}
	const asked = `sidekick "setup": an init container is waited for until it ends, and Kubernetes asks nothing of it; leave out healthcheck and readycheck, or init_container`
	for sentence, tc := range map[string]struct {
		revision spec.Revision
		want     string
	}{
		"a health check of an init container": {setup(spec.Container{Healthcheck: &spec.Healthcheck{Test: []string{"CMD", "true"}}}), asked},
		"a ready check of an init container":  {setup(spec.Container{Readycheck: &spec.Healthcheck{Test: []string{"tcp://localhost:80"}}}), asked},
		"three name servers beside the cluster's": {spec.Revision{Pod: spec.Pod{DNS: []string{"cluster", "1.1.1.1", "8.8.8.8", "::1"}}},
			`invalid dns ["cluster" "1.1.1.1" "8.8.8.8" "::1"]: 3 addresses, and a pod asks 3 servers, the first of which is the cluster's (or with host the node's), so that the rest is dropped; take some out`},
		"three name servers beside the node's": {spec.Revision{Pod: spec.Pod{DNS: []string{"host", "1.1.1.1", "8.8.8.8", "::1"}}}, `invalid dns ["host" "1.1.1.1" "8.8.8.8" "::1"]: 3 addresses`},
		"more domains than there is room for": {spec.Revision{Pod: spec.Pod{DNSSearch: make([]string, 30)}},
			`invalid dns search: 30 domains, and a pod searches 32, of which 3 are the cluster's, so that the rest is dropped; take some out`},
		"more than any pod has room for": {spec.Revision{Pod: spec.Pod{DNSSearch: make([]string, 33), DNS: []string{"host"}}},
			`invalid dns search: 33 domains, and a pod searches 32, so that the rest is dropped; take some out`},
		"a limit of a sidekick that there is not": {spec.Revision{Container: spec.Container{Environment: []string{"A=$(nosidekick/limits/cpu)"}}, Sidekicks: logs},
			`invalid environment "A=$(nosidekick/limits/cpu)": the pod has no container "nosidekick" (has foobar, logs)`},
		"a sidekick's, of one that there is not": {spec.Revision{Sidekicks: map[string]spec.Sidekick{"logs": {Container: spec.Container{Image: "a", Environment: []string{"A=$(log/requests/memory)"}}}}},
			`invalid environment "A=$(log/requests/memory)": the pod has no container "log" (has foobar, logs)`},
		"a limit of Istio's, where there is none": {spec.Revision{Container: spec.Container{Environment: []string{"A=$(istio-proxy/limits/cpu)"}}, Pod: spec.Pod{Mesh: new(false)}},
			`invalid environment "A=$(istio-proxy/limits/cpu)": the pod has no container "istio-proxy" (has foobar)`},
		"a sidekick called like Istio's": {spec.Revision{Sidekicks: map[string]spec.Sidekick{"istio-proxy": logs["logs"]}},
			`sidekick "istio-proxy": containers of that name are Istio's own; choose another`},
		"an init container called like Istio's": {spec.Revision{Sidekicks: map[string]spec.Sidekick{"istio-init": {InitContainer: true, Container: logs["logs"].Container}}},
			`sidekick "istio-init": containers of that name are Istio's own; choose another`},
		"an annotation that is none":   {spec.Revision{Metadata: map[string]string{"a b": "c"}}, `invalid annotation "a b": name part must consist of alphanumeric characters`},
		"an annotation of kubectl rio": {spec.Revision{Metadata: map[string]string{"rio.cattle.io/configs": "c"}}, `invalid annotation "rio.cattle.io/configs": "rio.cattle.io/configs" is kubectl rio's to write; choose another key`},
		"a label that is none":         {spec.Revision{Labels: map[string]string{"a b": "c"}}, `invalid label "a b=c": name part must consist of alphanumeric characters`},
		"a capability that Linux has not": {spec.Revision{Container: spec.Container{CapDrop: []string{"NET_ADMNI"}}},
			`invalid capability "NET_ADMNI": it is none of Linux's capabilities, so it would have no effect; want one of them, for example NET_ADMIN, or ALL; see: man 7 capabilities`},
		"a capability that is added and dropped": {spec.Revision{Sidekicks: map[string]spec.Sidekick{"logs": {Container: spec.Container{Image: "a", CapAdd: []string{"cap_chown"}, CapDrop: []string{"CHOWN"}}}}},
			`sidekick "logs": capability "cap_chown" is both added (cap-add) and dropped (cap-drop); leave out one of the two`},
		"a host that has no address": {spec.Revision{Pod: spec.Pod{ExtraHosts: []string{"a=[b]"}}}, `invalid extra host "a=[b]": "b" is not an address; want HOST:IP, for example db:10.0.0.5`},
	} {
		t.Run(sentence, func(t *testing.T) {
			pod := spec.New("foobar")
			if err := tc.revision.Overlay(&pod); err == nil || !strings.HasPrefix(err.Error(), tc.want) {
				t.Errorf("got %v\nwant %s", err, tc.want)
			}
		})
	}
}

// Istio lets a pod say how its own containers are to be: what is there already may be changed.
func TestWhatIsThereOfIstiosMayBeSaidAgain(t *testing.T) {
	pod := spec.New("foobar")
	pod.Spec.Containers = append(pod.Spec.Containers, corev1.Container{Name: "istio-proxy", Image: "auto"})
	said := spec.FromTemplate(pod, nil)
	said.Environment, said.Mesh = []string{"A=$(logs/limits/cpu)", "B=$(istio-validation/limits/cpu)"}, new(true)
	said.Sidekicks["logs"] = spec.Sidekick{Container: spec.Container{Image: "a"}}
	if err := said.Overlay(&pod); err != nil {
		t.Error(err)
	}
}

// A template that others wrote is read for what it means.
func TestTemplatesOfOthers(t *testing.T) {
	for sentence, tc := range map[string]struct {
		pod  corev1.PodSpec
		want spec.Revision
	}{
		"what the server adds by itself is not what was asked for": {
			corev1.PodSpec{DNSPolicy: "ClusterFirst", SchedulerName: "default-scheduler", TerminationGracePeriodSeconds: new(int64(30)), RestartPolicy: "Always"}, spec.Revision{}},
		"terms that one of them makes needless": {corev1.PodSpec{Affinity: &corev1.Affinity{NodeAffinity: &corev1.NodeAffinity{
			RequiredDuringSchedulingIgnoredDuringExecution: &corev1.NodeSelector{NodeSelectorTerms: []corev1.NodeSelectorTerm{
				{MatchExpressions: []corev1.NodeSelectorRequirement{{Key: "a", Operator: "Exists"}}},
				{MatchExpressions: []corev1.NodeSelectorRequirement{{Key: "a", Operator: "Exists"}, {Key: "b", Operator: "Exists"}}},
			}}}}},
			spec.Revision{Pod: spec.Pod{Scheduling: &spec.Scheduling{Node: &spec.Node{RequireAll: []string{"a"}}}}}},
	} {
		t.Run(sentence, func(t *testing.T) {
			tc.pod.Containers = []corev1.Container{{Name: "x"}}
			tc.want.Mesh = new(false)
			got := spec.FromTemplate(corev1.PodTemplateSpec{Spec: tc.pod}, nil)
			if diff := cmp.Diff(tc.want, got); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// What the server set, where nobody said anything, is not taken for somebody's wish.
func TestPullPolicyThatNobodySet(t *testing.T) {
	for image, unsaid := range map[string]corev1.PullPolicy{
		"nginx": corev1.PullAlways, "nginx:latest": corev1.PullAlways, "nginx:1.27": corev1.PullIfNotPresent, "localhost:5000/nginx": corev1.PullAlways,
		"nginx@sha256:e4720093a3c1381245b53a5a51b417963b3c4472d3f47fc301930a4f3b17666a": corev1.PullIfNotPresent,
	} {
		for word, policy := range map[string]corev1.PullPolicy{"always": corev1.PullAlways, "not-present": corev1.PullIfNotPresent, "never": corev1.PullNever} {
			pod := spec.New("foobar")
			pod.Spec.Containers[0].Image, pod.Spec.Containers[0].ImagePullPolicy = image, policy
			if policy == unsaid {
				word = ""
			}
			if got := spec.FromTemplate(pod, nil).ImagePullPolicy; got != word {
				t.Errorf("%s, %s: %q, want %q", image, policy, got, word)
			}
		}
	}
}
