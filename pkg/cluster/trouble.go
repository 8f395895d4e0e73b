package cluster

import (
	"context"
	"fmt"
	"slices"
	"strings"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/labels"
	"k8s.io/apimachinery/pkg/selection"

	"github.com/kubectl-rio/kubectl-rio/pkg/manifest"
	"github.com/kubectl-rio/kubectl-rio/pkg/rio"
)

// AddTrouble says of each revision that has fewer pods available than it is to have what is
// wrong with one of them. Where all is well, nothing is asked.
func (c *Client) AddTrouble(ctx context.Context, namespace string, services []rio.Service) error {
	var names []string
	for _, s := range services {
		if isShort(s) {
			names = append(names, s.Name)
		}
	}
	if len(names) == 0 {
		return nil
	}
	selector := rio.LabelService // of any
	if slices.Sort(names); len(names) <= mostNames {
		of, err := labels.NewRequirement(rio.LabelService, selection.In, slices.Compact(names))
		if err != nil {
			return err
		}
		selector = labels.NewSelector().Add(*of).String()
	}
	short := shortOf(services)
	return c.Explain(c.each(ctx, selector, objectList{rio.KindPod, page(c.core.Pods(namespace).List)}, func(o manifest.Object) error {
		short.add(o.(*corev1.Pod))
		return nil
	}))
}

// mostNames is how many services are named in a question, which proxies on the way cut off at 8 KiB:
// names have up to 63 characters.
const mostNames = 100

// isShort reports whether a revision has fewer pods than it should.
func isShort(s rio.Service) bool {
	return slices.ContainsFunc(s.Revisions, func(r rio.Revision) bool { return r.Observed.Short() })
}

// addTrouble is AddTrouble for pods that are known.
func addTrouble(services []rio.Service, pods []corev1.Pod) {
	short := shortOf(services)
	for i := range pods {
		short.add(&pods[i])
	}
}

// short are the revisions that have fewer pods than they should.
type short map[rio.Ref]*rio.Observed

func shortOf(services []rio.Service) short {
	all := short{}
	for _, s := range services {
		for _, r := range s.Revisions {
			if r.Observed.Short() {
				all[s.Ref().Of(r.Name)] = r.Observed
			}
		}
	}
	return all
}

// add notes what is wrong with a pod of one of them.
func (s short) add(pod *corev1.Pod) {
	ref := manifest.RefOf(pod)
	seen := s[ref.Of(ref.RevisionName())]
	if seen == nil || seen.Broken || rio.PodOver(*pod) && seen.Trouble != "" { // of one that ended long ago only where no other has any
		return
	}
	if text, final := troubleOf(pod); text != "" {
		seen.Trouble, seen.Broken = text, final
	}
}

// troubleOf is why a pod does not serve, and whether no waiting mends it. Nothing, for one
// that serves, is being made or goes.
func troubleOf(pod *corev1.Pod) (text string, final bool) {
	if pod.DeletionTimestamp != nil || rio.PodReady(*pod) {
		return "", false
	}
	if why := strings.Trim(pod.Status.Reason+": "+pod.Status.Message, ": "); rio.PodOver(*pod) && why != "" {
		return pod.Name + ": " + why, false
	}
	if f := failureOf(pod); f != nil {
		return fmt.Sprintf("%s: %s", pod.Name, f), f.final
	}
	for _, s := range pod.Status.ContainerStatuses {
		if t := s.State.Terminated; t != nil {
			return fmt.Sprintf("%s: container %q ended (exit %d, %d restarts)", pod.Name, s.Name, t.ExitCode, s.RestartCount), false
		}
		if s.State.Running != nil && !s.Ready {
			return fmt.Sprintf("%s: container %q %s", pod.Name, s.Name, rio.NotReady(*pod, s.Name)), false
		}
	}
	if node := silentNode(pod); node != "" {
		if pod.Status.Phase == corev1.PodPending {
			return fmt.Sprintf("%s: node %q has not taken it up yet", pod.Name, node), false
		}
		return fmt.Sprintf("%s: node %q does not report any more", pod.Name, node), false
	}
	for _, cond := range pod.Status.Conditions {
		if cond.Type == corev1.PodReady && cond.Status != corev1.ConditionTrue && pod.Status.Phase == corev1.PodRunning {
			return fmt.Sprintf("%s: not ready on node %q %s", pod.Name, pod.Spec.NodeName, cond.Message), false
		}
	}
	return "", false
}
