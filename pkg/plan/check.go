package plan

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	istio "istio.io/client-go/pkg/apis/networking/v1"
	corev1 "k8s.io/api/core/v1"

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

// CheckCluster judges the set-up of a cluster. Before an install it says what that would need and
// bring.
func CheckCluster(c Cluster, now time.Time) []rio.Finding {
	var all []rio.Finding
	for _, f := range c.Preflight {
		switch {
		case f.Link == rio.LinkAddress && c.Installed: // the entrance is looked at more closely
		case f.Link == rio.LinkRights && f.Level == rio.LevelFail: // to look, none of them is needed
			f.Level = rio.LevelWarn
			all = append(all, f)
		case f.ID == rio.TroubleRedirect.ID: // an install that changes nothing of it goes on all the same
			f.Level = rio.LevelFail
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
	all = append(all, deniedFindings(append(c.Entrance.denied(), c.Nodes.Denied, c.Routes.Denied, c.Pods.Denied, c.Webhook.Deployment.Denied)...)...)
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
	found = append(found, slices.Concat(e.istiod(), e.balancer(), e.doors(e.Gateway.Name, e.Gateway.firstPort()))...)
	if f, ok := e.balancerFine(); ok && !bad(found) {
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

func (c Cluster) domain() []rio.Finding {
	e := c.Entrance
	if e.Lookup == nil {
		return nil
	}
	url, port := "http://"+e.Lookup.Host, e.Gateway.firstPort()
	if port != 80 {
		url += fmt.Sprintf(":%d", port)
	}
	found := e.lookup(url, port)
	if l := e.Lookup; l != nil && len(found) == 0 {
		found = append(found, rio.Fine(rio.LinkDNS, "%s, for example %s, is %s", e.Gateway.Domain, l.Host, strings.Join(l.Addresses, ", ")))
	}
	return append(found, OldDomains(c.Routes.Items, e.Gateway.Name, e.Gateway.Domain)...)
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
	for _, stack := range slices.Sorted(maps.Keys(lacking)) {
		pods := lacking[stack]
		var workloads []string
		for _, pod := range pods {
			workloads = append(workloads, workloadOf(pod))
		}
		slices.Sort(workloads)
		found = append(found, rio.TroubleStackSidecars.Found(rio.Case{
			"count": rio.Count(len(pods), "pod"), "stack": stack, "pods": namesOf(pods), "workloads": strings.Join(slices.Compact(workloads), " "),
		}))
	}
	for _, stack := range slices.Sorted(maps.Keys(split)) {
		if split[stack] {
			found = append(found, callers(stack, slices.DeleteFunc(slices.Clone(c.Pods.Items), func(pod corev1.Pod) bool {
				return pod.Namespace != stack || lacksSidecar(pod)
			}))...)
		}
	}
	return found
}
