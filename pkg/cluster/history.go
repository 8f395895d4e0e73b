package cluster

import (
	"cmp"
	"context"
	"fmt"
	"slices"

	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/kubectl-rio/kubectl-rio/pkg/manifest"
	"github.com/kubectl-rio/kubectl-rio/pkg/rio"
)

// History lists the pod templates that a revision's workload remembers, newest first. It is
// empty for a workload of another tool, whose pods are not found by the labels of the revision.
func (c *Client) History(ctx context.Context, s rio.Service, revision string) ([]rio.Release, error) {
	rev, ok := s.Revision(revision)
	if !ok {
		return nil, nil
	}
	releases, err := c.releases(ctx, WorkloadOf(s.Ref().Of(revision), rev.Kind))
	return recaused(rev, releases), err
}

// recaused gives the newest release of a StatefulSet or DaemonSet the cause that the workload has:
// it says why a template came back. It is none of a template that another tool has made since.
func recaused(rev *rio.Revision, releases []rio.Release) []rio.Release {
	switch {
	case rev.Kind == manifest.KindDeployment || len(releases) == 0:
	case rev.Observed != nil && rev.Observed.Altered && rev.Observed.UpToDate:
		releases[0].Cause = rio.Cause{At: releases[0].Made}
	case rev.Cause != (rio.Cause{}) && !manifest.Inherited(rev.Cause, releases[1:]):
		releases[0].Cause = rev.Cause
	}
	return releases
}

// pasts is History for every revision of a namespace, of all namespaces when it is empty: each kind
// is read once, when it is asked for.
func (c *Client) pasts(ctx context.Context, namespace string) func(rio.Ref, *rio.Revision) ([]rio.Release, error) {
	byKind := map[string]func(rio.Ref) ([]rio.Release, error){}
	return func(ref rio.Ref, rev *rio.Revision) ([]rio.Release, error) {
		if byKind[rev.Kind] == nil {
			of, err := c.remembered(ctx, rio.Ref{Namespace: namespace}, rio.LabelManaged+"=true", rev.Kind)
			if apierrors.IsForbidden(err) { // what happens from now on is seen all the same
				of, err = func(rio.Ref) ([]rio.Release, error) { return nil, nil }, nil
			}
			if err != nil {
				return nil, err
			}
			byKind[rev.Kind] = of
		}
		releases, err := byKind[rev.Kind](ref)
		return recaused(rev, releases), err
	}
}

func (c *Client) releases(ctx context.Context, w Workload) ([]rio.Release, error) {
	of, err := c.remembered(ctx, w.Ref, w.selector, w.Kind)
	if err != nil {
		return nil, err
	}
	return of(w.Ref)
}

// remembered reads what workloads of a kind remember, and gives what tells the releases of each.
func (c *Client) remembered(ctx context.Context, ref rio.Ref, selector, kind string) (of func(rio.Ref) ([]rio.Release, error), err error) {
	opts := metav1.ListOptions{LabelSelector: selector}
	if kind == manifest.KindDeployment {
		sets, err := c.apps.ReplicaSets(ref.Namespace).List(ctx, opts)
		if err != nil {
			return nil, c.Explain(fmt.Errorf("list replicasets: %w", err))
		}
		return func(r rio.Ref) ([]rio.Release, error) { return manifest.Releases(r, sets.Items), nil }, nil
	}
	kept, err := c.apps.ControllerRevisions(ref.Namespace).List(ctx, opts)
	if err != nil {
		return nil, c.Explain(fmt.Errorf("list controllerrevisions: %w", err))
	}
	return func(r rio.Ref) ([]rio.Release, error) { return manifest.KeptReleases(r, kind, kept.Items) }, nil
}

// isNewest reports whether a pod is of its workload's newest template, and whether that is its
// first. The pods that a rollout replaces may well be broken: that is why it is done.
func (c *Client) isNewest(ctx context.Context, w Workload, pod *corev1.Pod) (current, first bool) {
	releases, err := c.releases(ctx, w)
	if IsPassing(err) { // the pod's next event asks again
		return false, false
	}
	if err != nil || len(releases) == 0 {
		return err != nil, err != nil // nobody knows of an earlier one
	}
	return hashOf(*pod) == releases[0].Hash, len(releases) == 1
}

// hashOf names the template that a pod is of.
func hashOf(pod corev1.Pod) string {
	return cmp.Or(pod.Labels[appsv1.ControllerRevisionHashLabelKey], pod.Labels[appsv1.DefaultDeploymentUniqueLabelKey])
}

// anyServes reports whether a pod of a template does. Where one does, the template is not what
// keeps another from starting.
func anyServes(pods []corev1.Pod, hash string) bool {
	return slices.ContainsFunc(pods, func(p corev1.Pod) bool { return rio.PodReady(p) && hashOf(p) == hash })
}
