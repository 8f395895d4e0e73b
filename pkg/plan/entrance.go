package plan

import (
	"net/netip"
	"slices"
	"strings"

	istio "istio.io/client-go/pkg/apis/networking/v1"
	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
)

// Entrance is what stands between users and services, for all services the same.
type Entrance struct {
	Gateway        Gateway // as rio-defaults says; empty where it is not there
	Balancer       Read[corev1.Service]
	Deployment     Read[appsv1.Deployment] // of the gateway's pods
	Pods           Read[corev1.Pod]        // the gateway's
	Gateways       Read[*istio.Gateway]    // of all namespaces
	Istiod         Read[appsv1.Deployment]
	IstiodServices Read[corev1.Service] // that are to lead to one; read where there is none
	Doors          []Door
	Lookup         *Lookup // of a name under the domain; nil: there is none to look up
}

// denied are the rights to read it that were missing.
func (e Entrance) denied() []*Denied {
	return []*Denied{e.Balancer.Denied, e.Deployment.Denied, e.Pods.Denied, e.Gateways.Denied, e.Istiod.Denied, e.IstiodServices.Denied}
}

// Door is where the gateway may let users in.
type Door struct {
	Address string
	Port    int32
	Error   string // of a knock
}

// Lookup is what a name leads to.
type Lookup struct {
	Host      string
	Addresses []string
	Error     string
}

// Addresses are where the gateway is reached: at the load balancer, else at the nodes where
// its pods are, when these have host ports or the Service node ports.
func (e Entrance) Addresses() []string {
	all := e.balanced()
	if len(all) > 0 {
		return all
	}
	for _, pod := range e.Pods.Items {
		if (e.onNodePorts() || usesHostPorts(pod)) && pod.Status.HostIP != "" && !slices.Contains(all, pod.Status.HostIP) {
			all = append(all, pod.Status.HostIP)
		}
	}
	return all
}

// balanced are the addresses of the load balancer.
func (e Entrance) balanced() []string {
	var all []string
	for _, lb := range e.Balancer.Items {
		for _, in := range lb.Status.LoadBalancer.Ingress {
			if in.Hostname != "" {
				all = append(all, in.Hostname)
			}
			if in.IP != "" {
				all = append(all, in.IP)
			}
		}
	}
	return all
}

func (e Entrance) onNodePorts() bool {
	return len(e.Balancer.Items) > 0 && e.Balancer.Items[0].Spec.Type == corev1.ServiceTypeNodePort
}

// Ways are the doors behind which a port of the gateway may be: the load balancer's, else those of
// nodes. Users come to nodes by what the name of a URL leads to, which may be an address that a node
// has outside only, or something in front; from inside, by the nodes' own addresses.
func (e Entrance) Ways(port int32) []Door {
	var doors []Door
	add := func(addresses []string, port int32) {
		for _, a := range addresses {
			if d := (Door{Address: a, Port: port}); !slices.Contains(doors, d) {
				doors = append(doors, d)
			}
		}
	}
	onHost := slices.ContainsFunc(e.Pods.Items, usesHostPorts)
	if len(e.balanced()) == 0 && (onHost || e.onNodePorts()) {
		add(e.Lookup.leadsTo(), port)
		if !onHost {
			port = e.nodePort(port)
		}
	}
	add(e.Addresses(), port)
	return doors
}

// nodePort is the one that leads to a port of the Service.
func (e Entrance) nodePort(port int32) int32 {
	for _, p := range e.Balancer.Items[0].Spec.Ports {
		if p.Port == port && p.NodePort != 0 {
			return p.NodePort
		}
	}
	return port
}

// domain is what stands behind NAME.STACK.
func (l *Lookup) domain() string {
	parts := strings.SplitN(l.Host, ".", 3)
	return parts[len(parts)-1]
}

// leadsTo are the addresses of a name; that in a name of nip.io without asking.
func (l *Lookup) leadsTo() []string {
	switch {
	case l == nil:
		return nil
	case len(l.Addresses) > 0:
		return l.Addresses
	}
	ip, ok := strings.CutSuffix(l.domain(), ".nip.io")
	if _, err := netip.ParseAddr(ip); err != nil {
		ip = strings.ReplaceAll(ip, "-", ":") // IPv6
	}
	if _, err := netip.ParseAddr(ip); !ok || err != nil {
		return nil
	}
	return []string{ip}
}

// open are the doors that let in.
func (e Entrance) open() []Door {
	return slices.DeleteFunc(slices.Clone(e.Doors), func(d Door) bool { return d.Error != "" })
}

func usesHostPorts(pod corev1.Pod) bool {
	return slices.ContainsFunc(pod.Spec.Containers, func(c corev1.Container) bool {
		return slices.ContainsFunc(c.Ports, func(p corev1.ContainerPort) bool { return p.HostPort != 0 })
	})
}
