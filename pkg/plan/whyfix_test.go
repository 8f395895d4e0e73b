package plan_test

import (
	"strings"

	networking "istio.io/api/networking/v1"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/utils/ptr"

	"github.com/kubectl-rio/kubectl-rio/pkg/plan"
	"github.com/kubectl-rio/kubectl-rio/pkg/rio"
)

// alone is a breakage of a service that has no staged revision.
func alone(do func(p *plan.Path, latest *rio.Revision)) func(*plan.Path) {
	return func(p *plan.Path) {
		p.Service.Drop("v2")
		latest, _ := p.Service.Latest()
		latest.Weight = 100
		p.Routes.Items = without(p.Routes.Items, "foobar-v2")
		edited(func(vs *networking.VirtualService) { vs.Http[0].Route = vs.Http[0].Route[:1] })(p)
		do(p, latest)
	}
}

// lost is one whose route somebody deleted, and whose latest is of a command.
func lost(command string, more func(p *plan.Path, latest *rio.Revision)) func(*plan.Path) {
	return alone(func(p *plan.Path, latest *rio.Revision) {
		p.Routes.Items, latest.Cause.Command = nil, command
		more(p, latest)
	})
}

// unscheduled is a breakage of v2, for which no node has room, of a command.
func unscheduled(command string, more func(p *plan.Path, v2 *rio.Revision)) func(*plan.Path) {
	return func(p *plan.Path) {
		podBreakages["no node has room"].do(p)
		v2, _ := p.Service.Revision("v2")
		v2.Cause.Command = command
		more(p, v2)
	}
}

func asItIs(*plan.Path, *rio.Revision) {}

// unknown is what is said where nobody knows what made a revision.
const unknown = "kubectl rio stage -n shop --image nginx --weight 30% --cpus N -m N foobar:v2, with all else that is its own: what no flag sets is taken from latest"

// fixBreakages are those whose fix depends on what is known of a service.
var fixBreakages = map[string]breakage{
	"its Deployment is paused": {id: "paused", level: rio.LevelWarn, do: func(p *plan.Path) {
		v2, _ := p.Service.Revision("v2")
		v2.Observed.Paused, v2.Observed.Updated = true, 0
	}, text: "30% of the traffic, 1/1 ready: deployment/foobar-v2 is paused", fix: "kubectl rollout resume -n shop deployment/foobar-v2"},
	"the route of a service that was scaled was removed": {id: "route-missing", do: lost("run --name foobar --publish 80/http nginx", func(_ *plan.Path, latest *rio.Revision) { latest.Replicas = ptr.To[int32](3) }),
		fix: "kubectl rio adopt -n shop -p 80:80/http deployment/foobar", also: answered},
	"the route of a service with a made-up name was removed": {id: "route-missing", do: lost("run --expose 80:8080/http nginx", func(_ *plan.Path, latest *rio.Revision) {
		latest.Observed.Template.Spec.Containers[0].Ports[0].ContainerPort = 8080
	}), fix: "kubectl rio adopt -n shop --expose 80:8080/http deployment/foobar", also: answered},
	"the route of a service that was promoted was removed": {id: "route-missing", do: lost("promote foobar:v2", func(p *plan.Path, _ *rio.Revision) {
		p.Service.Ports = append(p.Service.Ports, rio.Port{Number: 53, Protocol: "udp", Publish: true})
	}), fix: "kubectl rio adopt -n shop -p 80:80/http -p 53/udp deployment/foobar, with --expose instead of -p for what was not published", also: answered},
	"the route of a service of which the command is cut off was removed": {id: "route-missing", do: lost("run --expose 9090/http --publish 80/http ngi"+rio.CauseCut, func(*plan.Path, *rio.Revision) {}),
		fix: "kubectl rio adopt -n shop -p 80:80/http deployment/foobar, with --expose instead of -p for what was not published", also: answered},
	"the route of what was adopted was removed": {id: "route-missing", do: lost("", func(p *plan.Path, latest *rio.Revision) {
		latest.Foreign, latest.Observed.Workload, p.Service.Ports[0].Listen = true, "statefulset/web", "8080"
	}), fix: "kubectl rio adopt -n shop -p 80:8080/http statefulset/web, with --expose instead of -p for what was not published", also: answered},
	"all routes were removed": {id: "route-missing", do: func(p *plan.Path) { p.Routes.Items = nil }, fix: "kubectl rio adopt -n shop -p 80:80/http deployment/foobar", also: answered},
	"the Service of a service without staged revisions was removed": {id: "service-missing", do: alone(func(p *plan.Path, _ *rio.Revision) { p.Services.Items = nil }),
		fix: "kubectl rio abort -n shop foobar", also: answered},
	"the Service of a service without ports was removed": {id: "service-missing", do: alone(func(p *plan.Path, _ *rio.Revision) {
		p.Service.Ports, p.Services.Items, p.Routes.Items, p.Rules.Items, p.Answer = nil, nil, nil, nil, nil
	}), fix: "kubectl rio scale -n shop foobar=1"},
	"no node has room for what a file made":        {id: "unschedulable", do: unscheduled("up", asItIs), fix: unknown},
	"no node has room for what a config changed":   {id: "unschedulable", do: unscheduled("config update --also foobar:v2 site site", asItIs), fix: unknown},
	"no node has room, and the command is cut off": {id: "unschedulable", do: unscheduled("stage --image httpd foobar:v2 -- a"+rio.CauseCut, asItIs), fix: unknown},
	"no node has room, and the command lacks a --": {id: "unschedulable", do: unscheduled("stage --image httpd foobar:v2 --verbose", asItIs), fix: unknown},
	"no node has room, and the -- is elsewhere":    {id: "unschedulable", do: unscheduled("stage -- foobar:v2", asItIs), fix: unknown},
	"no node has room, and the note is a command":  {id: "unschedulable", do: unscheduled("stage --env A=$(id) foobar:v2", asItIs), fix: unknown},
	"no node has room, and the note is two":        {id: "unschedulable", do: unscheduled("stage --image x; id foobar:v2", asItIs), fix: unknown},
	"no node has room, and the note has ticks":     {id: "unschedulable", do: unscheduled("stage --image `id` foobar:v2", asItIs), fix: unknown},
	"no node has room, and the note has two lines": {id: "unschedulable", do: unscheduled("stage --image x\nid foobar:v2", asItIs), fix: unknown},
	"no node has room, and the arguments run one":  {id: "unschedulable", do: unscheduled("stage --image x foobar:v2 -- $(id)", asItIs), fix: unknown},
	"no node has room, and the note quotes a lot": {id: "unschedulable", do: unscheduled(`stage --env '--weight 3' --env 'A=$(id)' --scale 2 foobar:v2 -- 'it'\''s; so'`, asItIs),
		fix: `kubectl rio stage -n shop --env '--weight 3' --env 'A=$(id)' --weight 30% --cpus N -m N foobar:v2 -- 'it'\''s; so'`},
	"no node has room, and the image is none": {id: "unschedulable", do: unscheduled("up", func(_ *plan.Path, v2 *rio.Revision) { v2.Template.Spec.Containers[0].Image = "$(id)" }),
		fix: strings.Replace(unknown, "nginx", "'$(id)'", 1)},
	"no node has room for what a file says": {id: "unschedulable", do: unscheduled("up", func(_ *plan.Path, v2 *rio.Revision) { v2.Filed = true }), fix: "kubectl rio edit -n shop foobar"},
	"no node has room for what was scaled and chosen": {id: "unschedulable", do: unscheduled("stage --image httpd --match cookie:beta=1 --memory 64g --scale 2 shop/foobar:v2", func(_ *plan.Path, v2 *rio.Revision) {
		v2.Replicas, v2.Weight = ptr.To[int32](3), 0
		v2.Match = []rio.Match{{Kind: "cookie", Name: "beta", Value: "1"}, {Kind: "header", Name: "x-canary", Value: "1"}}
	}), fix: "kubectl rio stage -n shop --image httpd --match cookie:beta=1 --scale 3 --match header:x-canary=1 --cpus N -m N foobar:v2"},
	"the image of latest is not there, and another one is staged as next": {id: "image-pull", do: func(p *plan.Path) {
		pods(func(_ *plan.Path, pod *corev1.Pod) { pod.Status = waiting("foobar", "ImagePullBackOff", "") })(p)
		v2, _ := p.Service.Revision("v2")
		latest, _ := p.Service.Latest()
		v2.Name, v2.Observed, latest.Observed = "next", latest.Observed, v2.Observed
		for i := range p.Pods.Items {
			l := p.Pods.Items[i].Labels
			l[rio.LabelRevision] = map[string]string{"v2": rio.Latest, rio.Latest: "next"}[l[rio.LabelRevision]]
		}
	}, fix: "kubectl rio stage -n shop --image IMAGE foobar:next2; then kubectl rio promote -n shop foobar:next2", also: []string{"fail revision-gone", "fail subset-labels"}},
	"nothing listens where a preview leads": {id: "answer-refused", do: func(p *plan.Path) {
		p.Ref.Revision, p.Slices.Items[0].Labels = "v2", map[string]string{"kubernetes.io/service-name": "foobar-v2"}
		p.Answer.Status, p.Answer.Body = 503, "upstream connect error or disconnect/reset before headers. reset reason: connection failure"
		v2, _ := p.Service.Revision("v2")
		v2.Cause.Command = "stage --env MODE=x --expose 81:8081/http --publish 8080/http --read-only foobar:v2"
	}, fix: "kubectl rio stage -n shop --env MODE=x --expose 81:8081/http --read-only --weight 30% -p 80:TARGET/http foobar:v2"},
	"an undo stopped": {id: "undo-open", do: func(p *plan.Path) { p.Service.Promoting, p.Service.Before = plan.UndoRevision, &rio.Before{Undo: true} },
		text: `undo of "foobar" has begun`, fix: "kubectl rio undo -n shop foobar"},
	"nip.io is not reached, by connections": {id: "nip-io", do: func(p *plan.Path) {
		p.Service.Ports[0] = rio.Port{Number: 80, Protocol: "tcp", Publish: true, AtGateway: true}
		p.Entrance.Lookup.Error, p.Answer = "no such host", nil
	}, fix: "connect to 127.0.0.1, port 80", also: []string{"fail route-port"}},
}
