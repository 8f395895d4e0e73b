package plan

import (
	"cmp"
	"fmt"
	"maps"
	"slices"

	corev1 "k8s.io/api/core/v1"

	"github.com/kubectl-rio/kubectl-rio/pkg/manifest"
	"github.com/kubectl-rio/kubectl-rio/pkg/rio"
)

// sharedOf is the Service of the service's name, when there is one. It must find the pods, and
// those that are staged beside them.
func sharedOf(f Found, ref rio.Ref, t *corev1.PodTemplateSpec) (*corev1.Service, error) {
	i := slices.IndexFunc(f.Services, func(svc corev1.Service) bool { return svc.Name == ref.Service })
	if i < 0 {
		return nil, nil
	}
	svc := &f.Services[i]
	if manifest.MadeHere(svc) {
		return svc, nil
	}
	remedy := "adopt it under another name: --as NAME"
	switch app, hasApp := svc.Spec.Selector[rio.LabelApp]; {
	case len(svc.Spec.Selector) == 0:
		return nil, fmt.Errorf("service/%s selects no pods, so calls to it do not reach those of %s; %s", svc.Name, manifest.KindName(f.Workload), remedy)
	case svc.Spec.ClusterIP == corev1.ClusterIPNone:
		return nil, fmt.Errorf("service/%s is headless: its callers choose among pods themselves, so their requests cannot be led; %s", svc.Name, remedy)
	case !contains(t.Labels, svc.Spec.Selector):
		return nil, fmt.Errorf("service/%s selects pods by %s, and those of %s are not such; %s", svc.Name, labelsText(svc.Spec.Selector), manifest.KindName(f.Workload), remedy)
	case hasApp && app != ref.Service:
		return nil, fmt.Errorf("service/%s selects pods by app=%s, which no revision that is staged beside %s would have; adopt it as that: --as %s", svc.Name, app, manifest.KindName(f.Workload), app)
	}
	return svc, nil
}

// mayJoin wants of a workload that joins a service that it listens where that leads to.
func mayJoin(s rio.Service, t *corev1.PodTemplateSpec, ports []rio.PortSpec) error {
	if len(ports) > 0 {
		return fmt.Errorf("the ports are those of the service as a whole (%v), and latest's to say; leave out -p and --expose", s.Ports)
	}
	for _, p := range s.Ports {
		name := cmp.Or(p.Listen, p.Name())
		if resolve(name, t.Spec) == 0 {
			return fmt.Errorf("port %s of %q leads to the container port that is called %q, and these pods have none; call theirs so in the pod template", p, s.Name, name)
		}
	}
	return nil
}

// labelServices marks the Service that has the service's name, and gives those back their
// labels that kubectl rio made and released.
func labelServices(f Found, s rio.Service) ChangeSet {
	var changes ChangeSet
	for i := range f.Services {
		svc := &f.Services[i]
		next := svc.DeepCopy()
		if next.Labels == nil {
			next.Labels = map[string]string{}
		}
		switch r, isRevisions := revisionNamed(s, svc.Name); {
		case manifest.MadeHere(svc) && isRevisions:
			maps.Copy(next.Labels, rio.Labels(s.Ref().Of(r)))
		case manifest.MadeHere(svc) && slices.Contains([]string{s.Name, s.Ref().Of(rio.NodePortSuffix).ObjectName()}, svc.Name):
			maps.Copy(next.Labels, rio.ServiceLabels(s.Ref()))
		case svc.Name == s.Name:
			marks := rio.ServiceSelector(s.Ref())
			delete(marks, rio.LabelApp)
			maps.Copy(next.Labels, marks)
			if next.Annotations == nil {
				next.Annotations = map[string]string{}
			}
			next.Annotations[rio.AnnotationPorts] = manifest.NotePorts(s.Ports)
		}
		if !maps.Equal(svc.Labels, next.Labels) || !maps.Equal(svc.Annotations, next.Annotations) {
			changes = append(changes, Change{Op: Label, Before: svc, After: next})
		}
	}
	return changes
}

// revisionNamed is the staged revision whose Service has that name.
func revisionNamed(s rio.Service, name string) (string, bool) {
	for _, r := range s.Revisions {
		if r.Name != rio.Latest && s.Ref().Of(r.Name).ObjectName() == name {
			return r.Name, true
		}
	}
	return "", false
}
