package plan

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/util/intstr"

	"github.com/kubectl-rio/kubectl-rio/pkg/manifest"
	"github.com/kubectl-rio/kubectl-rio/pkg/rio"
)

// adoptPorts are the ports of a service whose latest is adopted: those that are asked for,
// else what it has, else what the Services that select the pods have, else the containers.
func adoptPorts(s rio.Service, f Found, shared *corev1.Service, asked []rio.PortSpec) ([]rio.Port, error) {
	template := manifest.TemplateOf(f.Workload)
	var ports []rio.Port
	var err error
	switch {
	case len(asked) > 0 && shared != nil && !manifest.MadeHere(shared):
		ports, err = portsIn(shared, template.Spec, asked)
	case len(asked) > 0:
		for _, p := range asked {
			p.Listen = listenAt(template.Spec, p)
			ports = append(ports, p.Port)
		}
	case len(s.Ports) > 0:
		return s.Ports, nil
	case shared != nil:
		ports = manifest.PortsOf(shared)
	default:
		ports = portsAround(f, template)
	}
	if err == nil && len(ports) == 0 && (shared == nil || !manifest.MadeHere(shared)) { // one that was released may have none
		err = fmt.Errorf("neither a Service nor a container of %s says on which port it listens; say it: kubectl rio adopt -n %s %s -p 8080/http, or --expose 8080/http for the mesh only", manifest.KindName(f.Workload), f.Workload.GetNamespace(), manifest.KindName(f.Workload))
	}
	rio.SortPorts(ports)
	return ports, err
}

// portsIn are ports of a Service that stays as it is: they can be published, not moved.
func portsIn(svc *corev1.Service, pod corev1.PodSpec, asked []rio.PortSpec) ([]rio.Port, error) {
	has := manifest.PortsOf(svc)
	var ports []rio.Port
	for _, p := range asked {
		i := slices.IndexFunc(has, func(q rio.Port) bool { return q.Number == p.Number && q.Transport() == p.Transport() })
		if i < 0 {
			return nil, fmt.Errorf("service/%s, which is another tool's and stays as it is, has no port %s (has %v); name one of its ports, PORT:TARGET/PROTOCOL, or adopt under another name: --as NAME", svc.Name, p.Port, has)
		}
		p.Listen = cmp.Or(has[i].Listen, has[i].Name())
		if at := resolve(p.Listen, pod); at != p.Target {
			return nil, fmt.Errorf("port %s of service/%s leads to %s, not to %d, and that Service stays as it is; ask for: %d:%d/%s", p.Port, svc.Name, p.Listen, p.Target, p.Number, at, p.Protocol)
		}
		if p.Listen == p.Name() {
			p.Listen = ""
		}
		ports = append(ports, p.Port)
	}
	return ports, nil
}

// portsAround are those of the first Service, by name, that selects the pods, else of the
// containers.
func portsAround(f Found, t *corev1.PodTemplateSpec) []rio.Port {
	var first *corev1.Service
	for i := range f.Services {
		svc := &f.Services[i]
		selects := len(svc.Spec.Selector) > 0 && contains(t.Labels, svc.Spec.Selector)
		if selects && len(svc.Spec.Ports) > 0 && (first == nil || svc.Name < first.Name) {
			first = svc
		}
	}
	if first != nil {
		return manifest.PortsOf(first)
	}
	svc := &corev1.Service{}
	for _, c := range t.Spec.Containers {
		for _, cp := range c.Ports {
			if slices.Contains(rio.MeshContainers, c.Name) {
				continue
			}
			svc.Spec.Ports = append(svc.Spec.Ports, corev1.ServicePort{Name: cp.Name, Port: cp.ContainerPort, Protocol: cmp.Or(cp.Protocol, corev1.ProtocolTCP), TargetPort: intstr.FromInt32(cp.ContainerPort)})
		}
	}
	ports := manifest.PortsOf(svc)
	for i, p := range ports {
		ports[i].Listen = listenAt(t.Spec, rio.PortSpec{Port: p, Target: p.Number})
	}
	return ports
}

// listenAt says where a port leads to, nothing when the container's port has its name.
func listenAt(pod corev1.PodSpec, p rio.PortSpec) string {
	if resolve(p.Name(), pod) == p.Target {
		return ""
	}
	return strconv.Itoa(int(p.Target))
}

// resolve is the number that containers listen on, 0 when none of their ports has the name.
func resolve(listen string, pod corev1.PodSpec) int32 {
	if n, err := strconv.ParseUint(listen, 10, 16); err == nil {
		return int32(n)
	}
	for _, c := range rio.Containers(&pod) {
		for _, cp := range c.Ports {
			if cp.Name == listen {
				return cp.ContainerPort
			}
		}
	}
	return 0
}

// specs are ports as open reads them.
func specs(ports []rio.Port) []rio.PortSpec {
	var all []rio.PortSpec
	for _, p := range ports {
		all = append(all, rio.PortSpec{Port: p, Target: p.Number})
	}
	return all
}
