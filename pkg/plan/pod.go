package plan

import (
	"fmt"
	"maps"
	"slices"

	"github.com/distribution/reference"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/resource"

	"github.com/kubectl-rio/kubectl-rio/pkg/rio"
)

// Pod is what the flags of run and stage say of a pod. What is unset is inherited.
type Pod struct {
	Image      string
	Entrypoint []string
	Args       []string
	Env        []corev1.EnvVar
	Labels     map[string]string
	PullPolicy corev1.PullPolicy
	CPUs       *resource.Quantity // requests.cpu
	Memory     *resource.Quantity // requests.memory
	Stdin, TTY *bool
	Ports      []rio.PortSpec
	Mesh       *bool // ask for a sidecar
}

// Validate checks what can be checked without a cluster.
func (p Pod) Validate() error {
	if p.Image != "" {
		if _, err := reference.ParseNormalizedNamed(p.Image); err != nil {
			return fmt.Errorf("invalid image %q: %w", p.Image, err)
		}
	}
	for i, port := range p.Ports {
		if slices.ContainsFunc(p.Ports[:i], func(q rio.PortSpec) bool { return q.Number == port.Number && q.Transport() == port.Transport() }) {
			return fmt.Errorf("port %d is given twice; a service has one protocol and target a port", port.Number)
		}
	}
	return nil
}

// preStopSeconds is how long a pod still serves after it was told to stop, so that
// gateways and sidecars have stopped sending to it first. They learn it in well
// under a second; the rest is for slow ones. The sleep action needs no shell:
// https://kubernetes.io/docs/concepts/containers/container-lifecycle-hooks/
const preStopSeconds = 5

// newTemplate is a pod that serves on until nobody sends to it any more.
func newTemplate(service string) corev1.PodTemplateSpec {
	return corev1.PodTemplateSpec{Spec: corev1.PodSpec{Containers: []corev1.Container{{
		Name:      service,
		Lifecycle: &corev1.Lifecycle{PreStop: &corev1.LifecycleHandler{Sleep: &corev1.SleepAction{Seconds: preStopSeconds}}},
	}}}}
}

// overlay writes what is set onto the template's main container.
func (p Pod) overlay(t *corev1.PodTemplateSpec) error {
	if len(t.Spec.Containers) == 0 {
		return fmt.Errorf("the pod template has no container")
	}
	c := &t.Spec.Containers[0]
	if p.Image != "" {
		c.Image = p.Image
	}
	if p.Entrypoint != nil {
		c.Command = p.Entrypoint
	}
	if p.Args != nil {
		c.Args = p.Args
	}
	if p.PullPolicy != "" {
		c.ImagePullPolicy = p.PullPolicy
	}
	if p.Stdin != nil {
		c.Stdin = *p.Stdin
	}
	if p.TTY != nil {
		c.TTY = *p.TTY
	}
	for _, e := range p.Env {
		c.Env = append(slices.DeleteFunc(c.Env, func(old corev1.EnvVar) bool { return old.Name == e.Name }), e)
	}
	request(c, corev1.ResourceCPU, p.CPUs)
	request(c, corev1.ResourceMemory, p.Memory)
	if err := listen(c, p.Ports); err != nil {
		return err
	}
	p.label(t)
	return nil
}

func request(c *corev1.Container, name corev1.ResourceName, q *resource.Quantity) {
	if q == nil {
		return
	}
	if c.Resources.Requests == nil {
		c.Resources.Requests = corev1.ResourceList{}
	}
	c.Resources.Requests[name] = *q
}

// listen names the container ports that the service's ports lead to. A container has
// each port once (Kubernetes merges them by number and protocol), so it can have one name.
func listen(c *corev1.Container, ports []rio.PortSpec) error {
	for _, p := range ports {
		cp := corev1.ContainerPort{Name: p.Name(), ContainerPort: p.Target, Protocol: p.Transport()}
		c.Ports = append(slices.DeleteFunc(c.Ports, func(old corev1.ContainerPort) bool { return old.Name == cp.Name }), cp)
	}
	for _, p := range ports {
		other := ""
		c.Ports = slices.DeleteFunc(c.Ports, func(cp corev1.ContainerPort) bool {
			same := cp.Name != p.Name() && cp.ContainerPort == p.Target && cp.Protocol == p.Transport()
			if _, ours := rio.ParsePortName(cp.Name); same && ours {
				other = cp.Name
				return false
			}
			return same
		})
		if other != "" {
			return fmt.Errorf("ports %s and %s both lead to %d; give each a target of its own", p.Name(), other, p.Target)
		}
	}
	return nil
}

func (p Pod) label(t *corev1.PodTemplateSpec) {
	labels := maps.Clone(t.Labels)
	if labels == nil {
		labels = map[string]string{}
	}
	maps.Copy(labels, p.Labels)
	if p.Mesh != nil {
		delete(labels, rio.LabelInject)
		if *p.Mesh {
			labels[rio.LabelInject] = "true"
		}
	}
	if len(labels) == 0 {
		labels = nil
	}
	t.Labels = labels
}
