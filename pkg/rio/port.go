package rio

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"

	corev1 "k8s.io/api/core/v1"
)

// Port is a port of a service. What it leads to is in each revision's template: the
// container port of the same Name, so that revisions may listen on different ports; with
// Listen it is the same for all.
type Port struct {
	Number   int32 // that callers use
	Protocol string
	Publish  bool // reachable from outside, not from inside the mesh only

	// AtGateway is that a published tcp port is reached at the gateway, which has it for this
	// service alone, and not at a port that the cluster chooses on every node.
	AtGateway bool

	// Listen is where containers listen, a number or the name of a port of theirs, when it is
	// not the one of the port's own Name: what another tool made names its ports as it likes.
	Listen string
}

// Protocols that a port may have. Istio routes by the prefix of a port's name,
// https://istio.io/latest/docs/ops/configuration/traffic-management/protocol-selection/
var Protocols = []string{"http", "http2", "grpc", "https", "tcp", "udp"}

// defaultHTTPPort is where the gateway listens when nothing else was opened there.
const defaultHTTPPort = 80

// TLSPort is where the gateway serves https, when it has a certificate.
const TLSPort = 443

// Name is the port's name in Service and container, PROTOCOL-NUMBER.
func (p Port) Name() string { return fmt.Sprintf("%s-%d", p.Protocol, p.Number) }

// String is the form -p and --expose take.
func (p Port) String() string { return fmt.Sprintf("%d/%s", p.Number, p.Protocol) }

// HTTP reports whether requests, not connections, are split by weight.
func (p Port) HTTP() bool {
	return p.Protocol == "http" || p.Protocol == "http2" || p.Protocol == "grpc"
}

// TLS reports whether the gateway passes connections through as they are, and knows by the
// name that their client asks for (SNI) whose they are.
func (p Port) TLS() bool { return p.Protocol == "https" }

// Routed reports whether a VirtualService can route the port.
func (p Port) Routed() bool { return p.Protocol != "udp" }

// OnGateway reports whether the port is published through the gateway.
func (p Port) OnGateway() bool { return p.Publish && (p.HTTP() || p.TLS() || p.AtGateway) }

// byHost reports whether services share the port on the gateway, told apart by their hosts.
func (p Port) byHost() bool { return p.OnGateway() && !p.AtGateway }

// OnNode reports whether the port is published as a NodePort.
func (p Port) OnNode() bool { return p.Publish && !p.OnGateway() }

// Carries reports whether a gateway that listens for one port can take connections for the
// other: it reads HTTP in all its forms, names of TLS, or nothing at all.
func (p Port) Carries(o Port) bool {
	return p.Number == o.Number && p.HTTP() == o.HTTP() && p.TLS() == o.TLS()
}

// Transport is the Kubernetes protocol under the port.
func (p Port) Transport() corev1.Protocol {
	if p.Protocol == "udp" {
		return corev1.ProtocolUDP
	}
	return corev1.ProtocolTCP
}

// ParsePortName is the inverse of Name.
func ParsePortName(name string) (Port, bool) {
	protocol, number, ok := strings.Cut(name, "-")
	n, err := strconv.ParseUint(number, 10, 16)
	p := Port{Number: int32(n), Protocol: protocol}
	if !ok || err != nil || n == 0 || p.Name() != name || !slices.Contains(Protocols, protocol) {
		return Port{}, false
	}
	return p, true
}

// PortSpec is one -p or --expose argument: a port, and the container port behind it.
type PortSpec struct {
	Port
	Target int32
}

// ParsePort reads [PORT:]TARGET[/PROTOCOL]; the protocol is tcp when none is named.
// Without PORT a published http port is the gateway's 80 and https its 443, any other its
// target; tcp is published on the gateway with PORT, and on the nodes without.
func ParsePort(s string, publish bool) (PortSpec, error) {
	spec := PortSpec{Port: Port{Protocol: "tcp", Publish: publish}}
	numbers, protocol, hasProtocol := strings.Cut(s, "/")
	if hasProtocol {
		spec.Protocol = protocol
	}
	if _, name, named := strings.Cut(spec.Protocol, ","); named {
		return spec, fmt.Errorf("invalid port %q: ports are named PROTOCOL-NUMBER, by which Istio knows what they speak; leave out %q", s, ","+name)
	}
	if !slices.Contains(Protocols, spec.Protocol) {
		return spec, fmt.Errorf("invalid port %q: protocol %q, want one of %s", s, spec.Protocol, strings.Join(Protocols, ", "))
	}
	number, target, both := strings.Cut(numbers, ":")
	if address, rest, ok := strings.Cut(target, ":"); both && ok && address != "" && rest != "" {
		return spec, fmt.Errorf("invalid port %q: services are published at the gateway's address or on every node, not at one of your choice; leave out %q", s, number+":")
	}
	if !both {
		number, target = "", numbers
	}
	var err error
	if spec.Target, err = parsePortNumber(s, target); err != nil {
		return spec, err
	}
	switch {
	case both && publish && spec.Protocol == "udp":
		return spec, fmt.Errorf("invalid port %q: Istio's gateways route no udp, and a node port is chosen by the cluster; publish %s/udp", s, target)
	case both:
		spec.AtGateway = publish && spec.Protocol == "tcp"
		spec.Number, err = parsePortNumber(s, number)
	case spec.OnGateway() && spec.TLS():
		spec.Number = TLSPort
	case spec.OnGateway():
		spec.Number = defaultHTTPPort
	default:
		spec.Number = spec.Target
	}
	return spec, err
}

func parsePortNumber(s, number string) (int32, error) {
	n, err := strconv.ParseUint(number, 10, 16)
	if err != nil || n == 0 {
		return 0, fmt.Errorf("invalid port %q: %q is not a port number, want [PORT:]TARGET[/PROTOCOL] with ports 1 to 65535, for example: 80:8080/http", s, number)
	}
	return int32(n), nil
}

// SortPorts orders ports as they are written.
func SortPorts(ports []Port) {
	slices.SortFunc(ports, func(a, b Port) int {
		return cmp.Or(cmp.Compare(a.Number, b.Number), strings.Compare(a.Protocol, b.Protocol))
	})
}
