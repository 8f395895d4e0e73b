package plan

import (
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
}

// Run makes a service with its first revision. That the service does not exist yet
// is for the caller to see, with Exists or, after an interruption, Diff.
func Run(ref rio.Ref, p Pod, replicas int, gw Gateway) (rio.Service, error) {
	s := rio.Service{Namespace: ref.Namespace, Name: ref.Service}
	if err := p.Validate(); err != nil {
		return s, err
	}
	for _, port := range p.Ports {
		s.Ports = append(s.Ports, port.Port)
	}
	rio.SortPorts(s.Ports)
	if slices.ContainsFunc(s.Ports, rio.Port.OnNode) {
		if ports := ref.Of(rio.NodePortSuffix).ObjectName(); len(ports) > validation.DNS1123LabelMaxLength {
			return s, fmt.Errorf("service %q is too long a name: its Service %q has %d characters, want at most %d", s.Name, ports, len(ports), validation.DNS1123LabelMaxLength)
		}
	}
	if s.Published() {
		if err := publish(&s, p.Ports, gw); err != nil {
			return s, err
		}
	}
	n := int32(replicas)
	rev := rio.Revision{Name: rio.Latest, Kind: "Deployment", Replicas: &n, Weight: 100, Template: newTemplate(ref.Service)}
	if err := p.overlay(&rev.Template); err != nil {
		return s, err
	}
	s.Revisions = []rio.Revision{rev}
	return s, nil
}

func publish(s *rio.Service, ports []rio.PortSpec, gw Gateway) error {
	if gw.Name == "" {
		return fmt.Errorf("port %s cannot be published: this cluster has no rio gateway; install it: kubectl rio install", firstPublished(*s))
	}
	if gw.Domain == "" {
		return fmt.Errorf("port %s cannot be published: service rio-lb has no address yet and no domain is set; set one: kubectl rio install --domain DOMAIN", firstPublished(*s))
	}
	for _, p := range ports {
		if !p.OnGateway() || slices.ContainsFunc(gw.Ports, func(q rio.Port) bool { return q.Number == p.Number }) {
			continue
		}
		if len(gw.Ports) == 0 {
			return fmt.Errorf("port %s is not open on gateway %s, which listens nowhere; see: kubectl get configmap -n rio-defaults rio -o yaml", p, gw.Name)
		}
		var open []string
		for _, q := range gw.Ports {
			open = append(open, q.String())
		}
		return fmt.Errorf("port %s is not open on gateway %s (open are %s); publish on one of them, for example: -p %d:%d/%s",
			p, gw.Name, strings.Join(open, ", "), gw.Ports[0].Number, p.Target, p.Protocol)
	}
	s.Gateway, s.Domain = gw.Name, gw.Domain
	return nil
}

func firstPublished(s rio.Service) rio.Port {
	i := slices.IndexFunc(s.Ports, rio.Port.OnGateway)
	return s.Ports[i]
}
