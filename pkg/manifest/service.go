package manifest

import (
	"maps"
	"slices"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/util/intstr"

	"github.com/kubectl-rio/kubectl-rio/pkg/rio"
)

// KindService is the name under which pods are reached.
const KindService = "Service"

// unusedPort is what a Service has to have when the user named no port.
var unusedPort = corev1.ServicePort{Name: "default", Port: 80, TargetPort: intstr.FromInt32(80), Protocol: corev1.ProtocolTCP}

// selector leaves out the label app where pods of another tool have none, or one that is not
// the service's name.
func selector(s rio.Service, labels map[string]string) map[string]string {
	if s.OtherApp {
		delete(labels, rio.LabelApp)
	}
	return labels
}

// sharedService selects all revisions: a caller without a sidecar is spread over
// all ready pods, and the gateways reach every subset of its endpoints.
func sharedService(s rio.Service) *corev1.Service {
	svc := service(s.Ref(), s.Name, filed(rio.ServiceLabels(s.Ref()), s.Filed), selector(s, rio.ServiceSelector(s.Ref())))
	svc.Spec.Ports = servicePorts(s.Ports)
	return svc
}

// filed marks what a stack file made. The Service bears the mark: every revision has one,
// and it says nothing that would replace pods.
func filed(labels map[string]string, is bool) map[string]string {
	if is {
		labels[rio.LabelFiled] = "true"
	}
	return labels
}

// revisionService selects one revision: its preview, and what a router without
// subsets would weight.
func revisionService(s rio.Service, r rio.Revision) *corev1.Service {
	ref := s.Ref().Of(r.Name)
	svc := service(ref, ref.ObjectName(), filed(rio.Labels(ref), r.Filed), selector(s, rio.Selector(ref)))
	svc.Spec.Ports = servicePorts(s.Ports)
	return svc
}

// nodePortService publishes what the gateway does not route, on every node.
func nodePortService(s rio.Service) *corev1.Service {
	svc := service(s.Ref(), nodePortName(s.Name), rio.ServiceLabels(s.Ref()), selector(s, rio.ServiceSelector(s.Ref())))
	svc.Spec.Type = corev1.ServiceTypeNodePort
	svc.Spec.Ports = servicePorts(nodePorts(s.Ports))
	return svc
}

func nodePortName(service string) string { return service + "-" + rio.NodePortSuffix }

func service(r rio.Ref, name string, labels, selector map[string]string) *corev1.Service {
	return &corev1.Service{
		TypeMeta:   metav1.TypeMeta{APIVersion: "v1", Kind: KindService},
		ObjectMeta: meta(r, name, labels),
		Spec:       corev1.ServiceSpec{Type: corev1.ServiceTypeClusterIP, Selector: selector},
	}
}

// servicePorts leads each port to the container port of the same name, so each
// revision may listen where it likes.
func servicePorts(ports []rio.Port) []corev1.ServicePort {
	if len(ports) == 0 {
		return []corev1.ServicePort{unusedPort}
	}
	var out []corev1.ServicePort
	for _, p := range ports {
		sp := corev1.ServicePort{Name: p.Name(), Port: p.Number, TargetPort: target(p), Protocol: p.Transport()}
		if p.TLS() { // sidecars would want a route for each name that callers may ask for, and refuse the others
			sp.AppProtocol = new("tcp")
		}
		out = append(out, sp)
	}
	return out
}

// target is where containers listen.
func target(p rio.Port) intstr.IntOrString {
	if p.Listen == "" {
		return intstr.FromString(p.Name())
	}
	return intstr.Parse(p.Listen)
}

func nodePorts(ports []rio.Port) []rio.Port {
	return slices.DeleteFunc(slices.Clone(ports), func(p rio.Port) bool { return !p.OnNode() })
}

// parseService reads the ports of the shared Service; the node port Service says
// which of them are published there.
func parseService(s *rio.Service, svc *corev1.Service) {
	published := svc.Name == nodePortName(s.Name)
	if svc.Name != s.Name && !published {
		return
	}
	s.Filed = s.Filed || isFiled(svc)
	if IsForeign(svc) {
		s.Selects, s.Ports = maps.Clone(svc.Spec.Selector), append(s.Ports, parseAdopted(svc)...)
		s.OtherApp = s.OtherApp || s.Selects[rio.LabelApp] != s.Name
		return
	}
	own := written(svc)
	_, app := own.Spec.Selector[rio.LabelApp]
	s.OtherApp = s.OtherApp || len(own.Spec.Selector) > 0 && !app
	parsePorts(s, svc, own, published)
}

// written is what kubectl rio wrote of a Service: where somebody else changed where it leads,
// that is not what it is to be. One that was not stored is what it is.
func written(svc *corev1.Service) *corev1.Service {
	own := new(corev1.Service)
	if len(svc.ManagedFields) == 0 || Owned(svc, rio.FieldManager, own) != nil {
		return svc
	}
	return own
}

// isFiled reports whether a stack file says what the object is to be.
func isFiled(o Object) bool { return o.GetLabels()[rio.LabelFiled] == "true" }

func parsePorts(s *rio.Service, svc, own *corev1.Service, published bool) {
	for _, sp := range svc.Spec.Ports {
		p, ok := rio.ParsePortName(sp.Name)
		if !ok {
			continue
		}
		mine := slices.IndexFunc(own.Spec.Ports, func(o corev1.ServicePort) bool { return o.Port == sp.Port && o.Name == sp.Name })
		if mine >= 0 {
			if at := own.Spec.Ports[mine].TargetPort; at != (intstr.IntOrString{}) && at.String() != p.Name() {
				p.Listen = at.String()
			}
		}
		i := slices.IndexFunc(s.Ports, func(q rio.Port) bool { return q.Name() == p.Name() })
		if i < 0 {
			s.Ports, i = append(s.Ports, p), len(s.Ports)
		}
		s.Ports[i].Publish = s.Ports[i].Publish || published
	}
}
