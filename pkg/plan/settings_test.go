package plan_test

import (
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/utils/ptr"

	"github.com/kubectl-rio/kubectl-rio/pkg/plan"
	"github.com/kubectl-rio/kubectl-rio/pkg/rio"
	"github.com/kubectl-rio/kubectl-rio/pkg/spec"
)

// nginx is a new revision with these settings.
func nginx(change func(*spec.Revision)) spec.Revision {
	r := of("nginx")
	change(&r)
	return r
}

func TestRunSettings(t *testing.T) {
	read := rio.Permission{Verbs: []string{"get"}, Resource: "pods"}
	for sentence, tc := range map[string]struct {
		ask  spec.Revision
		want rio.Revision
	}{
		"one pod": {of("nginx"), rio.Revision{Kind: "Deployment", Replicas: ptr.To[int32](1)}},
		"one on every node": {nginx(func(r *spec.Revision) { r.Global = new(true) }),
			rio.Revision{Kind: "DaemonSet"}},
		"every node, when deleted": {nginx(func(r *spec.Revision) { r.Global, r.UpdateStrategy = new(true), "on-delete" }),
			rio.Revision{Kind: "DaemonSet", Settings: rio.Settings{Rollout: rio.Rollout{OnDelete: true}}}},
		"in order": {nginx(func(r *spec.Revision) { r.DeploymentStrategy = "ordered" }),
			rio.Revision{Kind: "StatefulSet", Replicas: ptr.To[int32](1), Settings: rio.Settings{Rollout: rio.Rollout{Ordered: true}}}},
		"in order, old before new, is the only way": {nginx(func(r *spec.Revision) { r.DeploymentStrategy, r.UpdateOrder = "ordered", "stop-first" }),
			rio.Revision{Kind: "StatefulSet", Replicas: ptr.To[int32](1), Settings: rio.Settings{Rollout: rio.Rollout{Ordered: true}}}},
		"when deleted": {nginx(func(r *spec.Revision) { r.UpdateStrategy = "on-delete" }),
			rio.Revision{Kind: "StatefulSet", Replicas: ptr.To[int32](1), Settings: rio.Settings{Rollout: rio.Rollout{OnDelete: true}}}},
		"old before new, one at a time": {nginx(func(r *spec.Revision) { r.UpdateOrder = "stop-first" }),
			rio.Revision{Kind: "Deployment", Replicas: ptr.To[int32](1), Settings: rio.Settings{Rollout: rio.Rollout{StopFirst: true, BatchSize: 1}}}},
		"two at a time": {nginx(func(r *spec.Revision) { r.BatchSize = 2 }),
			rio.Revision{Kind: "Deployment", Replicas: ptr.To[int32](1), Settings: rio.Settings{Rollout: rio.Rollout{BatchSize: 2}}}},
		"a range": {nginx(func(r *spec.Revision) { r.Scale, r.NanoCPUs = &rio.Scale{Min: 2, Max: 5}, new(int64(1e8)) }),
			rio.Revision{Kind: "Deployment", Autoscale: &rio.Scale{Min: 2, Max: 5}}},
		"rights, each once, roles last": {nginx(func(r *spec.Revision) { r.Permissions = []rio.Permission{{Role: "b"}, {Role: "a"}, read, read} }),
			rio.Revision{Kind: "Deployment", Replicas: ptr.To[int32](1), Settings: rio.Settings{Rights: rio.Rights{Permissions: []rio.Permission{read, {Role: "a"}, {Role: "b"}}}}}},
	} {
		t.Run(sentence, func(t *testing.T) {
			s, err := plan.Run(rio.Ref{Namespace: "shop", Service: "front"}, tc.ask, plan.Gateway{})
			if err != nil {
				t.Fatal(err)
			}
			got := s.Revisions[0]
			tc.want.Name, tc.want.Weight = rio.Latest, 100
			if diff := cmp.Diff(tc.want, got, cmpopts.IgnoreFields(rio.Revision{}, "Template"), cmpopts.EquateEmpty()); diff != "" {
				t.Error(diff)
			}
			if token := got.Template.Spec.AutomountServiceAccountToken; token == nil || *token {
				t.Error("the token is mounted, or left to the server's default")
			}
		})
	}
}

func TestRunRefusesSettings(t *testing.T) {
	for want, ask := range map[string]spec.Revision{
		`invalid scale "3": one pod on every node (global) is as many as there are nodes; leave it out`:                                                           nginx(func(r *spec.Revision) { r.Global, r.Scale = new(true), &rio.Scale{Min: 3, Max: 3} }),
		`one pod on every node (global) has no order; leave out the deployment strategy`:                                                                          nginx(func(r *spec.Revision) { r.Global, r.DeploymentStrategy = new(true), "ordered" }),
		`pods that are replaced when somebody deletes them (on-delete) have neither a batch size nor an order; leave those out`:                                   nginx(func(r *spec.Revision) { r.UpdateStrategy, r.BatchSize = "on-delete", 2 }),
		`a pod that keeps its name (StatefulSet) cannot start before the one it replaces has ended; leave out the update order`:                                   nginx(func(r *spec.Revision) { r.DeploymentStrategy, r.UpdateOrder = "ordered", "start-first" }),
		`invalid update order "random": want start-first or stop-first`:                                                                                           nginx(func(r *spec.Revision) { r.UpdateOrder = "random" }),
		`invalid batch size -1: want a number of pods, 1 or more`:                                                                                                 nginx(func(r *spec.Revision) { r.BatchSize = -1 }),
		`invalid permission "get url=/x": a URL is the whole cluster's; make it a global one`:                                                                     nginx(func(r *spec.Revision) { r.Permissions = []rio.Permission{{Verbs: []string{"get"}, URL: "/x"}} }),
		`invalid scale "2-5": an autoscaler compares the CPU that pods use with what they reserve, and they reserve none; say how much, for example: --cpus 100m`: nginx(func(r *spec.Revision) { r.Scale = &rio.Scale{Min: 2, Max: 5} }),
		`memory limit 1Mi is less than the 2Mi that are reserved; raise the limit or lower the reservation`: nginx(func(r *spec.Revision) {
			r.MemoryLimitBytes, r.MemoryReservationBytes = new(int64(1<<20)), new(int64(1<<21))
		}),
		`invalid health check with 2 successes (--health-retries): one makes a container healthy in Kubernetes, and how many make it ready is the ready check's to say (--ready-retries); leave it out, or write it there`: nginx(func(r *spec.Revision) {
			r.Healthcheck, r.Readycheck = &spec.Healthcheck{Test: []string{"CMD", "a"}, HealthyThreshold: 2}, &spec.Healthcheck{Test: []string{"CMD", "b"}}
		}),
		`a health check needs what to ask: --health-cmd or --health-url, or test of healthcheck in a file; want a URL as http://localhost:8080/ping, tcp://localhost:PORT, grpc://localhost:PORT[/SERVICE], or a command`: nginx(func(r *spec.Revision) { r.Healthcheck = &spec.Healthcheck{IntervalSeconds: 3} }),
		`sidekick "front": the pod has another container of that name; choose another`: nginx(func(r *spec.Revision) {
			r.Sidekicks = map[string]spec.Sidekick{"front": {Container: spec.Container{Image: "x"}}}
		}),
		`sidekick "logs": it has no image`: nginx(func(r *spec.Revision) { r.Sidekicks = map[string]spec.Sidekick{"logs": {}} }),
		`invalid port name "web": Istio reads the protocol off a port's name, so it is "http-80"; leave it out`:       nginx(func(r *spec.Revision) { r.Ports = []spec.Port{{TargetPort: 80, Protocol: "http", Name: "web"}} }),
		`invalid port with address "127.0.0.1": the gateway's Service and the nodes choose the address; leave it out`: nginx(func(r *spec.Revision) { r.Ports = []spec.Port{{TargetPort: 80, Protocol: "http", IP: "127.0.0.1"}} }),
		`service "front" has no image`: {},
		`invalid mesh true: Istio gives a pod in its node's network (net host) no sidecar; leave out one of the two`:              nginx(func(r *spec.Revision) { r.Mesh, r.Net = new(true), "host" }),
		`a privileged container has all rights, so it cannot be kept from new ones (no-new-privileges); leave out one of the two`: nginx(func(r *spec.Revision) { r.Privileged, r.SecurityOpt = new(true), []string{"no-new-privileges"} }),
		`service "front" has no image, only sidekicks; give it the image of the container that others are beside`:                 {Sidekicks: sidekick("logs")},
		`invalid permission " pods": it has no verb; want for example get,list`:                                                   nginx(func(r *spec.Revision) { r.GlobalPermissions = []rio.Permission{{Resource: "pods"}} }),
	} {
		t.Run(want, func(t *testing.T) {
			wantError(t, want, plan.Check(rio.Ref{Namespace: "shop", Service: "front"}, ask))
		})
	}
}

func TestNoServiceIsCalledLikeIstiosContainers(t *testing.T) {
	for _, name := range rio.MeshContainers {
		err := plan.Check(rio.Ref{Namespace: "shop", Service: name}, nginx(func(*spec.Revision) {}))
		wantError(t, `service "`+name+`" has a container of its name: containers of that name are Istio's own; choose another`, err)
	}
}

func TestStageTakesLatestsSettings(t *testing.T) {
	s := foobar()
	latest, _ := s.Latest()
	latest.Rollout, latest.Permissions = rio.Rollout{BatchSize: 2}, []rio.Permission{{Role: "view"}}
	next, err := plan.Stage(s, "v3", nginx(func(r *spec.Revision) { r.UpdateOrder = "stop-first" }))
	if err != nil {
		t.Fatal(err)
	}
	v3, _ := next.Revision("v3")
	if want := (rio.Rollout{BatchSize: 2, StopFirst: true}); v3.Rollout != want || len(v3.Permissions) != 1 {
		t.Errorf("%+v, %v", v3.Rollout, v3.Permissions)
	}
	for want, ask := range map[string]spec.Revision{
		`latest of "foobar" is a Deployment, and these flags make a DaemonSet of "v3", which could never be promoted; run it as a service of its own: kubectl rio run`:   nginx(func(r *spec.Revision) { r.Global = new(true) }),
		`latest of "foobar" is a Deployment, and these flags make a StatefulSet of "v3", which could never be promoted; run it as a service of its own: kubectl rio run`: nginx(func(r *spec.Revision) { r.DeploymentStrategy = "ordered" }),
		`invalid scale "1-2": an autoscaler is latest's; stage with a number, and give the range after the promotion: kubectl rio scale SERVICE=1-2`:                     nginx(func(r *spec.Revision) { r.Scale = &rio.Scale{Min: 1, Max: 2} }),
	} {
		_, err := plan.Stage(s, "v3", ask)
		wantError(t, want, err)
	}
}

// The label of a StatefulSet's pods that names their template is longer than its name.
func TestNamesOfPodsThatKeepTheirs(t *testing.T) {
	const fits = "a-name-of-fifty-two-characters-is-the-longest-it-has"
	ordered := nginx(func(r *spec.Revision) { r.DeploymentStrategy = "ordered" })
	const tooLong = `invalid name "a-name-of-fifty-two-characters-is-the-longest-it-has%s": pods that keep their names (StatefulSet) have it in a label with a hash behind, and it has %d characters, want at most 52; %s`
	for sentence, c := range map[string]struct {
		name string
		ask  spec.Revision
		want string
	}{
		"it fits":            {fits, ordered, ""},
		"it does not":        {fits + "s", ordered, fmt.Sprintf(tooLong, "s", 53, "choose a shorter one")},
		"of others it would": {fits + "s", of("nginx"), ""},
	} {
		t.Run(sentence, func(t *testing.T) {
			err := plan.Check(rio.Ref{Namespace: "shop", Service: c.name}, c.ask)
			if c.want != "" {
				wantError(t, c.want, err)
			} else if err != nil {
				t.Error(err)
			}
		})
	}
	s := foobar()
	s.Name = fits
	latest, _ := s.Latest()
	latest.Kind, latest.Rollout.Ordered = "StatefulSet", true
	_, err := plan.Stage(s, "v3", of("nginx"))
	wantError(t, fmt.Sprintf(tooLong, "-v3", 55, "choose a shorter one"), err)
	_, err = plan.Undo(s, []rio.Release{{Number: 2, Hash: "b", Current: true}, {Number: 1, Hash: "a", Template: latest.Template}}, 0, asIs)
	wantError(t, fmt.Sprintf(tooLong, "-undo", 57, "undo it with: kubectl rollout undo -n default statefulset/"+fits), err)
}

// What Kubernetes cannot change of a StatefulSet is as latest has it.
func TestStageKeepsTheOrderOfLatest(t *testing.T) {
	s := foobar()
	latest, _ := s.Latest()
	latest.Kind, latest.Rollout.Ordered = "StatefulSet", true
	alone := open("nginx", port(80, "http", true, 80))
	alone.Inherit = new(false)
	for sentence, ask := range map[string]spec.Revision{
		"nothing said": of("nginx"), "said again": nginx(func(r *spec.Revision) { r.DeploymentStrategy = "ordered" }), "nothing inherited": alone,
	} {
		next, err := plan.Stage(s, "v3", ask)
		if err != nil {
			t.Fatalf("%s: %v", sentence, err)
		}
		if v3, _ := next.Revision("v3"); !v3.Rollout.Ordered {
			t.Errorf("%s: v3 is parallel", sentence)
		}
	}
	const want = `the order in which the pods of latest of "foobar" are started (deployment strategy) cannot be changed by Kubernetes, so "v3" could never be promoted; leave it out, or run it as a service of its own: kubectl rio run`
	_, err := plan.Stage(s, "v3", nginx(func(r *spec.Revision) { r.DeploymentStrategy = "parallel" }))
	wantError(t, want, err)
	latest.Rollout.Ordered = false
	_, err = plan.Stage(s, "v3", nginx(func(r *spec.Revision) { r.DeploymentStrategy = "ordered" }))
	wantError(t, want, err)
}

// What is not to be on every node any more is another kind of workload.
func TestStageRefusesAnotherKind(t *testing.T) {
	s := foobar()
	latest, _ := s.Latest()
	latest.Kind, latest.Replicas = "DaemonSet", nil
	for sentence, ask := range map[string]spec.Revision{
		"not on every node": nginx(func(r *spec.Revision) { r.Global = new(false) }),
		"a number of pods":  nginx(func(r *spec.Revision) { r.Global, r.Scale = new(false), &rio.Scale{Min: 2, Max: 2} }),
	} {
		_, err := plan.Stage(s, "v3", ask)
		t.Log(sentence)
		wantError(t, `latest of "foobar" is a DaemonSet, and these flags make a Deployment of "v3", which could never be promoted; run it as a service of its own: kubectl rio run`, err)
	}
	if _, err := plan.Stage(s, "v3", nginx(func(r *spec.Revision) { r.Global = new(true) })); err != nil {
		t.Errorf("said again: %v", err)
	}
}

func TestScaleOfAnAutoscaler(t *testing.T) {
	s := foobar()
	latest, _ := s.Latest()
	latest.Autoscale, latest.Replicas = &rio.Scale{Min: 2, Max: 5}, nil
	s.Revisions[0].Weight, s.Revisions[1].Weight = 100, 0
	next, err := plan.Scale(s, rio.Latest, rio.Scale{Min: 3, Max: 3})
	if err != nil {
		t.Fatal(err)
	}
	if r, _ := next.Latest(); r.Replicas != nil || *r.Autoscale != (rio.Scale{Min: 3, Max: 3}) {
		t.Errorf("replicas %v, range %v: a number is a range of one, and the autoscaler's to set", r.Replicas, r.Autoscale)
	}
	_, err = plan.Scale(s, rio.Latest, rio.Scale{})
	wantError(t, `service "foobar" has an autoscaler, which keeps at least 1 pod; remove the service, or leave it one: kubectl rio scale -n default foobar=1`, err)
	_, err = plan.Scale(s, "v2", rio.Scale{Min: 1, Max: 2})
	wantError(t, `invalid scale "1-2": an autoscaler is latest's; give revision "v2" of "foobar" a number`, err)
	latest.Kind = "DaemonSet"
	_, err = plan.Scale(s, rio.Latest, rio.Scale{Min: 1, Max: 1})
	wantError(t, `revision "latest" of "foobar" has one pod on every node (--global), so it has no number of pods to set`, err)
}

// What a pod reserves is read off what runs: of a workload that another tool wrote over,
// nothing may be ours.
func TestAnAutoscalerGoesByWhatRuns(t *testing.T) {
	const none = `invalid scale "2-5": an autoscaler compares the CPU that pods use with what they reserve, and they reserve none; ` +
		`reserve some: kubectl rio stage -n default --cpus 100m foobar:next; then kubectl rio promote -n default foobar:next; then this again`
	reserving := nginx(func(r *spec.Revision) { r.NanoCPUs = new(int64(100_000_000)) })
	for sentence, c := range map[string]struct {
		ours bool
		runs spec.Revision
		want string
	}{
		"nothing is ours, and CPU is reserved":   {false, reserving, ""},
		"nothing is ours, and none is reserved":  {false, nginx(func(*spec.Revision) {}), none},
		"the CPU is another tool's, of our pod":  {true, reserving, ""},
		"nothing is ours, and nothing runs, too": {false, spec.Revision{}, none},
	} {
		t.Run(sentence, func(t *testing.T) {
			s := foobar()
			latest, _ := s.Latest()
			latest.Replicas, latest.Observed = nil, &rio.Observed{}
			if c.runs.Image != "" {
				latest.Observed.Template = spec.New("foobar")
				if err := c.runs.Overlay(&latest.Observed.Template); err != nil {
					t.Fatal(err)
				}
			}
			if !c.ours {
				latest.Template = corev1.PodTemplateSpec{}
			}
			next, err := plan.Scale(s, rio.Latest, rio.Scale{Min: 2, Max: 5})
			if c.want != "" {
				wantError(t, c.want, err)
				return
			}
			if r, _ := next.Latest(); err != nil || r.Autoscale == nil || *r.Autoscale != (rio.Scale{Min: 2, Max: 5}) {
				t.Errorf("%v, %+v", err, r)
			}
		})
	}
}
