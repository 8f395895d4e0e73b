package printer

import (
	"io"
	"slices"
	"strings"
	"time"

	corev1 "k8s.io/api/core/v1"

	"github.com/kubectl-rio/kubectl-rio/pkg/rio"
)

// Container is one line of a list of containers.
type Container struct {
	Name      string    `json:"name"` // SERVICE[:REVISION]/SUFFIX[/CONTAINER], or POD[/CONTAINER] of what is no service's
	Stack     string    `json:"stack"`
	Container string    `json:"container"`
	Image     string    `json:"image"`
	Created   time.Time `json:"created"`
	Node      string    `json:"node,omitempty"`
	IP        string    `json:"ip,omitempty"`
	State     string    `json:"state"`
	Detail    string    `json:"detail,omitempty"`
}

// Containers lists the containers of pods, in the pods' order. Istio's and those of kubectl debug
// are listed only when all is set. Names outside of namespace carry their stack.
func Containers(pods []corev1.Pod, namespace string, all bool) []Container {
	var list []Container
	for _, pod := range pods {
		ref := rio.Ref{Namespace: pod.Namespace, Service: pod.Labels[rio.LabelService], Revision: pod.Labels[rio.LabelRevision]}
		name := rio.PodRef{Ref: ref, Suffix: strings.TrimPrefix(pod.Name, ref.ObjectName()+"-")}.Shown(namespace)
		if ref.Service == "" {
			name = rio.Ref{Namespace: pod.Namespace, Service: pod.Name}.In(namespace)
		}
		main := rio.MainContainer(&pod, ref.Service)
		for _, c := range listed(pod, all) {
			line := Container{Name: name, Stack: pod.Namespace, Container: c.Name, Image: c.Image, Created: pod.CreationTimestamp.Time, Node: pod.Spec.NodeName, IP: pod.Status.PodIP}
			if c.Name != main {
				line.Name += "/" + c.Name
			}
			line.State, line.Detail = containerState(pod, c.Name)
			list = append(list, line)
		}
	}
	return list
}

func containerState(pod corev1.Pod, name string) (state, detail string) {
	statuses := rio.AllStatuses(pod)
	i := slices.IndexFunc(statuses, func(s corev1.ContainerStatus) bool { return s.Name == name })
	if i < 0 {
		switch { // its node may not have admitted it
		case pod.Status.Phase == corev1.PodPending:
			return "pending", scheduling(pod)
		case rio.PodOver(pod):
			return "terminated", reason(pod.Status.Reason, pod.Status.Message)
		}
		return "unknown", ""
	}
	switch s := statuses[i]; {
	case s.State.Running != nil && pod.DeletionTimestamp != nil:
		return "terminating", ""
	case s.State.Running != nil && (s.Ready || i >= len(rio.Statuses(pod))): // kubectl debug's are never ready
		return "running", ""
	case s.State.Running != nil:
		return "notready", ""
	case s.State.Waiting != nil:
		return "waiting", reason(s.State.Waiting.Reason, s.State.Waiting.Message)
	case s.State.Terminated != nil:
		return "terminated", reason(s.State.Terminated.Reason, s.State.Terminated.Message)
	}
	return "unknown", ""
}

func scheduling(pod corev1.Pod) string {
	if c := rio.Unplaced(pod); c != nil {
		return reason(c.Reason, c.Message)
	}
	return ""
}

func reason(reason, message string) string {
	if message == "" {
		return reason
	}
	return reason + ": " + message
}

// ContainerTable draws the list.
func ContainerTable(w io.Writer, list []Container, now time.Time) error {
	var rows [][]string
	for _, c := range list {
		rows = append(rows, []string{c.Name, c.Image, ago(c.Created, now), c.Node, c.IP, c.State, c.Detail})
	}
	return table(w, []string{"NAME", "IMAGE", "CREATED", "NODE", "IP", "STATE", "DETAIL"}, rows)
}

// ContainerNames are a pod's containers in order; Istio's and kubectl debug's only when all is set.
func ContainerNames(pod corev1.Pod, all bool) []string {
	var names []string
	for _, c := range listed(pod, all) {
		names = append(names, c.Name)
	}
	return names
}

func listed(pod corev1.Pod, all bool) []corev1.Container {
	own := slices.Concat(pod.Spec.InitContainers, pod.Spec.Containers)
	if !all {
		return slices.DeleteFunc(own, func(c corev1.Container) bool { return slices.Contains(rio.MeshContainers, c.Name) })
	}
	for _, c := range pod.Spec.EphemeralContainers {
		own = append(own, corev1.Container(c.EphemeralContainerCommon))
	}
	return own
}
