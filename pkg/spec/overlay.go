package spec

import (
	"fmt"
	"maps"
	"slices"
	"strconv"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/labels"
	"k8s.io/utils/ptr"

	"github.com/kubectl-rio/kubectl-rio/pkg/rio"
)

// Overlay writes what is set onto a pod template, of which the first container is the
// service's. What is not set stays as it is. Scale, strategy, permissions and the publishing of
// ports are not the template's: see pkg/plan.
func (r Revision) Overlay(t *corev1.PodTemplateSpec) error {
	if err := r.Pod.overlay(&t.Spec); err != nil {
		return err
	}
	if len(t.Spec.Containers) == 0 {
		return fmt.Errorf("the pod template has no container")
	}
	if err := r.Container.overlay(&t.Spec.Containers[0]); err != nil {
		return err
	}
	if r.Init != nil {
		t.Spec.ShareProcessNamespace = orNil(*r.Init)
	}
	if err := checkReaper(ptr.Deref(t.Spec.ShareProcessNamespace, false), t.Spec.HostPID); err != nil {
		return err
	}
	for _, name := range slices.Sorted(maps.Keys(r.Sidekicks)) {
		if err := r.Sidekicks[name].overlay(&t.Spec, name); err != nil {
			return fmt.Errorf("sidekick %q: %w", name, err)
		}
	}
	if err := r.movePorts(t.Spec.Containers); err != nil {
		return err
	}
	if err := r.checkMarks(); err != nil {
		return err
	}
	if t.Spec.HostNetwork {
		if r.Mesh != nil && *r.Mesh {
			return fmt.Errorf("invalid mesh true: Istio gives a pod in its node's network (net host) no sidecar; leave out one of the two")
		}
		r.Mesh = new(false)
	}
	r.mark(t)
	if err := r.checkReferences(*t); err != nil {
		return err
	}
	return r.overlayStorage(&t.Spec)
}

// overlay writes a sidekick onto the container of its name, a new one if there is none.
func (s Sidekick) overlay(p *corev1.PodSpec, name string) error {
	if s.Init != nil {
		return fmt.Errorf("init is the pod's, not a sidekick's; set it on the service")
	}
	if s.InitContainer && len(s.Ports)+len(s.Expose) > 0 {
		return fmt.Errorf("an init container ends before anybody is sent to its ports; leave out ports and expose, or init_container")
	}
	if s.InitContainer && (s.Healthcheck.asks() || s.Readycheck.asks()) {
		return fmt.Errorf("an init container is waited for until it ends, and Kubernetes asks nothing of it; leave out healthcheck and readycheck, or init_container")
	}
	list, other := &p.Containers, p.InitContainers
	if s.InitContainer {
		list, other = &p.InitContainers, p.Containers
	}
	named := func(c corev1.Container) bool { return c.Name == name }
	if slices.ContainsFunc(other, named) || !s.InitContainer && p.Containers[0].Name == name {
		return fmt.Errorf("the pod has another container of that name; choose another")
	}
	i := slices.IndexFunc(*list, named)
	if i < 0 {
		if err := CheckContainerName(name); err != nil {
			return err
		}
		if s.Image == "" {
			return fmt.Errorf("it has no image")
		}
		*list, i = append(*list, newContainer(name)), len(*list)
		if s.InitContainer {
			(*list)[i].Lifecycle = nil // it ends by itself, before anybody sends anything
		}
	}
	return s.Container.overlay(&(*list)[i])
}

// movePorts takes the ports that a container is given here off the others: of several with a port
// of one name, Kubernetes leads to the first.
func (r Revision) movePorts(containers []corev1.Container) error {
	given := map[string]string{} // the container that has a port now, by the port's name
	for i, k := range containers {
		c := r.Sidekicks[k.Name].Container
		if i == 0 {
			c = r.Container
		}
		specs, err := c.portSpecs()
		if err != nil {
			return err
		}
		for _, p := range specs {
			given[p.Name()] = k.Name
		}
	}
	for i := range containers {
		k := &containers[i]
		moved := func(cp corev1.ContainerPort) bool { return given[cp.Name] != "" && given[cp.Name] != k.Name }
		if !slices.ContainsFunc(k.Ports, moved) {
			continue
		}
		var have Container
		have.checksFrom(*k)
		k.Ports = slices.DeleteFunc(k.Ports, moved)
		if err := (Container{}).overlayChecks(k, have); err != nil {
			return err
		}
	}
	return nil
}

// FromTemplate is the inverse of Overlay. The service's ports say which of the container's
// are published.
func FromTemplate(t corev1.PodTemplateSpec, ports []rio.Port) Revision {
	t = rio.Unpinned(t)
	r := Revision{Pod: podFrom(t.Spec), Metadata: nonEmpty(maps.Clone(t.Annotations))}
	r.unmark(t)
	for i, c := range t.Spec.Containers {
		if i == 0 {
			r.Container = containerFrom(t.Spec, c, ports)
			r.Init = t.Spec.ShareProcessNamespace
			continue
		}
		r.addSidekick(c.Name, Sidekick{Container: containerFrom(t.Spec, c, ports)})
	}
	for _, c := range t.Spec.InitContainers {
		r.addSidekick(c.Name, Sidekick{InitContainer: true, Container: containerFrom(t.Spec, c, ports)})
	}
	return r
}

func (r *Revision) addSidekick(name string, s Sidekick) {
	if r.Sidekicks == nil {
		r.Sidekicks = map[string]Sidekick{}
	}
	r.Sidekicks[name] = s
}

// AllPorts are the ports of all containers, as the service has them.
func (r Revision) AllPorts() ([]rio.PortSpec, error) {
	all := Container{Ports: slices.Clone(r.Ports), Expose: slices.Clone(r.Expose)}
	for _, name := range slices.Sorted(maps.Keys(r.Sidekicks)) {
		all.Ports, all.Expose = append(all.Ports, r.Sidekicks[name].Ports...), append(all.Expose, r.Sidekicks[name].Expose...)
	}
	return all.portSpecs()
}

// mark writes labels and annotations, and asks for the sidecar or not.
func (r Revision) mark(t *corev1.PodTemplateSpec) {
	pods := labels.Merge(t.Labels, r.Labels)
	if r.Mesh != nil {
		pods[rio.LabelInject] = strconv.FormatBool(*r.Mesh) // without it, the namespace's label decides
		if !*r.Mesh {
			delete(pods, rio.LabelMeshRevision) // to name one is to ask
		}
	}
	t.Labels = nonEmpty(pods)
	if len(r.Metadata) > 0 {
		t.Annotations = labels.Merge(t.Annotations, r.Metadata)
	}
}

// unmark reads them back. In the mesh is where a service is when nothing is said.
func (r *Revision) unmark(t corev1.PodTemplateSpec) {
	r.Labels = maps.Clone(t.Labels)
	if r.Labels[rio.LabelInject] != "true" {
		r.Mesh = new(false)
	}
	delete(r.Labels, rio.LabelInject)
	r.Labels = nonEmpty(r.Labels)
}

func nonEmpty(m map[string]string) map[string]string {
	if len(m) == 0 {
		return nil
	}
	return m
}

// orNil is a switch as it is written: what is off is left out.
func orNil(on bool) *bool {
	if !on {
		return nil
	}
	return &on
}
