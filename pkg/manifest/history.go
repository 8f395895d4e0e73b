package manifest

import (
	"cmp"
	"slices"
	"strconv"

	appsv1 "k8s.io/api/apps/v1"

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
		if err != nil || !ownedBy(rs, ref.ObjectName()) {
			continue
		}
		r := rio.Release{
			Number: number, Hash: rs.Labels[appsv1.DefaultDeploymentUniqueLabelKey],
			Template: *rs.Spec.Template.DeepCopy(), Cause: parseCause(rs.Annotations),
		}
		if r.Cause.At.IsZero() {
			r.Cause.At = rs.CreationTimestamp.Time
		}
		delete(r.Template.Labels, appsv1.DefaultDeploymentUniqueLabelKey)
		Unnamed(&r.Template, ref)
		releases = append(releases, r)
	}
	slices.SortFunc(releases, func(a, b rio.Release) int { return cmp.Compare(b.Number, a.Number) })
	if len(releases) > 0 {
		releases[0].Current = true
	}
	return releases
}

func ownedBy(rs appsv1.ReplicaSet, deployment string) bool {
	for _, o := range rs.OwnerReferences {
		if o.Kind == KindDeployment && o.Name == deployment {
			return true
		}
	}
	return false
}
