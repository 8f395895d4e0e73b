package plan_test

import (
	"maps"

	networking "istio.io/api/networking/v1"
	istio "istio.io/client-go/pkg/apis/networking/v1"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/resource"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/util/intstr"
	"k8s.io/utils/ptr"

	"github.com/kubectl-rio/kubectl-rio/pkg/plan"
	"github.com/kubectl-rio/kubectl-rio/pkg/rio"
)

func ownerOf(kind, name string) metav1.OwnerReference {
	return metav1.OwnerReference{Kind: kind, Name: name}
}

// breakages are all that can be wrong on a way, by what it is.
func breakages() map[string]breakage {
	all := map[string]breakage{}
	for _, part := range []map[string]breakage{entranceBreakages, routeBreakages, podBreakages, releaseBreakages, foreignBreakages, fixBreakages, portBreakages, policyBreakages, movedBreakages, claimBreakages} {
		maps.Copy(all, part)
	}
	return all
}

var entranceBreakages = map[string]breakage{
	"nip.io is not reached": {id: "nip-io", do: func(p *plan.Path) { p.Entrance.Lookup.Addresses, p.Entrance.Lookup.Error = nil, "no such host" },
		fix: "curl --resolve foobar.shop.127.0.0.1.nip.io:80:127.0.0.1 http://foobar.shop.127.0.0.1.nip.io/"},
	"the user's domain has no record": {id: "dns-missing", do: func(p *plan.Path) {
		p.Entrance.Lookup, p.Answer = &plan.Lookup{Host: "foobar.shop.example.com", Error: "no such host"}, nil
	}, text: "foobar.shop.example.com cannot be resolved: no such host", fix: "make the DNS record *.example.com, for 127.0.0.1; or another domain: kubectl rio install --domain DOMAIN"},
	"the load balancer's name has none below it": {id: "dns-balancer", do: func(p *plan.Path) {
		p.Entrance.Balancer.Items[0].Status.LoadBalancer.Ingress = []corev1.LoadBalancerIngress{{Hostname: "a1.elb.amazonaws.com"}}
		p.Entrance.Lookup, p.Answer = &plan.Lookup{Host: "foobar.shop.a1.elb.amazonaws.com", Error: "no such host"}, nil
	}, text: "foobar.shop.a1.elb.amazonaws.com, a name below the load balancer's own, cannot be resolved: no such host",
		fix: "kubectl rio install --domain DOMAIN, and make the DNS record *.DOMAIN, a CNAME of a1.elb.amazonaws.com"},
	"the record is of another cluster": {id: "dns-elsewhere", do: func(p *plan.Path) { p.Entrance.Lookup.Addresses = []string{"192.0.2.1"} },
		text: "leads to 192.0.2.1, and the gateway is at 127.0.0.1"},
	"the Service of the gateway was removed": {id: "balancer-missing", do: func(p *plan.Path) { p.Entrance.Balancer.Items, p.Entrance.Doors, p.Answer = nil, nil, nil }},
	"there is no load balancer": {id: "balancer-address", do: func(p *plan.Path) {
		p.Entrance.Balancer.Items[0].Status.LoadBalancer.Ingress, p.Entrance.Doors, p.Answer = nil, nil, nil
	}},
	"a firewall is in between": {id: "balancer-answer", do: func(p *plan.Path) { p.Entrance.Doors[0].Error, p.Answer = "no answer in 3s", nil },
		text: "127.0.0.1 port 80 does not answer: no answer in 3s", fix: "kubectl port-forward -n rio-system service/rio-lb 8080:80"},
	"the gateway is scaled to 0": {id: "gateway-scaled", do: func(p *plan.Path) {
		p.Entrance.Deployment.Items[0].Spec.Replicas, p.Entrance.Pods.Items, p.Answer = ptr.To[int32](0), nil, nil
		p.Entrance.Doors[0].Error = "connection refused"
	}},
	"the gateway does not start": {id: "gateway-pods", do: func(p *plan.Path) {
		p.Entrance.Pods.Items[0].Status = waiting("istio-proxy", "ImagePullBackOff", "no such image")
		p.Entrance.Doors[0].Error, p.Answer = "connection refused", nil
	}, text: "(0/1)"},
	"the Gateway was removed": {id: "gateway-missing", do: func(p *plan.Path) { p.Entrance.Gateways.Items = nil }, also: answered},
	"the port was closed":     {id: "gateway-port", do: func(p *plan.Path) { p.Entrance.Gateways.Items[0].Spec.Servers[0].Port.Number = 8080 }, text: "port 80 and foobar.shop.", fix: "kubectl rio install --port 80/http", also: answered},
	"the hosts were narrowed": {id: "gateway-port", do: func(p *plan.Path) {
		p.Entrance.Gateways.Items[0].Spec.Servers[0].Hosts = []string{"other/*.example.com"}
	}, also: answered},
	"the Gateway selects nothing": {id: "gateway-selector", do: func(p *plan.Path) { p.Entrance.Gateways.Items[0].Spec.Selector = map[string]string{"gateway": "x"} }, text: "gateway=x", also: answered},
	"another Gateway has the port": {id: "gateway-twice", do: func(p *plan.Path) {
		other := p.Entrance.Gateways.Items[0].DeepCopy()
		other.Namespace, other.Name = "team", "own"
		p.Entrance.Gateways.Items = append(p.Entrance.Gateways.Items, other)
	}, text: "gateway team/own serves port 80 and *", fix: "kubectl edit gateways.networking.istio.io -n team own"},
	"istiod is not there": {id: "istiod-gone", do: func(p *plan.Path) {
		left := corev1.Service{ObjectMeta: metav1.ObjectMeta{Namespace: "istio-system", Name: "istiod"}, Spec: corev1.ServiceSpec{Selector: map[string]string{"app": "istiod"}}}
		p.Entrance.Istiod.Items, p.Entrance.IstiodServices.Items = nil, []corev1.Service{left, {}}
	}, text: "no istiod behind service istio-system/istiod", also: answered},
	"istiod is down": {id: "istiod-down", do: func(p *plan.Path) { p.Entrance.Istiod.Items[0].Status.ReadyReplicas = 0 }, text: "(0/1, deployment istio-system/istiod)", also: answered},
	"a namespace may not be read": {id: "rights", do: func(p *plan.Path) {
		p.Entrance.Pods, p.Entrance.Deployment.Denied = plan.Read[corev1.Pod]{Denied: denied("pods")}, denied("deployments")
	}, text: `you may not read deployments, pods in namespace "rio-system"`, fix: "kubectl create rolebinding view-dev-example-com --clusterrole=view --user=dev@example.com -n rio-system"},
	"the service itself may not be read": {id: "rights", do: func(p *plan.Path) { p.Denied = &plan.Denied{Resource: "deployments", Namespace: "shop", User: "dev"} }, level: rio.LevelFail},
}

func denied(resource string) *plan.Denied {
	return &plan.Denied{Resource: resource, Namespace: "rio-system", User: "dev@example.com"}
}

// answered is the note on an answer that came all the same.
var answered = []string{"note answer"}

// edited changes the service's own route.
func edited(do func(vs *networking.VirtualService)) func(*plan.Path) {
	return func(p *plan.Path) {
		for _, vs := range p.Routes.Items {
			if vs.Name == "foobar" {
				do(&vs.Spec)
			}
		}
	}
}

// theirs is a VirtualService of somebody else.
func theirs(namespace string, gateways []string, hosts ...string) func(*plan.Path) {
	return func(p *plan.Path) {
		vs := &istio.VirtualService{}
		vs.Namespace, vs.Name = namespace, "theirs"
		vs.Spec.Hosts, vs.Spec.Gateways = hosts, gateways
		p.Routes.Items = append(p.Routes.Items, vs)
	}
}

func without[T interface{ GetName() string }](list []T, name string) []T {
	var left []T
	for _, o := range list {
		if o.GetName() != name {
			left = append(left, o)
		}
	}
	return left
}

const rerun = "kubectl rio weight -n shop foobar:v2=30%"

var routeBreakages = map[string]breakage{
	"another has the host on the gateway": {id: "host-taken", do: theirs("team", []string{"rio-system/rio-gateway"}, "foobar.shop.127.0.0.1.nip.io"),
		text: "virtualservice team/theirs", fix: "kubectl edit virtualservice -n team theirs", also: answered},
	"another has the name in the mesh": {id: "host-taken", do: theirs("shop", nil, "foobar.shop.svc.cluster.local"), text: "foobar is a host of virtualservice shop/theirs", also: answered},
	"the route was removed":            {id: "route-missing", do: func(p *plan.Path) { p.Routes.Items = without(p.Routes.Items, "foobar") }, fix: rerun, also: answered},
	"the route of a service without staged revisions was removed": {id: "route-missing", do: func(p *plan.Path) {
		p.Routes.Items = nil
		p.Service.Drop("v2")
		latest, _ := p.Service.Latest()
		latest.Weight = 100
	}, fix: "kubectl rio adopt -n shop -p 80:80/http deployment/foobar", also: answered},
	"the port's route was edited away": {id: "route-port", do: edited(func(vs *networking.VirtualService) { vs.Http[0].Match[0].Uri = prefix("/only") }), text: "port 80", fix: rerun, also: answered},
	"its host was taken out": {id: "route-host", do: edited(func(vs *networking.VirtualService) { vs.Hosts = []string{"foobar", "shop.example.com"} }),
		text: "does not have the host foobar.shop.127.0.0.1.nip.io", fix: rerun, also: answered},
	"its name was taken out":    {id: "route-host", do: edited(func(vs *networking.VirtualService) { vs.Hosts = []string{"*.shop.127.0.0.1.nip.io"} }), text: "does not have the host foobar", also: answered},
	"the gateway was taken out": {id: "route-gateway", do: edited(func(vs *networking.VirtualService) { vs.Gateways = []string{"mesh"} }), text: "is not bound to rio-system/rio-gateway", fix: rerun, also: answered},
	"the mesh was taken out":    {id: "route-gateway", do: edited(func(vs *networking.VirtualService) { vs.Gateways = vs.Gateways[1:] }), text: "is not bound to the mesh", also: answered},
	"another's route comes first": {id: "route-before", do: edited(func(vs *networking.VirtualService) {
		vs.Http = append([]*networking.HTTPRoute{{Route: vs.Http[0].Route[:1]}}, vs.Http...)
	})},
	"the weights sum to 130":          {id: "weights-sum", do: edited(func(vs *networking.VirtualService) { vs.Http[0].Route[0].Weight = 100 }), text: "sum to 130%", fix: "kubectl rio abort -n shop foobar", also: answered},
	"a workload with a share is gone": {id: "revision-gone", do: func(p *plan.Path) { p.Service.Drop("v2") }, text: `30% of the traffic goes to revision "v2"`, fix: "kubectl rio abort -n shop foobar", also: answered},
	"so is one that is promoted":      {id: "revision-gone", do: func(p *plan.Path) { p.Service.Drop("v2"); p.Service.Promoting = "v2" }, fix: "kubectl rio undo -n shop foobar", also: []string{"note answer", "warn promotion-open"}},
	"the workload of latest is gone":  {id: "revision-gone", do: func(p *plan.Path) { p.Service.Drop(rio.Latest) }, fix: "kubectl rio promote -n shop foobar:v2", also: answered},
	"the rule was removed":            {id: "rule-missing", do: func(p *plan.Path) { p.Rules.Items = nil }, fix: rerun, also: answered},
	"a subset was taken out":          {id: "subset-missing", do: func(p *plan.Path) { p.Rules.Items[0].Spec.Subsets = p.Rules.Items[0].Spec.Subsets[:1] }, text: `30% of the traffic goes to subset "v2"`, fix: rerun, also: answered},
	"a subset selects other pods":     {id: "subset-labels", do: func(p *plan.Path) { p.Rules.Items[0].Spec.Subsets[1].Labels = map[string]string{"version": "2"} }, text: "selects pods by version=2", also: answered},
	"another rule has the host": {id: "rule-twice", do: func(p *plan.Path) {
		other := p.Rules.Items[0].DeepCopy()
		other.Name, other.Spec.Host = "theirs", "foobar.shop.svc.cluster.local"
		p.Rules.Items = append(p.Rules.Items, other)
	}, fix: "kubectl edit destinationrule -n shop theirs"},
	"the Service was removed": {id: "service-missing", do: func(p *plan.Path) { p.Services.Items = nil }, fix: rerun, also: answered},
	"a port leads nowhere":    {id: "service-port", do: func(p *plan.Path) { p.Services.Items[0].Spec.Ports[0].TargetPort.StrVal = "web" }, text: `port 80 of service "foobar" leads to port "web"`, also: []string{"fail service-port", "note answer"}},
	"the Service selects nothing": {id: "endpoints-none", do: func(p *plan.Path) {
		p.Slices.Items[0].Endpoints, p.Services.Items[0].Spec.Selector = p.Slices.Items[0].Endpoints[:1], map[string]string{"app": "other"}
	}, text: "it selects app=other", fix: rerun + " --force-conflicts", also: answered},
}

func prefix(path string) *networking.StringMatch {
	return &networking.StringMatch{MatchType: &networking.StringMatch_Prefix{Prefix: path}}
}

// waiting is the status of a pod that has one container, which waits.
func waiting(container, reason, message string) corev1.PodStatus {
	return corev1.PodStatus{Phase: corev1.PodPending, ContainerStatuses: []corev1.ContainerStatus{{
		Name: container, Image: "nginx:1", RestartCount: 4, State: corev1.ContainerState{Waiting: &corev1.ContainerStateWaiting{Reason: reason, Message: message}},
	}}}
}

// pods gives v2 a pod that does not serve. What comes back of a request is an error.
func pods(change func(p *plan.Path, pod *corev1.Pod)) func(*plan.Path) {
	return func(p *plan.Path) {
		v2, _ := p.Service.Revision("v2")
		v2.Observed.Available, v2.Observed.Ready = 0, 0
		p.Answer = nil
		for i := range p.Pods.Items {
			if pod := &p.Pods.Items[i]; pod.Labels[rio.LabelRevision] == "v2" {
				pod.Status.Conditions = nil
				change(p, pod)
			}
		}
	}
}

// ends is the status of a pod whose container has ended so.
func ends(reason string, code int32) func(p *plan.Path, pod *corev1.Pod) {
	return func(p *plan.Path, pod *corev1.Pod) {
		pod.Status = waiting("foobar", "CrashLoopBackOff", "back-off 5m0s")
		pod.Status.ContainerStatuses[0].LastTerminationState.Terminated = &corev1.ContainerStateTerminated{ExitCode: code, Reason: reason}
		p.LastLogs = map[string]string{pod.Name + "/foobar": "bind: permission denied"}
	}
}

// runs is a pod that runs, is not ready, and of which there is such an event.
func runs(container, reason, message string) func(p *plan.Path, pod *corev1.Pod) {
	return func(p *plan.Path, pod *corev1.Pod) {
		pod.UID = "broken"
		pod.Status.ContainerStatuses = []corev1.ContainerStatus{{Name: container, State: corev1.ContainerState{Running: &corev1.ContainerStateRunning{}}}}
		p.Events.Items = []corev1.Event{{InvolvedObject: corev1.ObjectReference{UID: "broken"}, Reason: reason, Message: message}}
	}
}

func refusal(message string) func(*plan.Path) {
	return func(p *plan.Path) {
		v2, _ := p.Service.Revision("v2")
		v2.Observed.Available, v2.Observed.Total, p.Answer = 0, 0, nil
		v2.Observed.Problems = []rio.Condition{{Type: "ReplicaFailure", Reason: "FailedCreate", Message: message}}
	}
}

var podBreakages = map[string]breakage{
	"it is scaled to 0": {id: "scaled-to-zero", do: func(p *plan.Path) {
		v2, _ := p.Service.Revision("v2")
		v2.Observed.Replicas, v2.Observed.Available, p.Answer = 0, 0, nil
	}, text: "30% of the traffic, scaled to 0", fix: "kubectl rio scale -n shop foobar:v2=1"},
	"the quota is used up": {id: "quota", do: refusal(`pods "foobar-v2-x" is forbidden: exceeded quota: tight, requested: pods=1, used: pods=1, limited: pods=1`),
		text: `quota "tight" of the namespace is used up: requested: pods=1,`, fix: "kubectl edit resourcequota -n shop tight"},
	"pod security refuses": {id: "pod-security", do: refusal(`pods "x" is forbidden: violates PodSecurity "restricted:latest": runAsNonRoot != true`), text: `PodSecurity "restricted:latest": runAsNonRoot`},
	"a webhook refuses":    {id: "pods-refused", do: refusal(`admission webhook "deny.example.com" denied the request`), text: "deny.example.com"},
	"no node has room": {id: "unschedulable", do: pods(func(_ *plan.Path, pod *corev1.Pod) {
		pod.Status.Conditions = []corev1.PodCondition{{Type: corev1.PodScheduled, Status: corev1.ConditionFalse, Message: "Insufficient cpu"}}
	}), text: "Insufficient cpu", fix: "kubectl rio stage -n shop --env MODE=x --image httpd --weight 30% --cpus N -m N foobar:v2 -- --verbose"},
	"no node fits": {id: "unplaced", do: pods(func(_ *plan.Path, pod *corev1.Pod) {
		pod.Status.Conditions = []corev1.PodCondition{{Type: corev1.PodScheduled, Status: corev1.ConditionFalse, Message: "0/1 nodes are available: 1 node(s) didn't match Pod's node affinity/selector."}}
	}), text: "no node may take the pod: 0/1 nodes are available: 1 node(s) didn't match", fix: "kubectl get nodes --show-labels"},
	"the image is not there": {id: "image-pull", do: pods(func(_ *plan.Path, pod *corev1.Pod) { pod.Status = waiting("foobar", "ImagePullBackOff", "") }),
		text: `30% of the traffic, 0/1 ready: image "nginx:1" cannot be pulled (ImagePullBackOff)`, fix: "kubectl rio stage -n shop --cpus 1000 --env MODE=x --weight 30% --image IMAGE foobar:v2 -- --verbose"},
	"a secret is not there": {id: "config-missing", do: pods(func(_ *plan.Path, pod *corev1.Pod) {
		pod.Status = waiting("foobar", "CreateContainerConfigError", `secret "db" not found`)
	}), fix: "kubectl create secret generic -n shop db --from-literal=KEY=VALUE"},
	"a volume's configmap is not there": {id: "volume", do: pods(runs("none", "FailedMount", `MountVolume.SetUp failed for volume "c": configmap "site" not found`)),
		fix: "kubectl create configmap -n shop site --from-literal=KEY=VALUE"},
	"the program crashes": {id: "crash", do: pods(ends("Error", 1)), text: `container "foobar" ended (exit 1, 4 restarts)`, fix: "kubectl rio logs -n shop --previous foobar:v2"},
	"it needs more memory": {id: "out-of-memory", do: pods(func(p *plan.Path, pod *corev1.Pod) {
		ends("OOMKilled", 137)(p, pod)
		pod.Spec.Containers[0].Resources.Limits = corev1.ResourceList{corev1.ResourceMemory: resource.MustParse("64Mi")}
	}), text: "more than its 64Mi of memory"},
	"it has just ended": {id: "crash", do: pods(func(_ *plan.Path, pod *corev1.Pod) {
		pod.Status.ContainerStatuses = []corev1.ContainerStatus{{Name: "foobar", State: corev1.ContainerState{Terminated: &corev1.ContainerStateTerminated{}}}}
	}), text: "ended (exit 0, 0 restarts)"},
	"its probe fails": {id: "probe", do: pods(runs("foobar", "Unhealthy", "Readiness probe failed: 500")), text: "Readiness probe failed: 500"},
	"its port is closed": {id: "probe", do: pods(func(p *plan.Path, pod *corev1.Pod) {
		runs("foobar", "Unhealthy", "Readiness probe failed: HTTP probe failed with statuscode: 500")(p, pod)
		pod.Spec.Containers = []corev1.Container{{Name: "foobar", ReadinessProbe: &corev1.Probe{ProbeHandler: corev1.ProbeHandler{TCPSocket: &corev1.TCPSocketAction{Port: intstr.FromInt32(81)}}}}}
	}), text: "not ready: port 81 takes no connections"},
	"one was evicted before it": {id: "starting", do: pods(evicted), fix: "kubectl rollout status -n shop deployment/foobar-v2"},
	"it has just begun":         {id: "starting", do: pods(func(*plan.Path, *corev1.Pod) {}), fix: "kubectl rollout status -n shop deployment/foobar-v2"},
	"the sidecar is not ready":  {id: "sidecar", do: pods(runs("istio-proxy", "Unhealthy", "Startup probe failed")), text: "the sidecar is not ready: Startup probe failed", fix: "kubectl rio check"},
	"the sidecar was not injected": {id: "sidecar-missing", do: func(p *plan.Path) {
		for i := range p.Pods.Items {
			if pod := &p.Pods.Items[i]; pod.Labels[rio.LabelRevision] == "v2" {
				pod.Labels[rio.LabelInject], pod.Spec.Containers = "true", pod.Spec.Containers[:1]
			}
		}
	}, text: "1 pod (foobar-v2-f6985f578-schpv) asked", fix: "kubectl rollout restart -n shop deployment/foobar-v2"},
	"without traffic it is a warning": {id: "image-pull", level: rio.LevelWarn, do: func(p *plan.Path) {
		pods(func(_ *plan.Path, pod *corev1.Pod) { pod.Status = waiting("foobar", "ErrImagePull", "") })(p)
		p.Service.Revisions[0].Weight, p.Service.Revisions[1].Weight = 100, 0
	}, text: "no traffic, 0/1 ready"},
	"so it is while old pods serve": {id: "crash", level: rio.LevelWarn, do: func(p *plan.Path) {
		pods(ends("Error", 2))(p)
		p.Service.Revisions[1].Observed.Available, p.Service.Revisions[1].Observed.Updated = 1, 0
	}},
}

var releaseBreakages = map[string]breakage{
	"a promotion stopped": {id: "promotion-open", do: func(p *plan.Path) { p.Service.Promoting = "v2" }, fix: "kubectl rio promote -n shop foobar:v2; or go back: kubectl rio undo -n shop foobar"},
	"a removal stopped":   {id: "removal-open", do: func(p *plan.Path) { p.Service.Removing = "v2" }, fix: "kubectl rio rm -n shop foobar:v2"},
	"a gradual release is on": {id: "gradual-open", do: func(p *plan.Path) { p.Service.Gradual = &rio.Gradual{Revision: "v2", To: 100} },
		text: "stands at 30% on its way to 100%", fix: "kubectl rio weight -n shop --resume foobar:v2; or go back: kubectl rio abort -n shop foobar"},
	"the gateway does not know the route": {id: "answer-404", do: func(p *plan.Path) { p.Answer.Status, p.Answer.Own = 404, false }},
	"the gateway reaches no pod":          {id: "answer-503", do: func(p *plan.Path) { p.Answer.Status, p.Answer.Own, p.Answer.Body = 503, false, "no healthy upstream" }, text: "503 from the gateway itself: no healthy upstream"},
	"nothing comes back":                  {id: "answer-none", do: func(p *plan.Path) { p.Answer.Error = "EOF" }, text: "gets no answer: EOF"},
	"there is no certificate yet":         {id: "answer-tls", do: func(p *plan.Path) { p.Answer.Error, p.Answer.Unsecured = "EOF", true }, text: "no certificate of the gateway: EOF", fix: "kubectl rio check"},
	"its certificate is not trusted":      {id: "certificate", do: func(p *plan.Path) { p.Answer.Error, p.Answer.Untrusted = "x509: certificate has expired", true }, text: "not trusted here: x509"},
	"nothing listens behind the sidecar": {id: "answer-refused", do: func(p *plan.Path) {
		p.Answer.Status, p.Answer.Body = 503, "upstream connect error or disconnect/reset before headers. reset reason: remote connection failure, transport failure reason: delayed connect error: Connection refused"
		v2, _ := p.Service.Revision("v2")
		v2.Observed.Template.Spec.Containers[0].Ports[0].ContainerPort = 8080
	}, text: "from the sidecar of a pod: nothing listens on port 80 or port 8080", fix: "kubectl rio stage -n shop -p 80:TARGET/http foobar:next; then kubectl rio promote -n shop foobar:next"},
	"nothing listens behind the sidecar of what was adopted": {id: "answer-refused", do: func(p *plan.Path) {
		p.Answer.Status, p.Answer.Body = 503, "upstream connect error or disconnect/reset before headers. reset reason: connection failure"
		p.Service.Selects, p.Service.Ports[0].Listen = map[string]string{"app": "foobar"}, "web"
	}, text: "nothing listens on port web", fix: "kubectl edit service -n shop foobar"},
	"nothing listens behind the sidecar of what was adopted with a port": {id: "answer-refused", do: func(p *plan.Path) {
		p.Answer.Status, p.Answer.Body = 503, "upstream connect error or disconnect/reset before headers. reset reason: connection failure"
		p.Service.Ports[0].Listen = "8080"
	}, text: "nothing listens on port 8080", fix: "kubectl edit service -n shop foobar"},
	"the program ends in the midst": {id: "answer-5xx", do: func(p *plan.Path) {
		p.Answer.Status, p.Answer.Body = 503, "upstream connect error or disconnect/reset before headers. reset reason: connection termination"
	}},
	"the program fails": {id: "answer-5xx", do: func(p *plan.Path) { p.Answer.Status = 500 }, text: "answers 500, from the service itself"},
	"there is a caller without a sidecar": {id: "callers", do: func(p *plan.Path) {
		pod := podOf(rio.Ref{Namespace: "shop", Service: "job"}, "10.0.0.9")
		pod.Spec.Containers = pod.Spec.Containers[:1]
		p.Pods.Items = append(p.Pods.Items, pod)
	}, text: `1 pod of stack "shop" without a sidecar (job-f6985f578-schpv)`, fix: `kubectl patch -n shop deployment/job --type merge -p '{"spec":{"template":{"metadata":{"labels":{"sidecar.istio.io/inject":"true"}}}}}'`},
}
