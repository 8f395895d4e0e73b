package plan

import (
	"fmt"
	"slices"

	corev1 "k8s.io/api/core/v1"

	"github.com/kubectl-rio/kubectl-rio/pkg/manifest"
	"github.com/kubectl-rio/kubectl-rio/pkg/rio"
)

// CreateVolume makes a volume. There must be none of the name, as a template neither.
func CreateVolume(existing []rio.Volume, v rio.Volume) (ChangeSet, error) {
	if err := v.Validate(); err != nil {
		return nil, err
	}
	for _, old := range existing {
		if old.Name == v.Name {
			return nil, fmt.Errorf("volume %q exists in stack %q (%d GB); choose another name, or remove it: kubectl rio volume rm -n %s %s", v.Name, v.Namespace, old.SizeInGB, v.Namespace, v.Name)
		}
	}
	return ChangeSet{{Op: Create, After: manifest.Volume(v)}}, nil
}

// DescribeVolume lets a volume say something else of itself; what it is stays. mine is what
// kubectl rio owns of the object.
func DescribeVolume(mine manifest.Object, v rio.Volume) ChangeSet {
	return ChangeSet{{Op: Update, Before: mine, After: manifest.Volume(v)}}
}

// RemoveVolume deletes a volume, and with it what is on it unless the cluster's storage
// keeps that. One that a revision uses goes only by force, when the last of its pods has ended.
func RemoveVolume(live manifest.Object, v rio.Volume, users []rio.Ref, force bool) (ChangeSet, error) {
	if live == nil {
		return nil, rio.NoSuch("volume", v.FullName())
	}
	if was, ok := manifest.ParseVolume(live); !ok || was.Foreign {
		return nil, fmt.Errorf("volume %q was not made by kubectl rio; delete it with: kubectl delete pvc -n %s %s", v.Name, v.Namespace, v.Name)
	}
	if len(users) > 0 && !force {
		return nil, fmt.Errorf("volume %q is used by %s; remove that first, or delete the volume all the same: kubectl rio volume rm --force -n %s %s",
			v.Name, rio.JoinRefs(users), v.Namespace, v.Name)
	}
	return ChangeSet{{Op: Delete, Before: live}}, nil
}

// VolumeUsers lists the revisions that mount a volume, in the order of the services.
func VolumeUsers(services []rio.Service, v rio.Volume) []rio.Ref {
	var refs []rio.Ref
	for _, s := range services {
		for _, r := range s.Revisions {
			if r.Mounts(s.Ref(), v) {
				refs = append(refs, s.Ref().Of(r.Name))
			}
		}
	}
	return refs
}

// Provide decides what the volumes are that a revision's pod names, of those that exist in
// the stack: a volume, a claim of its own for each pod when there is a template, and else an
// empty directory, which is said in missing. Where one is one pod's at a time, and somebody
// asked for no other order, a pod has ended before the next begins; a StatefulSet's always has.
func Provide(s rio.Service, revision string, existing []rio.Volume) (next rio.Service, missing []string, err error) {
	next = s.Clone()
	rev, ok := next.Revision(revision)
	if !ok {
		return s, nil, rio.NoSuchRevision(s, revision)
	}
	pod, once := &rev.Template.Spec, false
	for i := 0; i < len(pod.Volumes); i++ {
		v := &pod.Volumes[i]
		if v.PersistentVolumeClaim == nil {
			continue
		}
		name := v.PersistentVolumeClaim.ClaimName
		found := slices.IndexFunc(existing, func(v rio.Volume) bool { return v.Name == name })
		switch {
		case found < 0:
			missing = append(missing, name)
			v.VolumeSource = corev1.VolumeSource{EmptyDir: &corev1.EmptyDirVolumeSource{}}
		case existing[found].Template:
			if err := mayClaim(next, rev, name); err != nil {
				return s, nil, err
			}
			claim := manifest.Claim(existing[found])
			claim.Name = v.Name
			if !slices.ContainsFunc(rev.Claims, func(c corev1.PersistentVolumeClaim) bool { return c.Name == claim.Name }) {
				rev.Claims = append(rev.Claims, claim)
			}
			rev.Kind, rev.Rollout.StopFirst = manifest.KindStatefulSet, false
			pod.Volumes = slices.Delete(pod.Volumes, i, i+1)
			i--
		case existing[found].Alone() && rio.Writes(pod, *v):
			once = true
		}
	}
	rev.Alone = once && rev.Kind == manifest.KindStatefulSet
	first := rev.Rollout.StartFirst
	rev.Rollout.Recreate, rev.Rollout.StartFirst = false, false
	asked := rev.Rollout != rio.Rollout{} && rev.Rollout != stopOne
	switch {
	case !once || rev.Kind != manifest.KindDeployment:
	case first: // with a batch it can be told ever after that somebody asked for this order
		rev.Rollout.BatchSize = max(rev.Rollout.BatchSize, 1)
	case !asked:
		rev.Rollout = rio.Rollout{Recreate: true}
	}
	rev.Claims = slices.DeleteFunc(rev.Claims, func(c corev1.PersistentVolumeClaim) bool { return !rio.Mounted(pod, c.Name) })
	return next, missing, nil
}

// stopOne is the update order stop-first where nothing else is asked for. Of a Deployment that a
// volume holds to one pod at a time, only Recreate keeps it.
var stopOne = rio.Rollout{StopFirst: true, BatchSize: 1}

// mayClaim refuses a claim for each pod where Kubernetes has none, or where it would stop a
// promotion: the claims of a StatefulSet cannot be changed.
func mayClaim(s rio.Service, rev *rio.Revision, name string) error {
	if rev.Kind == manifest.KindDaemonSet {
		return fmt.Errorf("volume %q is a template, and a pod on every node cannot have one; mount a path of the node: -v /var/lib/%s:/PATH, or leave --global out", name, name)
	}
	latest, ok := s.Latest()
	if rev.Name != rio.Latest && ok && !slices.ContainsFunc(latest.Claims, func(c corev1.PersistentVolumeClaim) bool { return rio.TemplateOf(c) == name }) {
		return fmt.Errorf("volume %q is a template that latest of %q does not have, and the claims of its StatefulSet cannot be changed by a promotion; run a new service with it: kubectl rio run -v %s:/PATH", name, s.Name, name)
	}
	return mayBeCalled(s.Ref().Of(rev.Name), manifest.KindStatefulSet, "choose a shorter one")
}

// Claimed lists the volumes that a revision's pod names, sorted: what Provide has to know.
func Claimed(s rio.Service, revision string) []string {
	rev, ok := s.Revision(revision)
	if !ok {
		return nil
	}
	var names []string
	for _, v := range rev.Template.Spec.Volumes {
		if v.PersistentVolumeClaim != nil {
			names = append(names, v.PersistentVolumeClaim.ClaimName)
		}
	}
	slices.Sort(names)
	return slices.Compact(names)
}
