package spec

import (
	"fmt"
	"slices"

	"github.com/distribution/reference"
	corev1 "k8s.io/api/core/v1"

	"github.com/kubectl-rio/kubectl-rio/pkg/rio"
)

// CheckImage refuses what is not the name of an image.
func CheckImage(image string) error {
	if _, err := reference.ParseNormalizedNamed(image); err != nil {
		return fmt.Errorf("invalid image %q: %w", image, err)
	}
	return nil
}

func (c Container) overlay(k *corev1.Container) error {
	if err := c.Check(); err != nil {
		return err
	}
	var have Container
	have.checksFrom(*k)
	if c.Image != "" {
		if err := CheckImage(c.Image); err != nil {
			return err
		}
		k.Image = c.Image
	}
	if c.ImagePullPolicy != "" {
		policy, err := ParsePullPolicy(c.ImagePullPolicy)
		if err != nil {
			return fmt.Errorf("invalid image pull policy %q: %w", c.ImagePullPolicy, err)
		}
		k.ImagePullPolicy = policy
	}
	if c.Entrypoint != nil {
		k.Command = eachOf(c.Entrypoint, Escaped)
	}
	if c.Command != nil {
		k.Args = eachOf(c.Command, Escaped)
	}
	if c.WorkingDir != "" {
		k.WorkingDir = c.WorkingDir
	}
	if c.StdinOpen != nil {
		k.Stdin = *c.StdinOpen
	}
	if c.TTY != nil {
		k.TTY = *c.TTY
	}
	for _, step := range []func(*corev1.Container) error{c.overlayEnv, c.overlaySecurity, c.overlayResources, c.overlayDevices, c.overlayPorts} {
		if err := step(k); err != nil {
			return err
		}
	}
	return c.overlayChecks(k, have)
}

func containerFrom(p corev1.PodSpec, k corev1.Container, ports []rio.Port) Container {
	c := Container{
		Image: k.Image, Entrypoint: eachOf(k.Command, unescaped), Command: eachOf(k.Args, unescaped), WorkingDir: k.WorkingDir,
		StdinOpen: orNil(k.Stdin), TTY: orNil(k.TTY),
	}
	for word, policy := range pullPolicies {
		if policy == k.ImagePullPolicy && policy != defaultPullPolicy(k.Image) {
			c.ImagePullPolicy = word
		}
	}
	for _, e := range k.Env {
		c.Environment = append(c.Environment, variableText(e))
	}
	c.securityFrom(k.SecurityContext)
	c.resourcesFrom(k.Resources)
	c.checksFrom(k)
	c.portsFrom(k, ports)
	c.devicesFrom(k.Resources)
	c.storageFrom(p, k)
	return c
}

// overlayPorts names the container ports that the service's ports lead to. A container has
// each port once (Kubernetes merges them by number and protocol), so it can have one name.
func (c Container) overlayPorts(k *corev1.Container) error {
	specs, err := c.portSpecs()
	if err != nil {
		return err
	}
	for _, p := range specs {
		cp := corev1.ContainerPort{Name: p.Name(), ContainerPort: p.Target, Protocol: p.Transport()}
		k.Ports = append(slices.DeleteFunc(k.Ports, func(old corev1.ContainerPort) bool { return old.Name == cp.Name }), cp)
	}
	for _, p := range specs {
		other := ""
		k.Ports = slices.DeleteFunc(k.Ports, func(cp corev1.ContainerPort) bool {
			same := cp.Name != p.Name() && cp.ContainerPort == p.Target && cp.Protocol == p.Transport()
			if _, ours := rio.ParsePortName(cp.Name); same && ours {
				other = cp.Name
				return false
			}
			return same
		})
		if other != "" {
			return fmt.Errorf("ports %s and %s both lead to %d; give each a target of its own, or take one out: all callers can use the other", p.Name(), other, p.Target)
		}
	}
	return nil
}

// portSpecs are the container's ports as the service has them, checked.
func (c Container) portSpecs() ([]rio.PortSpec, error) {
	var specs []rio.PortSpec
	for _, list := range []struct {
		ports   []Port
		publish bool
	}{{c.Ports, true}, {c.Expose, false}} {
		for _, p := range list.ports {
			spec, err := p.Spec(list.publish)
			if err != nil {
				return nil, err
			}
			if slices.ContainsFunc(specs, func(q rio.PortSpec) bool { return q.Number == spec.Number && q.Transport() == spec.Transport() }) {
				return nil, fmt.Errorf("port %d is given twice; a service has one protocol and target a port", spec.Number)
			}
			specs = append(specs, spec)
		}
	}
	return specs, nil
}

// ParsePort reads [PORT:]TARGET[/PROTOCOL].
func ParsePort(s string, publish bool) (Port, error) {
	spec, err := rio.ParsePort(s, publish)
	return portOf(spec.Port, spec.Target), err
}

// portOf leaves out the number of a published tcp port that is on the nodes: to name it is to
// ask for the gateway.
func portOf(p rio.Port, target int32) Port {
	port := Port{Port: p.Number, Protocol: p.Protocol, TargetPort: target}
	if p.OnNode() && p.Protocol == "tcp" && p.Number == target {
		port.Port = 0
	}
	return port
}

// Spec is the port as the service has it, published or not, checked.
func (p Port) Spec(publish bool) (rio.PortSpec, error) {
	if p.IP != "" {
		return rio.PortSpec{}, fmt.Errorf("invalid port with address %q: the gateway's Service and the nodes choose the address; leave it out", p.IP)
	}
	text := fmt.Sprint(p.TargetPort)
	if p.Port != 0 && (p.Port != p.TargetPort || !publish || p.Protocol == "tcp") {
		text = fmt.Sprintf("%d:%d", p.Port, p.TargetPort)
	}
	if p.Protocol != "" {
		text += "/" + p.Protocol
	}
	spec, err := rio.ParsePort(text, publish)
	if err == nil && p.Port != 0 {
		spec.Number = p.Port
	}
	if err == nil && p.Name != "" && p.Name != spec.Name() {
		return spec, fmt.Errorf("invalid port name %q: Istio reads the protocol off a port's name, so it is %q; leave it out", p.Name, spec.Name())
	}
	return spec, err
}

func (c *Container) portsFrom(k corev1.Container, ports []rio.Port) {
	for _, cp := range k.Ports {
		p, ours := rio.ParsePortName(cp.Name)
		if !ours {
			continue
		}
		if i := slices.IndexFunc(ports, func(q rio.Port) bool { return q.Name() == p.Name() && q.Publish }); i >= 0 {
			c.Ports = append(c.Ports, portOf(ports[i], cp.ContainerPort))
		} else {
			c.Expose = append(c.Expose, portOf(p, cp.ContainerPort))
		}
	}
}
