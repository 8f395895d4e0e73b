package plan

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"k8s.io/apimachinery/pkg/util/validation"

	"github.com/kubectl-rio/kubectl-rio/pkg/rio"
)

// Gateway is where services are published.
type Gateway struct {
	Name   string     // NAMESPACE/NAME of the Istio Gateway
	Domain string     // under which every published service gets a host
	Ports  []rio.Port // it listens on
	TLS    bool       // it serves https, too

	Cluster      string // domain of the Kubernetes cluster, where it is not cluster.local
	MeshRevision string // that pods must name to get a sidecar; empty where they need not

	// Taken are the tcp ports that services have for themselves, where that was asked.
	Taken map[int32]rio.Ref

	// Missing are the ports that a stack file asks for and the gateway has for nobody: the command that
	// opens one opens all.
	Missing []rio.Port
}

// Entry is the port at which http comes in, where that is not 80.
func (gw Gateway) Entry() int32 {
	i := slices.IndexFunc(gw.Ports, rio.Port.HTTP)
	if i < 0 || slices.ContainsFunc(gw.Ports, func(p rio.Port) bool { return p.Number == 80 && p.HTTP() }) {
		return 0
	}
	return gw.Ports[i].Number
}

// DefaultGateway is the one that the chart makes.
const DefaultGateway = rio.DefaultGateway

// firstPort is the one that is knocked at.
func (gw Gateway) firstPort() int32 {
	if len(gw.Ports) == 0 {
		return 80
	}
	return gw.Ports[0].Number
}

// Ports that Kubernetes gives to node ports where nothing else is said,
// https://kubernetes.io/docs/concepts/services-networking/service/#type-nodeport
const (
	MinNodePort = 30000
	MaxNodePort = 32767
)

// open publishes a service's ports, on the gateway and on the nodes.
func open(s *rio.Service, ports []rio.PortSpec, gw Gateway) error {
	if slices.ContainsFunc(s.Ports, rio.Port.OnNode) {
		if name := s.Ref().Of(rio.NodePortSuffix).ObjectName(); len(name) > validation.DNS1123LabelMaxLength {
			return fmt.Errorf("service %q is too long a name: its Service %q has %d characters, want at most %d", s.Name, name, len(name), validation.DNS1123LabelMaxLength)
		}
	}
	if !s.Published() {
		return nil
	}
	return publish(s, ports, gw)
}

func publish(s *rio.Service, ports []rio.PortSpec, gw Gateway) error {
	if gw.Name == "" {
		return fmt.Errorf("port %s cannot be published: this cluster has no rio gateway; install it: kubectl rio install", firstPublished(*s))
	}
	if gw.Domain == "" {
		return fmt.Errorf("port %s cannot be published: service rio-lb has no address yet and no domain is set; wait for the address, or where there is no load balancer: kubectl rio install --host-port; or with an address of your own: kubectl rio install --domain DOMAIN", firstPublished(*s))
	}
	for _, p := range ports {
		if !p.OnGateway() {
			continue
		}
		if err := gw.mustBeOpen(p.Port); err != nil {
			return err
		}
		if owner, taken := gw.Taken[p.Number]; taken && p.AtGateway && owner != s.Ref() {
			return fmt.Errorf("port %s of gateway %s is that of service %q: connections of tcp do not say whom they are for; publish on another, or on the nodes: -p %d/tcp",
				p, gw.Name, owner.Namespace+"/"+owner.Service, p.Target)
		}
	}
	s.Gateway, s.Domain, s.TLS = gw.Name, gw.Domain, gw.TLS
	return nil
}

// mustBeOpen wants a port that the gateway listens on, for that kind of traffic.
func (gw Gateway) mustBeOpen(p rio.Port) error {
	var open []string
	for _, q := range gw.Ports {
		if q.Carries(p) {
			return nil
		}
		open = append(open, q.String())
	}
	if len(open) == 0 {
		open = []string{"none"}
	}
	where, way := "", "open it"
	if gw.onNodePorts() && !isNodePort(p) {
		where = ", with a load balancer,"
	}
	if i := slices.IndexFunc(gw.Ports, func(q rio.Port) bool { return q.Number == p.Number }); i >= 0 {
		way = fmt.Sprintf("have port %d speak %s, which ends what is published there as %s", p.Number, speaks(p), speaks(gw.Ports[i]))
	}
	return fmt.Errorf("port %s is not open on gateway %s (open are %s); publish on one of them, or%s %s: kubectl rio install %s",
		p, gw.Name, strings.Join(open, ", "), where, way, gw.opening(p))
}

// onNodePorts reports whether the gateway's ports look like node ports of the same number, as
// install --node-port makes them: it takes no others then.
func (gw Gateway) onNodePorts() bool {
	return len(gw.Ports) > 0 && !slices.ContainsFunc(gw.Ports, func(p rio.Port) bool { return !isNodePort(p) })
}

func isNodePort(p rio.Port) bool { return p.Number >= MinNodePort && p.Number <= MaxNodePort }

// opening is what install is told to open a port, with those that are open: it closes the others.
// A gateway's port has one protocol, so another of the same number makes room.
func (gw Gateway) opening(p rio.Port) string {
	var ports []string
	if gw.onNodePorts() && !isNodePort(p) {
		ports = []string{"--node-port=false"}
	}
	others := slices.DeleteFunc(slices.Clone(gw.Missing), func(q rio.Port) bool { return q.Number == p.Number })
	asked := append(others, p)
	slices.SortFunc(asked, func(a, b rio.Port) int { return cmp.Compare(a.Number, b.Number) })
	for _, q := range gw.Ports {
		if !slices.ContainsFunc(asked, func(p rio.Port) bool { return p.Number == q.Number }) {
			ports = append(ports, "--port "+gatewayForm(q))
		}
	}
	for _, q := range asked {
		ports = append(ports, "--port "+gatewayForm(q))
	}
	return strings.Join(ports, " ")
}

// gatewayForm is how install names a port: for the gateway, https is TLS of whatever kind.
func gatewayForm(p rio.Port) string {
	return fmt.Sprintf("%d/%s", p.Number, speaks(p))
}

// speaks is what install calls a port's protocol.
func speaks(p rio.Port) string {
	if p.TLS() {
		return "tls"
	}
	return p.Protocol
}

func firstPublished(s rio.Service) rio.Port {
	i := slices.IndexFunc(s.Ports, rio.Port.OnGateway)
	return s.Ports[i]
}
