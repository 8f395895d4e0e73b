package manifest

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"

	"github.com/kubectl-rio/kubectl-rio/pkg/rio"
)

// PortsOf are the ports of a Service that another tool made, or of one that was released, as
// they are inside the mesh, sorted. Those of the latter have names that say all of it.
func PortsOf(svc *corev1.Service) []rio.Port {
	var ports []rio.Port
	released := MadeHere(svc)
	for _, sp := range svc.Spec.Ports {
		p := rio.Port{Number: sp.Port, Protocol: protocolOf(sp)}
		switch own, named := rio.ParsePortName(sp.Name); {
		case released && named:
			p = own
		case released && sp.Name == unusedPort.Name:
			continue
		}
		if listen := sp.TargetPort.String(); listen != p.Name() {
			p.Listen = listen
		}
		ports = append(ports, p)
	}
	rio.SortPorts(ports)
	return ports
}

// protocolOf is what a port speaks by the rules of Istio, its field appProtocol or else the
// beginning of its name, and http on the ports where everybody expects it.
func protocolOf(sp corev1.ServicePort) string {
	prefix, _, _ := strings.Cut(sp.Name, "-")
	if sp.AppProtocol != nil {
		prefix = strings.TrimPrefix(*sp.AppProtocol, "kubernetes.io/")
	}
	switch prefix = strings.ToLower(prefix); {
	case sp.Protocol == corev1.ProtocolUDP:
		return "udp"
	case prefix == "h2c":
		return "http2"
	case prefix == "grpc-web", prefix == "ws":
		return "http"
	case slices.Contains(rio.Protocols, prefix):
		return prefix
	case sp.Port == 80, sp.Port == 8080:
		return "http"
	}
	return "tcp"
}

// NotePorts is what AnnotationPorts says.
func NotePorts(ports []rio.Port) string {
	var forms []string
	for _, p := range ports {
		forms = append(forms, p.String())
	}
	return strings.Join(forms, ",")
}

// parseAdopted reads the ports off the note, and where they lead off the Service.
func parseAdopted(svc *corev1.Service) []rio.Port {
	noted := strings.Split(svc.Annotations[rio.AnnotationPorts], ",")
	var ports []rio.Port
	for _, form := range noted {
		spec, err := rio.ParsePort(form, false)
		if err != nil {
			continue
		}
		p := spec.Port
		i := slices.IndexFunc(svc.Spec.Ports, func(sp corev1.ServicePort) bool { return sp.Port == p.Number && sp.Protocol == p.Transport() })
		if i < 0 {
			continue
		}
		if listen := svc.Spec.Ports[i].TargetPort.String(); listen != p.Name() {
			p.Listen = listen
		}
		ports = append(ports, p)
	}
	return ports
}

// MadeHere reports whether kubectl rio made an object, also one that was released: it applied
// the selector.
func MadeHere(o Object) bool {
	return wrote(o, metav1.ManagedFieldsOperationApply, "f:spec", "f:selector")
}

// LabelledHere reports whether adopt gave the pods of a workload their labels.
func LabelledHere(o Object) bool {
	return !MadeHere(o) && wrote(o, metav1.ManagedFieldsOperationUpdate, "f:spec", "f:template", "f:metadata", "f:labels", "f:"+rio.LabelService)
}

// wrote reports whether kubectl rio is noted as the writer of a field.
func wrote(o Object, how metav1.ManagedFieldsOperationType, path ...string) bool {
	for _, entry := range o.GetManagedFields() {
		if entry.Manager != rio.FieldManager || entry.Operation != how || entry.FieldsV1 == nil {
			continue
		}
		var fields map[string]any
		if json.Unmarshal(entry.FieldsV1.GetRawBytes(), &fields) != nil {
			continue
		}
		if _, found, _ := unstructured.NestedFieldNoCopy(fields, path...); found {
			return true
		}
	}
	return false
}

// LabelPatch is the merge patch that gives an object the labels and annotations that another
// version of it has, and its pods their labels. The version is that of an object which is
// still the one that was read.
func LabelPatch(before, after Object) ([]byte, error) {
	meta := map[string]any{"uid": string(before.GetUID())}
	addDifference(meta, "labels", before.GetLabels(), after.GetLabels())
	addDifference(meta, "annotations", before.GetAnnotations(), after.GetAnnotations())
	patch := map[string]any{"metadata": meta}
	if was, is := TemplateOf(before), TemplateOf(after); was != nil && is != nil {
		pods := map[string]any{}
		if addDifference(pods, "labels", was.Labels, is.Labels); len(pods) > 0 {
			patch["spec"] = map[string]any{"template": map[string]any{"metadata": pods}}
		}
	}
	text, err := json.Marshal(patch)
	if err != nil {
		return nil, fmt.Errorf("encode the labels of %s %q: %w", Kind(before), before.GetName(), err)
	}
	return text, nil
}

func addDifference(to map[string]any, field string, before, after map[string]string) {
	difference := map[string]any{}
	for key := range before {
		if _, stays := after[key]; !stays {
			difference[key] = nil
		}
	}
	for key, value := range after {
		if was, ok := before[key]; !ok || was != value {
			difference[key] = value
		}
	}
	if len(difference) > 0 {
		to[field] = difference
	}
}
