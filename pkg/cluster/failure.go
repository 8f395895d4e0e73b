package cluster

import (
	"fmt"
	"strings"

	corev1 "k8s.io/api/core/v1"

	"github.com/kubectl-rio/kubectl-rio/pkg/rio"
)

// failure is why a pod does not start.
type failure struct {
	reason string // for a progress line
	what   string // for an error
	final  bool   // waiting longer does not help
	logs   bool   // the container's log says more
}

// finalReasons are those of a waiting container that no wait mends. A failed pull is
// tried again by the kubelet before it backs off, so only the back-off is final.
var finalReasons = map[string]string{
	"ImagePullBackOff":           "cannot be pulled; check the name",
	"InvalidImageName":           "is not an image name",
	"ErrImageNeverPull":          "is not on the node, and --image-pull-policy never forbids to pull it",
	"CreateContainerConfigError": "cannot be started as configured",
	"CrashLoopBackOff":           "starts and ends again and again",
}

// notYetRead begins what a kubelet says that has not yet got a secret or config map of the pod
// from the API server. It tries again:
// https://github.com/kubernetes/kubernetes/blob/master/pkg/kubelet/util/manager/watch_based_manager.go
const notYetRead = "failed to sync "

// failureOf reads the containers' states, https://kubernetes.io/docs/concepts/workloads/pods/pod-lifecycle/#container-states
func failureOf(pod *corev1.Pod) *failure {
	if rio.PodOver(*pod) { // it starts nothing any more, whatever its containers waited for
		return nil
	}
	for _, s := range rio.Statuses(*pod) {
		w := s.State.Waiting
		if w == nil || rio.Starting(w) {
			continue
		}
		f := &failure{reason: w.Reason, logs: w.Reason == "CrashLoopBackOff"}
		var why string
		why, f.final = finalReasons[w.Reason]
		cannot := notStarted(s)
		switch {
		case cannot != "":
			f.logs, f.what = false, fmt.Sprintf("container %q cannot be started: %s", s.Name, cannot)
		case f.logs:
			f.what = fmt.Sprintf("container %q %s%s", s.Name, why, exit(s))
		case w.Reason == "CreateContainerConfigError":
			f.final = !strings.HasPrefix(w.Message, notYetRead)
			f.what = fmt.Sprintf("container %q %s: %s", s.Name, why, w.Message)
		case f.final:
			f.what = fmt.Sprintf("image %q %s", s.Image, why)
		case w.Reason == "ErrImagePull":
			f.what = strings.TrimSuffix(fmt.Sprintf("image %q: %s", s.Image, w.Message), ": ")
		default: // of starting it, https://github.com/kubernetes/kubernetes/blob/master/pkg/kubelet/kuberuntime/kuberuntime_container.go
			f.what = strings.TrimSuffix(fmt.Sprintf("container %q: %s", s.Name, w.Message), ": ")
		}
		return f
	}
	if c := rio.Unplaced(*pod); c != nil {
		return &failure{reason: c.Reason + ": " + c.Message}
	}
	return nil
}

// notStarted is why a container's program has never run; empty where it has.
func notStarted(s corev1.ContainerStatus) string {
	if t := s.LastTerminationState.Terminated; t != nil && (t.Reason == "StartError" || t.Reason == "ContainerCannotRun") {
		return t.Message
	}
	return ""
}

func exit(s corev1.ContainerStatus) string {
	t := s.LastTerminationState.Terminated
	if t == nil {
		return ""
	}
	return fmt.Sprintf(" (exit %d, %d restarts)", t.ExitCode, s.RestartCount)
}

// String is the failure for a line of text.
func (f *failure) String() string {
	if f.what == "" {
		return f.reason
	}
	return f.reason + ": " + strings.TrimSpace(f.what)
}
