package manifest

import (
	"cmp"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"

	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/kubectl-rio/kubectl-rio/pkg/rio"
)

// rolloutNumber is how the Deployment controller counts its ReplicaSets,
// k8s.io/kubectl/pkg/util/deployment.RevisionAnnotation.
const rolloutNumber = "deployment.kubernetes.io/revision"

// Releases reads what a revision's Deployment remembers: its ReplicaSets, newest first.
func Releases(ref rio.Ref, sets []appsv1.ReplicaSet) []rio.Release {
	var releases []rio.Release
	for _, rs := range sets {
		number, err := strconv.Atoi(rs.Annotations[rolloutNumber])
		if err != nil || !ownedBy(&rs, KindDeployment, ref) {
			continue
		}
		template := *rs.Spec.Template.DeepCopy()
		delete(template.Labels, appsv1.DefaultDeploymentUniqueLabelKey)
		releases = append(releases, release(ref, &rs, number, rs.Labels[appsv1.DefaultDeploymentUniqueLabelKey], template))
	}
	return newestFirst(releases)
}

// KeptReleases reads what a revision's StatefulSet or DaemonSet remembers, newest first:
// https://kubernetes.io/docs/reference/kubernetes-api/workload-resources/controller-revision-v1/
// A template that comes back is the same object with a new number, and the cause of its first time.
func KeptReleases(ref rio.Ref, kind string, kept []appsv1.ControllerRevision) ([]rio.Release, error) {
	var releases []rio.Release
	for _, r := range kept {
		if !ownedBy(&r, kind, ref) {
			continue
		}
		var patch struct {
			Spec struct {
				Template corev1.PodTemplateSpec `json:"template"`
			} `json:"spec"`
		}
		if err := json.Unmarshal(r.Data.Raw, &patch); err != nil {
			return nil, fmt.Errorf("read the template in controllerrevision %q: %w", r.Name, err)
		}
		// pods of a StatefulSet are labelled with the name, those of a DaemonSet with its end
		hash := cmp.Or(r.Labels[appsv1.ControllerRevisionHashLabelKey], r.Name)
		releases = append(releases, release(ref, &r, int(r.Revision), hash, patch.Spec.Template))
	}
	return newestFirst(releases), nil
}

func release(ref rio.Ref, kept metav1.Object, number int, hash string, template corev1.PodTemplateSpec) rio.Release {
	r := rio.Release{Number: number, Hash: hash, Template: template, Made: kept.GetCreationTimestamp().Time, Cause: parseCause(kept.GetAnnotations()), Rights: RightsOf(template.Annotations)}
	if r.Cause.At.IsZero() {
		r.Cause.At = r.Made
	}
	Unnamed(&r.Template, ref)
	DropDefaults(&r.Template)
	return r
}

// newestFirst sorts releases. The controllers give a template that another tool made the note
// of the one before it, for that is still on the workload: it is no note of this one.
func newestFirst(releases []rio.Release) []rio.Release {
	slices.SortFunc(releases, func(a, b rio.Release) int { return cmp.Compare(b.Number, a.Number) })
	for i := range releases {
		if Inherited(releases[i].Cause, releases[i+1:]) {
			releases[i].Cause = rio.Cause{At: releases[i].Made}
		}
	}
	if len(releases) > 0 {
		releases[0].Current = true
	}
	return releases
}

// Inherited reports whether a note is that of one of the releases before.
func Inherited(c rio.Cause, before []rio.Release) bool {
	return c.Command != "" && slices.ContainsFunc(before, func(r rio.Release) bool { return r.Cause == c })
}

func ownedBy(o metav1.Object, kind string, ref rio.Ref) bool {
	owner := metav1.GetControllerOf(o)
	return owner != nil && owner.Kind == kind && owner.Name == ref.ObjectName() && o.GetNamespace() == ref.Namespace
}
