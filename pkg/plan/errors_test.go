package plan_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/utils/ptr"

	"github.com/kubectl-rio/kubectl-rio/pkg/plan"
	"github.com/kubectl-rio/kubectl-rio/pkg/rio"
	"github.com/kubectl-rio/kubectl-rio/pkg/spec"
)

func TestVerbsRefuse(t *testing.T) {
	promoting := `service "foobar" is being promoted to revision "v2"; finish that first: kubectl rio promote -n default foobar:v2; or go back: kubectl rio undo -n default foobar`
	unknown := `service "foobar" has no revision "v9" (have latest, v2); stage it first: kubectl rio stage -n default --image IMAGE foobar:v9`
	absent := `stack "default" has no service "foobar"; see: kubectl rio ps -n default`
	foreign := `revision "%s" of "foobar" was not made by kubectl rio, which routes to it but does not rewrite it; `
	type change = func(*rio.Service)
	whole := func(*rio.Service) {}
	none := func(s *rio.Service) { s.Revisions = nil }
	begun := func(s *rio.Service) { s.Promoting = "v2" }
	undoing := func(s *rio.Service) { s.Promoting, s.Before = plan.UndoRevision, &rio.Before{Undo: true} }
	const unfinished = `an undo of "foobar" is not finished; finish it first: kubectl rio undo -n default foobar`
	unrouted := func(s *rio.Service) { s.Ports = []rio.Port{{Number: 53, Protocol: "udp"}} }
	foreignLatest := func(s *rio.Service) { s.Revisions[0].Foreign = true }
	foreignV2 := func(s *rio.Service) { s.Revisions[1].Foreign = true }
	idleV2 := func(s *rio.Service) {
		foreignV2(s)
		s.Revisions[0].Weight, s.Revisions[1].Weight = 100, 0
	}
	const busyV2 = `revision "v2" of "foobar" carries 30% of the traffic; take that away first: kubectl rio weight -n default foobar:v2=0%`
	renamedV2 := func(s *rio.Service) { // adopted under another name than its own
		foreignV2(s)
		s.Revisions[1].Observed = &rio.Observed{Workload: "statefulset/legacy"}
	}
	const lost = `service "foobar" has lost its latest, whose workload somebody deleted; make another revision latest: kubectl rio promote -n default foobar:v2`
	noLatest := func(s *rio.Service) { s.Drop(rio.Latest) }
	weight := func(want map[string]int) func(rio.Service) error {
		return func(s rio.Service) error { _, err := plan.Weight(s, want); return err }
	}
	scale := func(revision string) func(rio.Service) error {
		return func(s rio.Service) error { _, err := plan.Scale(s, revision, rio.Scale{Min: 3, Max: 3}); return err }
	}
	stop := func(s rio.Service) error { _, err := plan.Scale(s, "v2", rio.Scale{}); return err }
	remove := func(revision string) func(rio.Service) error {
		return func(s rio.Service) error { _, err := plan.Remove(s, revision, false); return err }
	}
	promote := func(revision string, replicas *int32) func(rio.Service) error {
		return func(s rio.Service) error { _, err := plan.Promote(s, revision, replicas, nil); return err }
	}
	stage := func(revision string, r spec.Revision, weight int) func(rio.Service) error {
		return func(s rio.Service) error { _, err := plan.Stage(s, revision, sized(r, 0, weight)); return err }
	}
	for sentence, tc := range map[string]struct {
		change change
		do     func(rio.Service) error
		want   string
	}{
		"weight of more than all": {func(s *rio.Service) { s.Put(rio.Revision{Name: "v3"}) }, weight(map[string]int{"v2": 60, "v3": 70}),
			`weights for "foobar" sum to 130%, want at most 100% (v2=60%, v3=70%)`},
		"weight of an unknown revision": {whole, weight(map[string]int{"v2": 5, "v9": 5}), unknown},
		"weight of no service":          {none, weight(nil), absent},
		"promote onto no pods at all": {func(s *rio.Service) { s.Revisions[0].Replicas, s.Revisions[1].Replicas = new(int32(0)), new(int32(0)) }, promote("v2", nil),
			`neither "v2" nor latest of "foobar" has any pods, and nobody would serve it; say how many latest is to have: kubectl rio promote -n default --scale 1 foobar:v2`},
		"promote to a number that another tool keeps": {func(s *rio.Service) { s.Revisions[0].Replicas = nil }, promote("v2", new(int32(2))),
			`another tool, an autoscaler perhaps, keeps the number of pods of "foobar"; leave out --scale, or change it there`},
		"promote of a latest that is paused": {func(s *rio.Service) {
			s.Revisions[0].Observed = &rio.Observed{Workload: "deployment/foobar", Paused: true}
		}, promote("v2", nil),
			`deployment/foobar is paused, so its pods would not be replaced; go on with it first: kubectl rollout resume -n default deployment/foobar`},
		"scale to none of what is matched": {func(s *rio.Service) {
			s.Revisions[1].Weight, s.Revisions[1].Match = 0, []rio.Match{{Kind: rio.MatchHeader, Name: "x-canary", Value: "1"}}
		}, func(s rio.Service) error { _, err := plan.Scale(s, "v2", rio.Scale{}); return err },
			`revision "v2" of "foobar" gets the requests that match header:x-canary=1, so it needs a pod; stage it again without --match, or remove it: kubectl rio rm -n default foobar:v2`},
		"scale to none of what has all": {func(s *rio.Service) { s.Revisions[0].Weight, s.Revisions[1].Weight = 0, 100 }, stop,
			`revision "v2" of "foobar" carries 100% of the traffic, so it needs a pod; take that away first: kubectl rio weight -n default foobar:v2=0%`},
		"scale to none of another tool's, which has a share": {foreignV2, stop,
			`revision "v2" of "foobar" carries 30% of the traffic, so it needs a pod; take that away first: kubectl rio weight -n default foobar:v2=0%`},
		"scale to none of another tool's, which has none": {idleV2, stop,
			strings.Replace(foreign, "%s", "v2", 1) + "scale it with: kubectl scale -n default deployment/foobar-v2 --replicas=0"},
		"rm of another tool's, which has a share":           {foreignV2, remove("v2"), busyV2},
		"rm of another tool's, which has a share, by force": {foreignV2, func(s rio.Service) error { _, err := plan.Remove(s, "v2", true); return err }, busyV2},
		"rm of another tool's, to which a route leads": {func(s *rio.Service) {
			idleV2(s)
			s.Routes = []rio.RouteSet{{Namespace: "default", Name: "www", Routes: []rio.Route{{To: []rio.RouteTarget{{Service: "foobar", Revision: "v2"}}}}}}
		}, remove("v2"),
			`revision "v2" of "foobar" is where a route of "www" leads; lead that elsewhere first: kubectl rio route add -n default www to SERVICE`},
		"weight during a promotion":      {begun, weight(map[string]int{"v2": 5}), promoting},
		"weight during an undo":          {undoing, weight(map[string]int{"v2": 5}), unfinished},
		"promote during an undo":         {undoing, promote("v2", nil), unfinished},
		"weight where nothing is routed": {unrouted, weight(map[string]int{"v2": 5}), `service "foobar" has no http or tcp port, so there is no route to weight; add ports: [80/http] to it: kubectl rio edit -n default foobar`},
		"weight where its tool took the Service": {func(s *rio.Service) { unrouted(s); foreignLatest(s) }, weight(map[string]int{"v2": 5}),
			`service "foobar" has no http or tcp port, so there is no route to weight; adopt it with one: kubectl rio adopt -n default -p PORT:TARGET/http deployment/foobar`},
		"weight where its Service has no such port": {func(s *rio.Service) { unrouted(s); foreignLatest(s); s.Selects = map[string]string{"app": "foobar"} }, weight(map[string]int{"v2": 5}),
			`service "foobar" has no http or tcp port, so there is no route to weight; its Service is another tool's; give that a tcp port where it has none: kubectl edit service -n default foobar; then adopt it with one: kubectl rio adopt -n default -p PORT:TARGET/http deployment/foobar`},
		"scale of an unknown revision":       {whole, scale("v9"), unknown},
		"scale of no service":                {none, scale("latest"), absent},
		"scale during a promotion":           {begun, scale("v2"), promoting},
		"scale of another tool's workload":   {foreignV2, scale("v2"), strings.Replace(foreign, "%s", "v2", 1) + "scale it with: kubectl scale -n default deployment/foobar-v2 --replicas=3"},
		"scale of one with its own name":     {renamedV2, scale("v2"), strings.Replace(foreign, "%s", "v2", 1) + "scale it with: kubectl scale -n default statefulset/legacy --replicas=3"},
		"rm of no service":                   {none, remove(""), absent},
		"rm of latest":                       {whole, remove("latest"), `revision "latest" is the service itself; remove all of it: kubectl rio rm -n default foobar`},
		"rm of an unknown revision":          {whole, remove("v9"), `service "foobar" has no revision "v9" (have latest, v2); see: kubectl rio ps -n default`},
		"rm of a revision during promotion":  {begun, remove("v2"), promoting},
		"rm of what carries traffic":         {whole, remove("v2"), `revision "v2" of "foobar" carries 30% of the traffic; take that away first: kubectl rio weight -n default foobar:v2=0%, or: kubectl rio rm --force -n default foobar:v2`},
		"rm of another tool's revision":      {idleV2, remove("v2"), strings.Replace(foreign, "%s", "v2", 1) + "delete it with its own tool"},
		"rm of all where one is not ours":    {foreignV2, remove(""), strings.Replace(foreign, "%s", "v2", 1) + "let the service go: kubectl rio release -n default foobar; or delete it with: kubectl delete -n default deployment/foobar-v2"},
		"promote of latest":                  {whole, promote("latest", nil), `revision "latest" is what is promoted to; name a staged one: kubectl rio promote -n default foobar:REVISION`},
		"promote of an unknown revision":     {whole, promote("v9", nil), unknown},
		"promote of no service":              {none, promote("v2", nil), absent},
		"promote of another one, half-way":   {begun, promote("v3", nil), promoting},
		"promote onto another tool's latest": {foreignLatest, promote("v2", nil), strings.Replace(foreign, "%s", "latest", 1) + "release its traffic with weight instead"},
		"promote of another tool's revision": {foreignV2, promote("v2", nil), strings.Replace(foreign, "%s", "v2", 1) + "stage its image yourself and promote that: kubectl rio stage -n default --image IMAGE foobar:NAME"},
		"promote to nothing": {whole, promote("v2", ptr.To[int32](0)),
			`service "foobar" cannot be promoted to 0 replicas: nobody would serve it; scale it down afterwards: kubectl rio scale -n default foobar=0`},
		"the split of no service":      {none, plan.MayShow, absent},
		"the split without a latest":   {noLatest, plan.MayShow, lost},
		"the split of what has none":   {unrouted, plan.MayShow, `service "foobar" has no http or tcp port, so there is no route to weight; add ports: [80/http] to it: kubectl rio edit -n default foobar`},
		"weight without a latest":      {noLatest, weight(map[string]int{"v2": 50}), lost},
		"stage without a latest":       {noLatest, stage("v3", spec.Revision{}, 0), lost},
		"scale without a latest":       {noLatest, scale(rio.Latest), lost},
		"stage of latest":              {whole, stage("latest", spec.Revision{}, 0), `revision "latest" cannot be staged: it is the one that runs; choose another name: kubectl rio stage -n default --image IMAGE foobar:v3`},
		"stage of no service":          {none, stage("v3", spec.Revision{}, 0), absent},
		"stage during a promotion":     {begun, stage("v3", spec.Revision{}, 0), promoting},
		"stage over another tool's":    {foreignV2, stage("v2", spec.Revision{}, 0), strings.Replace(foreign, "%s", "v2", 1) + "stage under another name"},
		"stage with too much weight":   {whole, stage("v3", spec.Revision{}, 71), `weights for "foobar" sum to 101%, want at most 100% (v2=30%, v3=71%)`},
		"stage with weight, no routes": {unrouted, stage("v3", spec.Revision{}, 5), `service "foobar" has no http or tcp port, so there is no route to weight; stage "v3" with no --weight`},
		"stage with a new port": {whole, stage("v3", open("", port(81, "http", false, 81)), 0),
			`service "foobar" has no port 81/http (has [80/http]); a staged revision may move what a port leads to, not add one`},
		"stage that publishes": {func(s *rio.Service) { s.Ports[0].Publish = false }, stage("v3", open("", port(80, "http", true, 81)), 0),
			`port 80/http of "foobar" is for callers inside the mesh only, and a staged revision may move what a port leads to, not publish it; expose it: --expose`},
		"stage that takes that back": {whole, stage("v3", open("", port(80, "http", false, 81)), 0),
			`port 80/http of "foobar" is published, and a staged revision may move what a port leads to, not take that back; publish it: -p`},
		"stage that moves a node port": {func(s *rio.Service) { s.Ports[0] = rio.Port{Number: 5432, Protocol: "tcp", Publish: true} }, stage("v3", open("", rio.PortSpec{Port: rio.Port{Number: 5432, Protocol: "tcp", Publish: true, AtGateway: true}, Target: 6432}), 0),
			`port 5432/tcp of "foobar" is on the nodes, where a port leads to the one of its own number, and 5432:6432 asks for the gateway; leave it out`},
		"stage with no image name": {whole, stage("v3", of("NGINX"), 0),
			`invalid image "NGINX": invalid reference format: repository name (library/NGINX) must be lowercase`},
		"stage of an empty pod": {func(s *rio.Service) { s.Revisions[0].Template = corev1.PodTemplateSpec{} }, stage("v3", spec.Revision{}, 0),
			`the pod template has no container`},
		"stage with a port onto another's": {func(s *rio.Service) {
			s.Ports = append(s.Ports, rio.Port{Number: 81, Protocol: "http"})
			c := &s.Revisions[0].Template.Spec.Containers[0]
			c.Ports = append(c.Ports, corev1.ContainerPort{Name: "http-81", ContainerPort: 9090, Protocol: "TCP"})
		}, stage("v3", open("", port(80, "http", true, 9090)), 0),
			`ports http-80 and http-81 both lead to 9090; give each a target of its own, or take one out: all callers can use the other`},
	} {
		t.Run(sentence, func(t *testing.T) {
			s := foobar()
			tc.change(&s)
			untouched := s.Clone()
			wantError(t, tc.want, tc.do(s))
			if diff := cmp.Diff(untouched, s); diff != "" {
				t.Errorf("the service was changed: %s", diff)
			}
		})
	}
}

// What was refused above has its way out.
func TestRefusalsHaveAWayOut(t *testing.T) {
	s := foobar()
	if next, err := plan.Remove(s, "v2", true); err != nil || next.Revisions[0].Weight != 100 {
		t.Errorf("rm --force gives the share back to latest: %v, %v", next.Revisions, err)
	}
	s, err := plan.Weight(s, map[string]int{"v2": 0})
	if err != nil {
		t.Fatal(err)
	}
	if s, err = plan.Remove(s, "v2", false); err != nil || len(s.Revisions) != 1 {
		t.Errorf("rm of what carries nothing: %v, %v", s.Revisions, err)
	}
	s = foobar()
	s.Promoting = "v2"
	if s, err = plan.Remove(s, "", false); err != nil || s.Exists() {
		t.Errorf("the whole service may go during a promotion: %v, %v", s, err)
	}
	two := foobar()
	two.Ports = append(two.Ports, rio.Port{Number: 81, Protocol: "http"})
	c := &two.Revisions[0].Template.Spec.Containers[0]
	c.Ports = append(c.Ports, corev1.ContainerPort{Name: "http-81", ContainerPort: 9090, Protocol: "TCP"})
	swapped, err := plan.Stage(two, "v3", open("", port(80, "http", true, 9090), port(81, "http", false, 8080)))
	if err != nil {
		t.Fatal(err)
	}
	v3, _ := swapped.Revision("v3")
	want := []corev1.ContainerPort{{Name: "http-80", ContainerPort: 9090, Protocol: "TCP"}, {Name: "http-81", ContainerPort: 8080, Protocol: "TCP"}}
	if diff := cmp.Diff(want, v3.Template.Spec.Containers[0].Ports); diff != "" {
		t.Errorf("two ports may change places: %s", diff)
	}
}

func TestRunRefuses(t *testing.T) {
	tcpAtGateway := rio.PortSpec{Port: rio.Port{Number: 5432, Protocol: "tcp", Publish: true, AtGateway: true}, Target: 5432}
	gateway := plan.Gateway{Name: "rio-system/rio-gateway", Domain: "example.com", Ports: []rio.Port{{Number: 80, Protocol: "http"}, {Number: 8080, Protocol: "http"}}}
	with := func(change func(*plan.Gateway)) plan.Gateway { g := gateway; change(&g); return g }
	onNodes := with(func(g *plan.Gateway) { g.Ports = []rio.Port{{Number: 30080, Protocol: "http"}} })
	for sentence, tc := range map[string]struct {
		name    string
		pod     spec.Revision
		gateway plan.Gateway
		want    string
	}{
		"a port given twice": {"foobar", open("nginx", port(80, "http", true, 80), port(80, "tcp", false, 81)), gateway,
			`port 80 is given twice; a service has one protocol and target a port`},
		"two ports with one target": {"foobar", open("nginx", port(80, "http", true, 3000), port(81, "http", false, 3000)), gateway,
			`ports http-80 and http-81 both lead to 3000; give each a target of its own, or take one out: all callers can use the other`},
		"a cluster without rio": {"foobar", open("nginx", port(80, "http", true, 80)), plan.Gateway{},
			`port 80/http cannot be published: this cluster has no rio gateway; install it: kubectl rio install`},
		"a gateway without an address": {"foobar", open("nginx", port(80, "http", true, 80)), with(func(g *plan.Gateway) { g.Domain = "" }),
			`port 80/http cannot be published: service rio-lb has no address yet and no domain is set; wait for the address, or where there is no load balancer: kubectl rio install --host-port; or with an address of your own: kubectl rio install --domain DOMAIN`},
		"a port that the gateway does not have": {"foobar", open("nginx", port(53, "udp", true, 53), port(443, "http", true, 3000)), gateway,
			`port 443/http is not open on gateway rio-system/rio-gateway (open are 80/http, 8080/http); publish on one of them, or open it: kubectl rio install --port 80/http --port 8080/http --port 443/http`},
		"no node port where the gateway has such": {"foobar", open("nginx", port(80, "http", true, 80)), onNodes,
			`port 80/http is not open on gateway rio-system/rio-gateway (open are 30080/http); publish on one of them, or, with a load balancer, open it: kubectl rio install --node-port=false --port 30080/http --port 80/http`},
		"another node port": {"foobar", open("nginx", port(30090, "http", true, 80)), onNodes,
			`port 30090/http is not open on gateway rio-system/rio-gateway (open are 30080/http); publish on one of them, or open it: kubectl rio install --port 30080/http --port 30090/http`},
		"a gateway that listens nowhere": {"foobar", open("nginx", port(80, "http", true, 3000)), with(func(g *plan.Gateway) { g.Ports = nil }),
			`port 80/http is not open on gateway rio-system/rio-gateway (open are none); publish on one of them, or open it: kubectl rio install --port 80/http`},
		"a tcp port that another service has": {"foobar", open("db", tcpAtGateway), with(func(g *plan.Gateway) {
			g.Ports, g.Taken = append(g.Ports, tcpAtGateway.Port), map[int32]rio.Ref{5432: {Namespace: "shop", Service: "db"}}
		}), `port 5432/tcp of gateway rio-system/rio-gateway is that of service "shop/db": connections of tcp do not say whom they are for; publish on another, or on the nodes: -p 5432/tcp`},
		"tcp where the gateway reads HTTP": {"foobar", open("db", rio.PortSpec{Port: rio.Port{Number: 80, Protocol: "tcp", Publish: true, AtGateway: true}, Target: 80}), gateway,
			`port 80/tcp is not open on gateway rio-system/rio-gateway (open are 80/http, 8080/http); publish on one of them, or have port 80 speak tcp, which ends what is published there as http: kubectl rio install --port 8080/http --port 80/tcp`},
		"http where the gateway goes by names": {"foobar", open("nginx", port(4443, "http", true, 80)), with(func(g *plan.Gateway) {
			g.Ports = []rio.Port{{Number: 80, Protocol: "http"}, {Number: 4443, Protocol: "https"}}
		}), `port 4443/http is not open on gateway rio-system/rio-gateway (open are 80/http, 4443/https); publish on one of them, or have port 4443 speak http, which ends what is published there as tls: kubectl rio install --port 80/http --port 4443/http`},
		"an image that is none": {"foobar", of("ngin x"), gateway, `invalid image "ngin x": invalid reference format`},
		"a name too long for its node ports": {strings.Repeat("a", 58), open("nginx", port(53, "udp", true, 53)), gateway,
			`service "` + strings.Repeat("a", 58) + `" is too long a name: its Service "` + strings.Repeat("a", 58) + `-ports" has 64 characters, want at most 63`},
	} {
		t.Run(sentence, func(t *testing.T) {
			_, err := plan.Run(rio.Ref{Namespace: "default", Service: tc.name}, tc.pod, tc.gateway)
			wantError(t, tc.want, err)
		})
	}
	for sentence, pod := range map[string]spec.Revision{
		"no ports":                  of("nginx"),
		"ports inside the mesh":     open("nginx", port(80, "http", false, 80)),
		"one number, two protocols": open("nginx", port(53, "udp", true, 53), port(53, "tcp", true, 53)),
	} {
		t.Run("without a gateway it takes "+sentence, func(t *testing.T) {
			if _, err := plan.Run(rio.Ref{Namespace: "default", Service: "foobar"}, pod, plan.Gateway{}); err != nil {
				t.Error(err)
			}
		})
	}
}
