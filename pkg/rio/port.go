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
// container port of the same Name, so that revisions may listen on different ports.
type Port struct {
	Number   int32 // that callers use
	Protocol string
	Publish  bool // reachable from outside, not from inside the mesh only
}

// Protocols that a port may have. Istio routes by the prefix of a port's name,
// https://istio.io/latest/docs/ops/configuration/traffic-management/protocol-selection/
var Protocols = []string{"http", "http2", "grpc", "tcp", "udp"}

// defaultHTTPPort is where the gateway listens when nothing else was opened there.
const defaultHTTPPort = 80

// TLSPort is where the gateway serves https, when it has a certificate.
const TLSPort = 443

// Name is the port's name in Service and container, PROTOCOL-NUMBER.
func (p Port) Name() string { return fmt.Sprintf("%s-%d", p.Protocol, p.Number) }

// String is the form -p and --expose take.
func (p Port) String() string { return fmt.Sprintf("%d/%s", p.Number, p.Protocol) }

// HTTP reports whether requests, not connections, are split by weight.
func (p Port) HTTP() bool { return p.Protocol != "tcp" && p.Protocol != "udp" }

// Routed reports whether a VirtualService can route the port.
func (p Port) Routed() bool { return p.Protocol != "udp" }

// OnGateway reports whether the port is published through the gateway.
func (p Port) OnGateway() bool { return p.Publish && p.HTTP() }

// OnNode reports whether the port is published as a NodePort.
func (p Port) OnNode() bool { return p.Publish && !p.HTTP() }

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
// Without PORT a published http port is the gateway's 80, any other its target.
func ParsePort(s string, publish bool) (PortSpec, error) {
	spec := PortSpec{Port: Port{Protocol: "tcp", Publish: publish}}
	numbers, protocol, hasProtocol := strings.Cut(s, "/")
	if hasProtocol {
		spec.Protocol = protocol
	}
	if !slices.Contains(Protocols, spec.Protocol) {
		return spec, fmt.Errorf("invalid port %q: protocol %q, want one of %s", s, spec.Protocol, strings.Join(Protocols, ", "))
	}
	number, target, both := strings.Cut(numbers, ":")
	if !both {
		number, target = "", numbers
	}
	var err error
	if spec.Target, err = parsePortNumber(s, target); err != nil {
		return spec, err
	}
	switch {
	case both && spec.OnNode():
		return spec, fmt.Errorf("invalid port %q: the gateway routes http only, and a node port is chosen by the cluster; publish %s/%s",
			s, target, spec.Protocol)
	case both:
		spec.Number, err = parsePortNumber(s, number)
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
