package cluster

import (
	"fmt"
	"slices"
	"strings"
	"time"

	corev1 "k8s.io/api/core/v1"

	"github.com/kubectl-rio/kubectl-rio/pkg/manifest"
	"github.com/kubectl-rio/kubectl-rio/pkg/rio"
)

// podEvents compares a pod with itself.
func podEvents(before, after *corev1.Pod) []rio.Event {
	if before == nil {
		before = &corev1.Pod{}
	}
	if after.DeletionTimestamp != nil {
		return nil
	}
	var events []rio.Event
	for _, s := range after.Status.ContainerStatuses {
		i := slices.IndexFunc(before.Status.ContainerStatuses, func(old corev1.ContainerStatus) bool { return old.Name == s.Name })
		if i >= 0 && before.Status.ContainerStatuses[i].RestartCount < s.RestartCount {
			events = append(events, podEvent(after, rio.EventRestarted, restarted(s)))
		}
	}
	was, is := failureOf(before), failureOf(after)
	switch {
	case is != nil && (was == nil || was.reason != is.reason):
		events = append(events, podEvent(after, rio.EventTrouble, is.String()))
	case after.Status.Phase == corev1.PodFailed && before.Status.Phase != corev1.PodFailed:
		events = append(events, podEvent(after, rio.EventTrouble, strings.TrimSpace("failed: "+after.Status.Reason+" "+after.Status.Message)))
	case is == nil && rio.PodReady(*before) && !rio.PodReady(*after):
		events = append(events, podEvent(after, rio.EventTrouble, "is not ready any more"))
	}
	return events
}

func restarted(s corev1.ContainerStatus) string {
	why := ""
	if t := s.LastTerminationState.Terminated; t != nil {
		why = ": " + t.Reason
	}
	return fmt.Sprintf("container %q restarted%s%s", s.Name, why, exit(s))
}

// restartsSince are the restarts after a time that a pod still knows of.
func restartsSince(pod *corev1.Pod, since time.Time) []rio.Event {
	var events []rio.Event
	for _, s := range pod.Status.ContainerStatuses {
		if t := s.LastTerminationState.Terminated; t != nil && s.RestartCount > 0 && !t.FinishedAt.Time.Before(since) {
			e := podEvent(pod, rio.EventRestarted, restarted(s))
			e.Time = t.FinishedAt.Time
			events = append(events, e)
		}
	}
	return events
}

func podEvent(pod *corev1.Pod, kind, message string) rio.Event {
	ref := manifest.RefOf(pod)
	e := rio.EventOf(ref, kind, message)
	e.Pod = strings.TrimPrefix(pod.Name, ref.ObjectName()+"-")
	return e
}
