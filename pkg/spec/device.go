package spec

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/resource"
	"k8s.io/apimachinery/pkg/util/validation"
)

// ParseDevice reads RESOURCE[=N]: Kubernetes knows devices by the resource that a device
// plugin of the node offers, not by their path,
// https://kubernetes.io/docs/concepts/extend-kubernetes/compute-storage-net/device-plugins/
func ParseDevice(s string) (Device, error) {
	d := Device{OnHost: s}
	return d, d.Check()
}

// Check refuses what no device plugin offers.
func (d Device) Check() error {
	_, _, err := d.resource()
	return err
}

func (d Device) resource() (corev1.ResourceName, resource.Quantity, error) {
	name, count, given := strings.Cut(d.OnHost, "=")
	if strings.HasPrefix(name, "/") {
		return "", resource.Quantity{}, fmt.Errorf("%q is a path, and Kubernetes gives a pod devices by the name that a device plugin offers them under, for example nvidia.com/gpu=1; a privileged container can mount it instead: --privileged -v %s:%s", name, name, name)
	}
	n := uint64(1)
	if given {
		var err error
		if n, err = strconv.ParseUint(count, 10, 31); err != nil || n == 0 {
			return "", resource.Quantity{}, fmt.Errorf("%q is not a number of devices, 1 or more", count)
		}
	}
	if errs := validation.IsQualifiedName(name); len(errs) > 0 || !strings.Contains(name, "/") {
		return "", resource.Quantity{}, fmt.Errorf("%q is no resource of a device plugin; want DOMAIN/NAME[=N], for example nvidia.com/gpu=1", name)
	}
	if d.InContainer != "" || d.Permissions != "" {
		return "", resource.Quantity{}, fmt.Errorf("%q comes into the container where its device plugin puts it; leave path and permissions out", name)
	}
	return corev1.ResourceName(name), *resource.NewQuantity(int64(n), resource.DecimalSI), nil
}

// overlayDevices asks for them. Limit and request of such a resource are always the same.
func (c Container) overlayDevices(k *corev1.Container) error {
	if c.Devices == nil {
		return nil
	}
	for _, list := range []corev1.ResourceList{k.Resources.Limits, k.Resources.Requests} {
		for name := range list {
			if isDevice(name) {
				delete(list, name)
			}
		}
	}
	for _, d := range c.Devices {
		name, n, err := d.resource()
		if err != nil {
			return fmt.Errorf("invalid device %q: %w", d.OnHost, err)
		}
		if k.Resources.Limits == nil {
			k.Resources.Limits = corev1.ResourceList{}
		}
		k.Resources.Limits[name] = n
	}
	return nil
}

// isDevice tells a device plugin's resources from Kubernetes' own.
func isDevice(name corev1.ResourceName) bool {
	domain, _, qualified := strings.Cut(string(name), "/")
	return qualified && !strings.HasSuffix(domain, "kubernetes.io")
}

func (c *Container) devicesFrom(r corev1.ResourceRequirements) {
	for name, n := range r.Limits {
		if isDevice(name) {
			d := Device{OnHost: string(name)}
			if n.Value() != 1 {
				d.OnHost += fmt.Sprintf("=%d", n.Value())
			}
			c.Devices = append(c.Devices, d)
		}
	}
	slices.SortFunc(c.Devices, func(a, b Device) int { return strings.Compare(a.OnHost, b.OnHost) })
}
