package manifest

import (
	"maps"
	"slices"

	istio "istio.io/client-go/pkg/apis/networking/v1"
	autoscalingv2 "k8s.io/api/autoscaling/v2"
	corev1 "k8s.io/api/core/v1"
	policyv1 "k8s.io/api/policy/v1"

	"github.com/kubectl-rio/kubectl-rio/pkg/rio"
)

// Parse reads all services that the objects belong to, by their labels, sorted by
// namespace and name. Objects of no service are passed over, and so is a service
// that has routes but no workload left.
func Parse(objects []Object) []rio.Service {
	byRef := map[rio.Ref][]Object{}
	for _, o := range objects {
		if ref := RefOf(o).Of(""); ref.Service != "" {
			byRef[ref] = append(byRef[ref], o)
		}
	}
	var services []rio.Service
	for _, ref := range slices.SortedFunc(maps.Keys(byRef), rio.Ref.Compare) {
		if s := parse(ref, byRef[ref]); s.Exists() {
			services = append(services, s)
		}
	}
	return services
}

// parse reads in the order in which each kind needs the one before it: revisions,
// ports, then the routes that weight and publish them.
func parse(ref rio.Ref, objects []Object) rio.Service {
	s := rio.Service{Namespace: ref.Namespace, Name: ref.Service}
	for _, o := range objects {
		if IsWorkload(o) {
			s.Revisions = append(s.Revisions, parseWorkload(o))
		}
	}
	rio.SortRevisions(s.Revisions)
	for _, o := range objects {
		switch o := o.(type) {
		case *autoscalingv2.HorizontalPodAutoscaler:
			parseAutoscaler(&s, o)
		case *policyv1.PodDisruptionBudget:
			parseBudget(&s, o)
		}
	}
	for _, o := range objects {
		if c, ok := ParseConfig(o); ok {
			s.Configs = append(s.Configs, c)
		}
	}
	rio.SortConfigs(s.Configs)
	// Where somebody removed what all revisions share, a revision's own says the same.
	shared, revisions := partition(objects, func(svc *corev1.Service) bool { return svc.Labels[rio.LabelRevision] == "" })
	for _, svc := range shared {
		parseService(&s, svc)
	}
	for _, svc := range revisions {
		if r, ok := s.Revision(svc.Labels[rio.LabelRevision]); ok {
			r.Filed = isFiled(svc)
		}
		if len(s.Ports) == 0 {
			parsePorts(&s, svc, written(svc), false)
		}
	}
	if latest, ok := s.Latest(); ok && !latest.Foreign && !slices.ContainsFunc(shared, func(svc *corev1.Service) bool { return svc.Name == s.Name }) {
		addPorts(&s, latest.Template.Spec)
	}
	rio.SortPorts(s.Ports)
	main, own := partition(objects, func(vs *istio.VirtualService) bool { return vs.Name == s.Name })
	for _, vs := range main {
		parseVirtualService(&s, vs)
	}
	routed := len(main) > 0
	for _, vs := range own {
		if !routed {
			parsePublished(&s, vs)
		}
		if s.Domain == "" && s.Published() { // somebody took the host out of the main one
			s.Domain = domainOf(vs)
		}
	}
	if latest, ok := s.Latest(); ok && !routed {
		latest.Weight = 100
	}
	s.Lost = lost(s, objects)
	return s
}

// addPorts reads ports off the names that containers have for them: nothing else says them where
// somebody removed the Service.
func addPorts(s *rio.Service, pod corev1.PodSpec) {
	for _, c := range rio.Containers(&pod) {
		for _, cp := range c.Ports {
			p, ours := rio.ParsePortName(cp.Name)
			if ours && !slices.ContainsFunc(s.Ports, func(q rio.Port) bool { return q.Name() == p.Name() }) {
				s.Ports = append(s.Ports, p)
			}
		}
	}
}

// lost are the staged revisions of which there is all but the workload.
func lost(s rio.Service, objects []Object) map[string]int {
	names := map[string]int{}
	for _, o := range objects {
		switch vs := o.(type) {
		case *corev1.Service:
			names[o.GetLabels()[rio.LabelRevision]] += 0
		case *istio.VirtualService:
			names[o.GetLabels()[rio.LabelRevision]] += 0
			maps.Copy(names, Weights(vs))
		}
	}
	maps.DeleteFunc(names, func(name string, _ int) bool {
		_, there := s.Revision(name)
		return there || name == "" || name == rio.Latest
	})
	if len(names) == 0 {
		return nil
	}
	return names
}

// partition parts the objects of one kind.
func partition[T Object](objects []Object, first func(T) bool) (yes, no []T) {
	for _, o := range objects {
		if t, ok := o.(T); ok && first(t) {
			yes = append(yes, t)
		} else if ok {
			no = append(no, t)
		}
	}
	return yes, no
}
