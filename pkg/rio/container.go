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

// defaultContainer is kubectl's, which Istio's injector sets too:
// https://kubernetes.io/docs/reference/labels-annotations-taints/#kubectl-kubernetes-io-default-container
const defaultContainer = "kubectl.kubernetes.io/default-container"

// MainContainer is the one that is meant where none is named: the one called like the service,
// else what the pod says, else the first that is not Istio's, whose proxy may stand first.
func MainContainer(pod *corev1.Pod, service string) string {
	named := func(name string) func(corev1.Container) bool {
		return func(c corev1.Container) bool { return c.Name == name }
	}
	for _, fits := range []func(corev1.Container) bool{
		named(service),
		named(pod.Annotations[defaultContainer]),
		func(c corev1.Container) bool { return !slices.Contains(MeshContainers, c.Name) },
		func(corev1.Container) bool { return true },
	} {
		if i := slices.IndexFunc(pod.Spec.Containers, fits); i >= 0 {
			return pod.Spec.Containers[i].Name
		}
	}
	return ""
}

// ContainerOf is the container that a reference means: the one it names, else the main one.
func ContainerOf(pod *corev1.Pod, ref PodRef) (string, error) {
	name := ref.Container
	if name == "" {
		name = MainContainer(pod, ref.Service)
	}
	var names []string
	for _, c := range pod.Spec.Containers {
		names = append(names, c.Name)
	}
	for _, c := range pod.Spec.InitContainers { // sidecars that start first are listed there
		names = append(names, c.Name)
	}
	for _, c := range pod.Spec.EphemeralContainers {
		names = append(names, c.Name)
	}
	if !slices.Contains(names, name) {
		return "", fmt.Errorf("pod %q has no container %q (has %s)", pod.Name, ref.Container, strings.Join(names, ", "))
	}
	return name, nil
}

// Statuses are those of all containers that a pod was made with, in the order in which they start.
func Statuses(pod corev1.Pod) []corev1.ContainerStatus {
	return slices.Concat(pod.Status.InitContainerStatuses, pod.Status.ContainerStatuses)
}

// AllStatuses are those, and then of the containers that kubectl debug has added.
func AllStatuses(pod corev1.Pod) []corev1.ContainerStatus {
	return slices.Concat(Statuses(pod), pod.Status.EphemeralContainerStatuses)
}
