package plan

import (
	"cmp"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"time"

	corev1 "k8s.io/api/core/v1"

	"github.com/kubectl-rio/kubectl-rio/pkg/rio"
)

// pod finds why one pod does not serve. Not found is why one does that, or that just begins.
func (p Path) pod(pod corev1.Pod, c rio.Case) (rio.Finding, bool) {
	if rio.PodReady(pod) {
		return rio.Finding{}, false
	}
	statuses := rio.Statuses(pod)
	for _, s := range statuses {
		if f, ok := p.container(pod, s, c); ok {
			return f, true
		}
	}
	if cond := rio.Unplaced(pod); cond != nil {
		c["message"] = cond.Message
		if f, ok := p.unbound(pod, cond.Message, c); ok {
			return f, true
		}
		if !strings.Contains(cond.Message, "Insufficient") { // the scheduler's word for what a node has too little of
			return rio.TroubleUnplaced.Found(c), true
		}
		return rio.TroubleUnschedulable.Found(p.staging(c, "cpus", "memory")), true
	}
	if message := p.event(pod, "FailedMount", "FailedAttachVolume"); message != "" {
		c["message"], c["command"] = message, makeMissing(message, pod)
		return rio.TroubleVolume.Found(c), true
	}
	for _, s := range statuses {
		if message := p.event(pod, "Unhealthy"); s.State.Running != nil && !s.Ready && message != "" {
			c["container"], c["message"] = s.Name, message
			if port := rio.AskedPort(pod, s.Name); port != "" { // the sidecar, which is asked instead, only says 500
				c["message"] = "port " + port + " takes no connections"
			}
			return rio.TroubleProbe.Found(c), true
		}
	}
	return rio.Finding{}, false
}

// container finds why one container does not run.
func (p Path) container(pod corev1.Pod, s corev1.ContainerStatus, c rio.Case) (rio.Finding, bool) {
	c["container"], c["image"], c["restarts"] = s.Name, s.Image, fmt.Sprint(s.RestartCount)
	w, ended := s.State.Waiting, s.State.Terminated
	if w != nil {
		ended = s.LastTerminationState.Terminated
	}
	broken := w != nil && !rio.Starting(w)
	switch {
	case slices.Contains(rio.MeshContainers, s.Name) && !s.Ready && (broken || p.event(pod, "Unhealthy") != "" && s.State.Running != nil):
		c["message"] = cmp.Or(waitText(w), p.event(pod, "Unhealthy"))
		return rio.TroubleSidecar.Found(c), true
	case broken && isPull(w.Reason):
		c["reason"] = w.Reason
		return rio.TroubleImage.Found(p.staging(c, "image")), true
	case broken && w.Reason == "CreateContainerConfigError":
		c["message"], c["command"] = w.Message, makeMissing(w.Message, pod)
		return rio.TroubleConfig.Found(c), true
	case ended != nil && ended.Reason == "OOMKilled":
		c["limit"] = limitOf(pod, s.Name)
		return p.withLog(pod, s, ended, rio.TroubleMemory.Found(c)), true
	case broken, ended != nil && (ended.ExitCode != 0 || !isInit(pod, s.Name)):
		c["code"] = "unknown"
		if ended != nil {
			c["code"] = fmt.Sprint(ended.ExitCode)
		}
		return p.withLog(pod, s, ended, rio.TroubleCrash.Found(c)), true
	}
	return rio.Finding{}, false
}

func isInit(pod corev1.Pod, container string) bool {
	return slices.ContainsFunc(pod.Spec.InitContainers, func(c corev1.Container) bool { return c.Name == container })
}

// isPull reports whether a container waits for an image that does not come.
func isPull(reason string) bool {
	return slices.Contains([]string{"ErrImagePull", "ImagePullBackOff", "InvalidImageName", "ErrImageNeverPull", "RegistryUnavailable"}, reason)
}

func waitText(w *corev1.ContainerStateWaiting) string {
	if w == nil {
		return ""
	}
	return strings.Trim(w.Reason+": "+w.Message, ": ")
}

// withLog adds what a container said last: its own line, else why it could not be started.
func (p Path) withLog(pod corev1.Pod, s corev1.ContainerStatus, ended *corev1.ContainerStateTerminated, f rio.Finding) rio.Finding {
	text := p.LastLogs[pod.Name+"/"+s.Name]
	if text == "" && ended != nil {
		text = ended.Message
	}
	if text == "" && s.State.Waiting != nil && s.State.Waiting.Reason != "CrashLoopBackOff" {
		text = waitText(s.State.Waiting)
	}
	if text != "" {
		f.Details = append(f.Details, rio.Detail{Name: "last log", Text: strings.TrimSpace(text)})
	}
	return f
}

func limitOf(pod corev1.Pod, container string) string {
	for _, c := range pod.Spec.Containers {
		if limit, ok := c.Resources.Limits[corev1.ResourceMemory]; ok && c.Name == container {
			return limit.String()
		}
	}
	return "share"
}

// event is the newest warning of a pod with one of these reasons.
func (p Path) event(pod corev1.Pod, reasons ...string) string {
	message := ""
	var last time.Time
	for _, e := range p.Events.Items {
		seen := rio.LastSeen(e)
		if e.InvolvedObject.UID == pod.UID && slices.Contains(reasons, e.Reason) && !seen.Before(last) {
			message, last = strings.TrimSpace(e.Message), seen
		}
	}
	return message
}

// absent is how the kubelet words a ConfigMap or Secret that is not there.
var absent = regexp.MustCompile(`(configmap|secret) "([^"]+)" not found`)

// makeMissing is the command that makes what a pod waits for, where that is plain.
func makeMissing(message string, pod corev1.Pod) string {
	m := absent.FindStringSubmatch(message)
	switch {
	case m == nil:
		return fmt.Sprintf("kubectl describe pod -n %s %s", pod.Namespace, pod.Name)
	case m[1] == "secret":
		return fmt.Sprintf("kubectl create secret generic -n %s %s --from-literal=KEY=VALUE", pod.Namespace, m[2])
	}
	return fmt.Sprintf("kubectl create configmap -n %s %s --from-literal=KEY=VALUE", pod.Namespace, m[2])
}

// complaint is the first reason that a pod gives for not being ready.
func complaint(pod corev1.Pod) string {
	if rio.PodReady(pod) {
		return ""
	}
	if c := rio.Unplaced(pod); c != nil {
		return c.Reason + ": " + c.Message
	}
	for _, s := range rio.Statuses(pod) {
		if w := s.State.Waiting; w != nil && w.Reason != "PodInitializing" {
			return waitText(w)
		}
		if s.State.Running != nil && !s.Ready {
			return fmt.Sprintf("container %q %s", s.Name, rio.NotReady(pod, s.Name))
		}
	}
	return "not ready"
}
