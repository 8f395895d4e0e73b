package plan

import (
	"fmt"

	corev1 "k8s.io/api/core/v1"

	"github.com/kubectl-rio/kubectl-rio/pkg/manifest"
	"github.com/kubectl-rio/kubectl-rio/pkg/rio"
	"github.com/kubectl-rio/kubectl-rio/pkg/spec"
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
	if err := mayStart(ref, r); err != nil {
		return rev, nil, err
	}
	r.Mesh = meshed(r)
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
	if err := mayBeCalled(ref, rev.Kind, "choose a shorter one"); err != nil {
		return rev, nil, err
	}
	switch {
	case rev.Kind == manifest.KindDaemonSet && r.Scale != nil:
		return rev, nil, fmt.Errorf("invalid scale %q: one pod on every node (global) is as many as there are nodes; leave it out", r.Scale)
	case rev.Kind == manifest.KindDaemonSet:
		return rev, ports, nil
	case r.Scale == nil:
		r.Scale = &rio.Scale{Min: 1, Max: 1}
	}
	return rev, ports, size(&rev, *r.Scale, "say how much, for example: --cpus 100m")
}

// meshed is whether a pod that inherits nothing is to be in the mesh: where nothing is said, if it can.
func meshed(r spec.Revision) *bool {
	if r.Mesh == nil && r.Net != "host" {
		return new(true)
	}
	return r.Mesh
}

// mayStart refuses what no pod can be made of. Its first container is called like the service.
func mayStart(ref rio.Ref, r spec.Revision) error {
	if err := spec.CheckContainerName(ref.Service); err != nil {
		return fmt.Errorf("service %q has a container of its name: %w", ref.Service, err)
	}
	switch {
	case r.Image != "":
		return nil
	case len(r.Sidekicks) > 0:
		return fmt.Errorf("service %q has no image, only sidekicks; give it the image of the container that others are beside", ref.Service)
	}
	return fmt.Errorf("service %q has no image", ref.Service)
}
