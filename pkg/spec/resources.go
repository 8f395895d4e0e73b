package spec

import (
	"fmt"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/resource"
)

func (c Container) overlayResources(k *corev1.Container) error {
	set := func(list *corev1.ResourceList, name corev1.ResourceName, q resource.Quantity) {
		if *list == nil {
			*list = corev1.ResourceList{}
		}
		(*list)[name] = q
	}
	if c.NanoCPUs != nil {
		set(&k.Resources.Requests, corev1.ResourceCPU, *cpus(*c.NanoCPUs))
	}
	if c.MemoryReservationBytes != nil {
		set(&k.Resources.Requests, corev1.ResourceMemory, bytesOf(*c.MemoryReservationBytes))
	}
	if c.MemoryLimitBytes != nil {
		set(&k.Resources.Limits, corev1.ResourceMemory, bytesOf(*c.MemoryLimitBytes))
	}
	reserved, limit := k.Resources.Requests[corev1.ResourceMemory], k.Resources.Limits[corev1.ResourceMemory]
	if !limit.IsZero() && limit.Cmp(reserved) < 0 {
		return fmt.Errorf("memory limit %s is less than the %s that are reserved; raise the limit or lower the reservation", limit.String(), reserved.String())
	}
	return nil
}

const milli = 1_000_000 // nano-CPUs

// bytesOf is a number of bytes in the form in which the server gives it back: 1Gi, but 2k for
// 2000. Otherwise what is written would seem to differ from what is there.
func bytesOf(n int64) resource.Quantity {
	q := *resource.NewQuantity(n, resource.BinarySI)
	if read, err := resource.ParseQuantity(q.String()); err == nil {
		return read
	}
	return q
}

// cpus is the number as people write it, 500m and not 500000000n.
func cpus(nanos int64) *resource.Quantity {
	q := resource.NewScaledQuantity(nanos, resource.Nano)
	if nanos%milli == 0 {
		q = resource.NewMilliQuantity(nanos/milli, resource.DecimalSI)
	}
	q.Format = resource.DecimalSI
	return q
}

func (c *Container) resourcesFrom(r corev1.ResourceRequirements) {
	if q, ok := r.Requests[corev1.ResourceCPU]; ok {
		c.NanoCPUs = new(q.ScaledValue(resource.Nano))
	}
	if q, ok := r.Requests[corev1.ResourceMemory]; ok {
		c.MemoryReservationBytes = new(q.Value())
	}
	if q, ok := r.Limits[corev1.ResourceMemory]; ok {
		c.MemoryLimitBytes = new(q.Value())
	}
}
