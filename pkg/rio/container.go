package rio

import (
	"fmt"
	"slices"
	"strings"

	corev1 "k8s.io/api/core/v1"
)

// Containers are all of a pod, in the order in which they start.
func Containers(pod *corev1.PodSpec) []*corev1.Container {
	var all []*corev1.Container
	for _, list := range [][]corev1.Container{pod.InitContainers, pod.Containers} {
		for i := range list {
			all = append(all, &list[i])
		}
	}
	return all
}

// HasProxy reports whether a pod has Istio's proxy, as a container or, as in newer versions, as
// an init container that stays.
func HasProxy(pod corev1.Pod) bool {
	return slices.ContainsFunc(Containers(&pod.Spec), func(c *corev1.Container) bool { return c.Name == MeshContainers[0] })
}

// ContainerOf is the container that a reference means: the one it names, else the one
// called like the service, else the pod's first.
func ContainerOf(pod *corev1.Pod, ref PodRef) (string, error) {
	var names []string
	for _, c := range pod.Spec.Containers {
		names = append(names, c.Name)
	}
	switch {
	case ref.Container == "" && slices.Contains(names, ref.Service):
		return ref.Service, nil
	case ref.Container == "" && len(names) > 0:
		return names[0], nil
	case slices.Contains(names, ref.Container):
		return ref.Container, nil
	}
	for _, c := range pod.Spec.InitContainers { // sidecars that start first are listed there
		if c.Name == ref.Container {
			return c.Name, nil
		}
		names = append(names, c.Name)
	}
	return "", fmt.Errorf("pod %q has no container %q (has %s)", pod.Name, ref.Container, strings.Join(names, ", "))
}

// Statuses are those of all containers of a pod, in the order in which they start.
func Statuses(pod corev1.Pod) []corev1.ContainerStatus {
	return slices.Concat(pod.Status.InitContainerStatuses, pod.Status.ContainerStatuses)
}
