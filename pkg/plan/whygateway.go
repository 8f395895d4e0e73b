package plan

import (
	"fmt"
	"slices"
	"strings"

	networking "istio.io/api/networking/v1"
	istio "istio.io/client-go/pkg/apis/networking/v1"
	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/utils/ptr"

	"github.com/kubectl-rio/kubectl-rio/pkg/rio"
)

func gatewayPodsRule(p Path) []rio.Finding {
	if !p.ours() {
		return nil
	}
	return p.Entrance.gatewayPods()
}

// gatewayPods judges the Envoys that let requests in.
func (e Entrance) gatewayPods() []rio.Finding {
	if len(e.Deployment.Items) == 1 && ptr.Deref(e.Deployment.Items[0].Spec.Replicas, 1) == 0 {
		return []rio.Finding{rio.TroubleGatewayScaled.Found(nil)}
	}
	if !e.down() {
		return nil
	}
	wanted := int32(0)
	for _, d := range e.Deployment.Items {
		wanted = ptr.Deref(d.Spec.Replicas, 1)
	}
	f := rio.TroubleGatewayPods.Found(rio.Case{"ready": "0", "wanted": fmt.Sprint(wanted)})
	for _, d := range e.Deployment.Items {
		for _, c := range d.Status.Conditions {
			if c.Type == appsv1.DeploymentReplicaFailure && c.Status == corev1.ConditionTrue {
				f.Details = append(f.Details, rio.Detail{Name: "reason", Text: c.Message})
			}
		}
	}
	for _, pod := range e.Pods.Items {
		if text := complaint(pod); text != "" {
			f.Details = append(f.Details, rio.Detail{Name: "pod", Text: pod.Name + ": " + text})
		}
	}
	return []rio.Finding{f}
}

func gatewayRule(p Path) []rio.Finding {
	if p.inside() || p.Entrance.Gateways.Denied != nil {
		return nil
	}
	gw, ok := p.Entrance.find(p.Service.Gateway)
	if !ok {
		return []rio.Finding{rio.TroubleGatewayMissing.Found(p.values(nil))}
	}
	return p.Entrance.selected(gw)
}

func (e Entrance) find(gateway string) (*istio.Gateway, bool) {
	i := slices.IndexFunc(e.Gateways.Items, func(g *istio.Gateway) bool { return nameOf(g) == gateway })
	if i < 0 {
		return nil, false
	}
	return e.Gateways.Items[i], true
}

func nameOf(o metav1.Object) string { return o.GetNamespace() + "/" + o.GetName() }

// selected judges whether a Gateway has any of the gateway's pods.
func (e Entrance) selected(gw *istio.Gateway) []rio.Finding {
	if e.Pods.Denied != nil || len(e.Pods.Items) == 0 || nameOf(gw) != e.Gateway.Name {
		return nil
	}
	if slices.ContainsFunc(e.Pods.Items, func(pod corev1.Pod) bool { return contains(pod.Labels, gw.Spec.Selector) }) {
		return nil
	}
	return []rio.Finding{rio.TroubleGatewaySelector.Found(rio.Case{"gateway": nameOf(gw), "selector": labelsText(gw.Spec.Selector)})}
}

func serverRule(p Path) []rio.Finding {
	gw, ok := p.Entrance.find(p.Service.Gateway)
	if p.inside() || !ok {
		return nil
	}
	var found []rio.Finding
	c := p.values(rio.Case{"names": p.Service.Ref().In("")})
	for _, port := range p.Service.Ports {
		if !port.OnGateway() {
			continue
		}
		server, over := serverFor(gw, port.Number, p.host()), p.Service.OverTLS(port)
		switch {
		case server == nil:
			c["port"], c["ports"] = fmt.Sprint(port.Number), p.Entrance.Gateway.opening(port)
			found = append(found, rio.TroubleGatewayPort.Found(c))
		case over && serverFor(gw, rio.TLSPort, p.host()) == nil:
			found = append(found, rio.TroubleGatewayHTTPS.Found(c))
		case !over && server.GetTls().GetHttpsRedirect():
			found = append(found, rio.TroubleGatewayRedirect.Found(c))
		}
	}
	return found
}

// serverFor is the server of a Gateway for a port and a host, nil where it has none.
func serverFor(gw *istio.Gateway, port int32, host string) *networking.Server {
	i := slices.IndexFunc(gw.Spec.Servers, func(s *networking.Server) bool {
		return s.GetPort().GetNumber() == uint32(port) && servesHost(s.GetHosts(), host)
	})
	if i < 0 {
		return nil
	}
	return gw.Spec.Servers[i]
}

func twiceRule(p Path) []rio.Finding {
	gw, ok := p.Entrance.find(p.Service.Gateway)
	if p.inside() || !ok {
		return nil
	}
	return p.Entrance.twice(gw, p.host())
}

// twice finds Gateways that claim a port of ours, and hosts of ours, on the same pods. host
// narrows it to one host; empty, any that both serve.
func (e Entrance) twice(gw *istio.Gateway, host string) []rio.Finding {
	var found []rio.Finding
	for _, other := range e.Gateways.Items {
		if nameOf(other) == nameOf(gw) || !e.samePods(gw, other) {
			continue
		}
		for _, s := range other.Spec.Servers {
			if slices.ContainsFunc(gw.Spec.Servers, func(mine *networking.Server) bool {
				return mine.GetPort().GetNumber() == s.GetPort().GetNumber() && (host == "" || servesHost(s.GetHosts(), host) || mine.GetPort().GetProtocol() != s.GetPort().GetProtocol())
			}) {
				found = append(found, rio.TroubleGatewayTwice.Found(rio.Case{
					"other": nameOf(other), "port": fmt.Sprint(s.GetPort().GetNumber()), "host": strings.Join(s.GetHosts(), ", "),
					"protocol": s.GetPort().GetProtocol(), "namespace": other.Namespace, "name": other.Name,
				}))
			}
		}
	}
	return found
}

// samePods reports whether two Gateways are served by the same pods.
func (e Entrance) samePods(a, b *istio.Gateway) bool {
	if len(e.Pods.Items) == 0 {
		return contains(a.Spec.Selector, b.Spec.Selector) || contains(b.Spec.Selector, a.Spec.Selector)
	}
	return slices.ContainsFunc(e.Pods.Items, func(pod corev1.Pod) bool {
		return contains(pod.Labels, a.Spec.Selector) && contains(pod.Labels, b.Spec.Selector)
	})
}

func gatewayFine(p Path) (rio.Finding, bool) {
	if p.inside() {
		return rio.Finding{}, false
	}
	_, port := p.URL()
	text := fmt.Sprintf("%s port %d", p.Service.Gateway, port)
	if ready, all := p.Entrance.readyPods(); p.ours() && all > 0 {
		text += fmt.Sprintf(", %d/%d pods", ready, all)
	}
	return rio.Fine(rio.LinkGateway, "%s", text), true
}

func (e Entrance) readyPods() (ready, all int) {
	for _, pod := range e.Pods.Items {
		if rio.PodReady(pod) {
			ready++
		}
	}
	return ready, len(e.Pods.Items)
}

func istiodRule(p Path) []rio.Finding { return p.Entrance.istiod() }

// istiod judges the control planes that there are.
func (e Entrance) istiod() []rio.Finding {
	var found []rio.Finding
	for _, d := range e.Istiod.Items {
		if d.Status.ReadyReplicas > 0 {
			continue
		}
		wanted := ptr.Deref(d.Spec.Replicas, 1)
		command := fmt.Sprintf("kubectl describe pods -n %s -l app=istiod", d.Namespace)
		if wanted == 0 {
			command = fmt.Sprintf("kubectl scale -n %s deployment/%s --replicas=1", d.Namespace, d.Name)
		}
		found = append(found, rio.TroubleIstiod.Found(rio.Case{
			"ready": "0", "wanted": fmt.Sprint(wanted), "deployment": d.Namespace + "/" + d.Name, "command": command,
		}))
	}
	for _, s := range e.IstiodServices.Items {
		if len(s.Spec.Selector) > 0 { // without one it leads to an istiod outside the cluster
			found = append(found, rio.TroubleIstiodGone.Found(rio.Case{"service": s.Namespace + "/" + s.Name}))
		}
	}
	return found
}
