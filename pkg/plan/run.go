package plan

import (
	"fmt"
	"slices"
	"strings"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/util/validation"

	"github.com/kubectl-rio/kubectl-rio/pkg/manifest"
	"github.com/kubectl-rio/kubectl-rio/pkg/rio"
	"github.com/kubectl-rio/kubectl-rio/pkg/spec"
)

// Gateway is where services are published.
type Gateway struct {
	Name   string     // NAMESPACE/NAME of the Istio Gateway
	Domain string     // under which every published service gets a host
	Ports  []rio.Port // it listens on
	TLS    bool       // it serves https, too

	MeshRevision string // that pods must name to get a sidecar; empty where they need not

	// Taken are the tcp ports that services have for themselves, where that was asked.
	Taken map[int32]rio.Ref
}

// Ports that Kubernetes gives to node ports where nothing else is said,
// https://kubernetes.io/docs/concepts/services-networking/service/#type-nodeport
const (
	MinNodePort = 30000
	MaxNodePort = 32767
)

// Run makes a service with its first revision. That the service does not exist yet
// is for the caller to see, with Exists or, after an interruption, Diff.
func Run(ref rio.Ref, r spec.Revision, gw Gateway) (rio.Service, error) {
	s := rio.Service{Namespace: ref.Namespace, Name: ref.Service}
	rev, ports, err := first(ref, r)
	if err != nil {
		return s, err
	}
	for _, port := range ports {
		s.Ports = append(s.Ports, port.Port)
	}
	rio.SortPorts(s.Ports)
	if err := open(&s, ports, gw); err != nil {
		return s, err
	}
	Join(&rev.Template, gw)
	s.Revisions = []rio.Revision{rev}
	return s, nil
}

// Join has a pod that asks for a sidecar say which Istio is to give it one, where none does
// for pods that name none. What the user chose stays.
func Join(t *corev1.PodTemplateSpec, gw Gateway) {
	if gw.MeshRevision != "" && t.Labels[rio.LabelInject] == "true" && t.Labels[rio.LabelMeshRevision] == "" {
		t.Labels[rio.LabelMeshRevision] = gw.MeshRevision
	}
}

// Check says what is wrong with a new service that its flags alone show.
func Check(ref rio.Ref, r spec.Revision) error {
	_, _, err := first(ref, r)
	return err
}

// first is the revision that the service begins with, and its ports.
func first(ref rio.Ref, r spec.Revision) (rio.Revision, []rio.PortSpec, error) {
	rev := rio.Revision{Name: rio.Latest, Kind: manifest.KindDeployment, Weight: 100, Template: spec.New(ref.Service)}
	if r.Image == "" {
		return rev, nil, fmt.Errorf("service %q has no image", ref.Service)
	}
	if r.Mesh == nil {
		r.Mesh = new(true)
	}
	ports, err := r.AllPorts()
	if err != nil {
		return rev, nil, err
	}
	if err := r.Overlay(&rev.Template); err != nil {
		return rev, nil, err
	}
	if err := setUp(&rev, r); err != nil {
		return rev, nil, err
	}
	switch {
	case rev.Kind == manifest.KindDaemonSet && r.Scale != nil:
		return rev, nil, fmt.Errorf("invalid scale %q: one pod on every node (global) is as many as there are nodes; leave it out", rio.Scale(*r.Scale))
	case rev.Kind == manifest.KindDaemonSet:
		return rev, ports, nil
	case r.Scale == nil:
		r.Scale = &spec.Scale{Min: 1, Max: 1}
	}
	return rev, ports, size(&rev, *r.Scale)
}

// open publishes a service's ports, on the gateway and on the nodes.
func open(s *rio.Service, ports []rio.PortSpec, gw Gateway) error {
	if slices.ContainsFunc(s.Ports, rio.Port.OnNode) {
		if ports := s.Ref().Of(rio.NodePortSuffix).ObjectName(); len(ports) > validation.DNS1123LabelMaxLength {
			return fmt.Errorf("service %q is too long a name: its Service %q has %d characters, want at most %d", s.Name, ports, len(ports), validation.DNS1123LabelMaxLength)
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
		return fmt.Errorf("port %s cannot be published: service rio-lb has no address yet and no domain is set; set one: kubectl rio install --domain DOMAIN", firstPublished(*s))
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
	where := ""
	if gw.onNodePorts() && !isNodePort(p) {
		where = ", with a load balancer,"
	}
	return fmt.Errorf("port %s is not open on gateway %s (open are %s); publish on one of them, or%s open it: kubectl rio install %s",
		p, gw.Name, strings.Join(open, ", "), where, gw.opening(p))
}

// onNodePorts reports whether the gateway's ports look like node ports of the same number, as
// install --node-port makes them: it takes no others then.
func (gw Gateway) onNodePorts() bool {
	return len(gw.Ports) > 0 && !slices.ContainsFunc(gw.Ports, func(p rio.Port) bool { return !isNodePort(p) })
}

func isNodePort(p rio.Port) bool { return p.Number >= MinNodePort && p.Number <= MaxNodePort }

// opening is what install is told to open a port, with those that are open: it closes the others.
func (gw Gateway) opening(p rio.Port) string {
	var ports []string
	if gw.onNodePorts() && !isNodePort(p) {
		ports = []string{"--node-port=false"}
	}
	for _, q := range gw.Ports {
		if !q.Carries(p) {
			ports = append(ports, "--port "+gatewayForm(q))
		}
	}
	return strings.Join(append(ports, "--port "+gatewayForm(p)), " ")
}

// gatewayForm is how install names a port: for the gateway, https is TLS of whatever kind.
func gatewayForm(p rio.Port) string {
	if p.TLS() {
		return fmt.Sprintf("%d/tls", p.Number)
	}
	return p.String()
}

func firstPublished(s rio.Service) rio.Port {
	i := slices.IndexFunc(s.Ports, rio.Port.OnGateway)
	return s.Ports[i]
}
