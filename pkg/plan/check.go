package plan

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	istio "istio.io/client-go/pkg/apis/networking/v1"
	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/utils/ptr"

	"github.com/kubectl-rio/kubectl-rio/pkg/manifest"
	"github.com/kubectl-rio/kubectl-rio/pkg/rio"
)

// Cluster is what was read of a cluster's set-up, beside what install looks at before it
// writes.
type Cluster struct {
	Preflight  []rio.Finding // server, rights, Istio, release
	Installed  bool
	IstioKinds bool // the API server knows them
	Injector   bool // somebody fills in gateways and sidecars
	Entrance   Entrance
	Nodes      Read[corev1.Node]
	Routes     Read[*istio.VirtualService] // of services
	Pods       Read[corev1.Pod]            // of all stacks
	Webhook    Webhook
	Drift      []Drifted // from the release; empty too where that may not be read
}

// Webhook is what was seen of the webhook that labels workloads.
type Webhook struct {
	Deployment Read[appsv1.Deployment] // empty where the chart has it switched off
	Trust      string                  // why the API server cannot trust it
	Took       time.Duration           // of its answer; 0: it was not asked
	Expires    time.Time               // its certificate
}

// Drifted is an object of the release that is not as the chart made it.
type Drifted struct {
	Kind, Namespace, Name string
	Field                 string // the first that differs; empty: the object is not there
}

// String is KIND/NAME and what is wrong with it.
func (d Drifted) String() string {
	text := strings.ToLower(d.Kind) + "/" + d.Name
	if d.Namespace != "" && d.Namespace != "rio-system" {
		text += " in " + d.Namespace
	}
	if d.Field == "" {
		return text + " (not there)"
	}
	return text + " (" + d.Field + ")"
}

// CheckCluster judges the set-up of a cluster. Before an install it says what that would need and
// bring.
func CheckCluster(c Cluster, now time.Time) []rio.Finding {
	var all []rio.Finding
	for _, f := range c.Preflight {
		switch {
		case f.Link == "address" && c.Installed: // the entrance is looked at more closely
		case f.Link == rio.LinkRights && f.Level == rio.LevelFail: // to look, none of them is needed
			f.Level = rio.LevelWarn
			all = append(all, f)
		case f.Link == rio.LinkIstio && c.Installed && !c.IstioKinds:
			all = append(all, rio.TroubleIstioMissing.Found(nil))
		case f.Link == rio.LinkIstio && c.Installed && !c.Injector:
			all = append(all, rio.TroubleInjectorMissing.Found(nil))
		case f.Link == rio.LinkRio && !c.Installed:
			all = append(all, rio.TroubleRioMissing.Found(nil))
		default:
			all = append(all, f)
		}
	}
	all = append(all, c.nodes()...)
	if c.Installed {
		for _, rule := range []func(Cluster) []rio.Finding{Cluster.entrance, Cluster.domain, Cluster.policy, Cluster.webhook} {
			all = append(all, rule(c)...)
		}
		if f, ok := c.webhookFine(all, now); ok {
			all = append(all, f)
		}
		all = append(all, c.drift(all)...)
	}
	all = append(all, c.stacks()...)
	e := c.Entrance
	all = append(all, Unseen(e.Balancer.Denied, e.Deployment.Denied, e.Pods.Denied, e.Gateways.Denied, e.Istiod.Denied, e.IstiodServices.Denied,
		c.Nodes.Denied, c.Routes.Denied, c.Pods.Denied, c.Webhook.Deployment.Denied)...)
	rio.MarkFirst(all)
	return all
}

// nodes finds those that are not ready.
func (c Cluster) nodes() []rio.Finding {
	var found []rio.Finding
	for _, n := range c.Nodes.Items {
		i := slices.IndexFunc(n.Status.Conditions, func(cond corev1.NodeCondition) bool { return cond.Type == corev1.NodeReady })
		reason := "it has not reported yet"
		if i >= 0 && n.Status.Conditions[i].Status == corev1.ConditionTrue {
			continue
		} else if i >= 0 {
			reason = n.Status.Conditions[i].Message
		}
		found = append(found, rio.TroubleNode.Found(rio.Case{"node": n.Name, "reason": reason}))
	}
	if n := len(c.Nodes.Items); n > 0 && len(found) == 0 {
		return []rio.Finding{rio.Fine(rio.LinkNodes, "%d ready", n)}
	}
	return found
}

// entrance judges what stands before all services, with the rules of why.
func (c Cluster) entrance() []rio.Finding {
	e := c.Entrance
	var found []rio.Finding
	if e.Gateway.Name == "" {
		found = append(found, rio.TroubleDefaults.Found(nil))
		e.Gateway.Name = DefaultGateway
	}
	found = append(found, slices.Concat(e.istiod(), e.balancer(), e.doors(e.Gateway.Name))...)
	silent := slices.ContainsFunc(e.Doors, func(d Door) bool { return d.Error != "" })
	if f, ok := e.balancerFine(); ok && !bad(found) && !silent {
		found = append(found, f)
	}
	pods := e.gatewayPods()
	gw, ok := e.find(e.Gateway.Name)
	switch {
	case ok:
		pods = append(pods, slices.Concat(e.selected(gw), e.twice(gw, ""))...)
	case e.Gateways.Denied == nil:
		pods = append(pods, rio.TroubleGatewayMissing.Found(rio.Case{"gateway": e.Gateway.Name}))
	}
	if ready, all := e.readyPods(); len(pods) == 0 && all > 0 {
		pods = append(pods, rio.Fine(rio.LinkGateway, "%s, %d/%d pods", e.Gateway.Name, ready, all))
	}
	return append(found, pods...)
}

// DefaultGateway is the one that the chart makes.
const DefaultGateway = "rio-system/rio-gateway"

func (c Cluster) domain() []rio.Finding {
	e := c.Entrance
	if e.Lookup == nil {
		return nil
	}
	url, port := "http://"+e.Lookup.Host, int32(80)
	if len(e.Gateway.Ports) > 0 && e.Gateway.Ports[0].Number != port {
		port = e.Gateway.Ports[0].Number
		url += fmt.Sprintf(":%d", port)
	}
	found := e.lookup(url, port)
	if l := e.Lookup; l != nil && len(found) == 0 {
		found = append(found, rio.Fine(rio.LinkDNS, "%s, for example %s, is %s", e.Gateway.Domain, l.Host, strings.Join(l.Addresses, ", ")))
	}
	return found
}

// missing reports whether an object of the release is not there.
func (c Cluster) missing(kind string) (Drifted, bool) {
	i := slices.IndexFunc(c.Drift, func(d Drifted) bool { return d.Kind == kind && d.Field == "" })
	if i < 0 {
		return Drifted{}, false
	}
	return c.Drift[i], true
}

func (c Cluster) policy() []rio.Finding {
	for _, kind := range []string{"ValidatingAdmissionPolicy", "ValidatingAdmissionPolicyBinding"} {
		if d, ok := c.missing(kind); ok {
			return []rio.Finding{rio.TroublePolicy.Found(rio.Case{"policy": strings.ToLower(d.Kind) + " " + d.Name})}
		}
	}
	return nil
}

func (c Cluster) webhook() []rio.Finding {
	w := c.Webhook
	if _, ok := c.missing("MutatingWebhookConfiguration"); ok {
		return []rio.Finding{rio.TroubleWebhookMissing.Found(nil)}
	}
	for _, d := range w.Deployment.Items {
		if d.Status.ReadyReplicas > 0 {
			continue
		}
		wanted := ptr.Deref(d.Spec.Replicas, 1)
		command := "kubectl describe pods -n rio-system -l app=rio-webhook"
		if wanted == 0 {
			command = "kubectl scale -n rio-system deployment/rio-webhook --replicas=1"
		}
		return []rio.Finding{rio.TroubleWebhookPods.Found(rio.Case{"ready": "0", "wanted": fmt.Sprint(wanted), "command": command})}
	}
	if w.Trust != "" {
		return []rio.Finding{rio.TroubleWebhookTrust.Found(rio.Case{"error": w.Trust})}
	}
	return nil
}

func (c Cluster) webhookFine(found []rio.Finding, now time.Time) (rio.Finding, bool) {
	w := c.Webhook
	if w.Took == 0 || slices.ContainsFunc(found, func(f rio.Finding) bool { return f.Link == rio.LinkWebhook }) {
		return rio.Finding{}, false
	}
	return rio.Fine(rio.LinkWebhook, "answers in %s, certificate good for %dd", w.Took.Round(time.Millisecond), int(w.Expires.Sub(now).Hours()/24)), true
}

// drift tells of what somebody removed or edited, unless a finding has told of it already.
func (c Cluster) drift(found []rio.Finding) []rio.Finding {
	told := func(link string) bool {
		return slices.ContainsFunc(found, func(f rio.Finding) bool { return f.Link == link && f.Level != rio.LevelOK })
	}
	links := map[string]string{
		"ValidatingAdmissionPolicy": rio.LinkPolicy, "ValidatingAdmissionPolicyBinding": rio.LinkPolicy,
		"MutatingWebhookConfiguration": rio.LinkWebhook, "Gateway": rio.LinkGateway, "Service": rio.LinkBalancer, "ConfigMap": rio.LinkRio,
	}
	var texts []string
	for _, d := range c.Drift {
		if link := links[d.Kind]; link == "" || !told(link) {
			texts = append(texts, d.String())
		}
	}
	if len(texts) == 0 {
		return nil
	}
	return []rio.Finding{rio.TroubleRioDrift.Found(rio.Case{"objects": strings.Join(texts, ", ")})}
}

// stacks looks at the pods of services: at those outside the mesh that asked to be in it,
// and at callers that a split does not reach.
func (c Cluster) stacks() []rio.Finding {
	lacking, split := map[string][]corev1.Pod{}, map[string]bool{}
	for _, pod := range c.Pods.Items {
		if pod.Labels[rio.LabelManaged] == "true" && lacksSidecar(pod) && pod.DeletionTimestamp == nil {
			lacking[pod.Namespace] = append(lacking[pod.Namespace], pod)
		}
	}
	for _, vs := range c.Routes.Items {
		split[vs.Namespace] = split[vs.Namespace] || len(manifest.Weights(vs)) > 1
	}
	var found []rio.Finding
	for _, stack := range sortedKeys(lacking) {
		pods := lacking[stack]
		var workloads []string
		for _, pod := range pods {
			workloads = append(workloads, workloadOf(pod))
		}
		slices.Sort(workloads)
		found = append(found, rio.TroubleStackSidecars.Found(rio.Case{
			"count": counted(len(pods)), "stack": stack, "pods": namesOf(pods), "workloads": strings.Join(slices.Compact(workloads), " "),
		}))
	}
	for _, stack := range sortedKeys(split) {
		if split[stack] {
			found = append(found, callers(stack, slices.DeleteFunc(slices.Clone(c.Pods.Items), func(pod corev1.Pod) bool {
				return pod.Namespace != stack || lacksSidecar(pod)
			}))...)
		}
	}
	return found
}

func sortedKeys[V any](m map[string]V) []string { return slices.Sorted(maps.Keys(m)) }
