package spec

import (
	"reflect"
	"slices"
	"strings"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/resource"

	"github.com/kubectl-rio/kubectl-rio/pkg/rio"
)

// storageFrom reads the volumes, configs and secrets of a container back.
func (c *Container) storageFrom(p corev1.PodSpec, k corev1.Container) {
	k.VolumeMounts = c.sharedFrom(p, k)
	for _, m := range k.VolumeMounts {
		v := behind(p, m)
		switch {
		case isTmpfs(v):
			t := Tmpfs{Path: m.MountPath, ReadOnly: m.ReadOnly}
			if v.EmptyDir.SizeLimit != nil {
				t.SizeBytes = v.EmptyDir.SizeLimit.Value()
			}
			c.Tmpfs = append(c.Tmpfs, t)
		case isVolume(v):
			c.Volumes = append(c.Volumes, mountFrom(v, m))
		}
	}
	c.filesFrom(p, k)
}

// sharedFrom reads back whose mounts a container shares, and gives those that are its own. A
// volume without a name that was made for another container can be had from there only; with it
// comes all that the other one mounts.
func (c *Container) sharedFrom(p corev1.PodSpec, k corev1.Container) []corev1.VolumeMount {
	own, seen := k.VolumeMounts, []string{k.Name, ""}
	for _, m := range k.VolumeMounts {
		maker := makerOf(p, m)
		if slices.Contains(seen, maker) {
			continue
		}
		seen = append(seen, maker)
		if rest, option, ok := without(own, k, m, containerNamed(&p, maker).VolumeMounts); ok {
			own, c.VolumesFrom = rest, append(c.VolumesFrom, maker+option)
		}
	}
	return own
}

// makerOf is the container that a volume without a name was made for, empty when it is none.
func makerOf(p corev1.PodSpec, m corev1.VolumeMount) string {
	for _, k := range rio.Containers(&p) {
		for _, prefix := range []string{prefixUnnamed, prefixTmpfs} {
			if m.Name == volumeName(prefix, strings.Trim(m.MountPath, "/"), k.Name) {
				return k.Name
			}
		}
	}
	return ""
}

// without takes the mounts of another container off own ones, read-only ones if the one that
// cannot be had elsewhere is. It is not ok where sharing them would bring others, too.
func without(own []corev1.VolumeMount, k corev1.Container, shared corev1.VolumeMount, others []corev1.VolumeMount) (rest []corev1.VolumeMount, option string, ok bool) {
	rest = slices.Clone(own)
	for _, other := range others {
		if other.Name == shared.Name && other.MountPath == shared.MountPath && shared.ReadOnly && !other.ReadOnly {
			option = ":ro"
		}
	}
	for _, other := range others {
		other.ReadOnly = other.ReadOnly || option != ""
		here := slices.IndexFunc(k.VolumeMounts, func(m corev1.VolumeMount) bool { return m.MountPath == other.MountPath })
		if here < 0 {
			return own, "", false
		}
		if reflect.DeepEqual(k.VolumeMounts[here], other) { // else it is its own, which goes before
			rest = slices.DeleteFunc(rest, func(m corev1.VolumeMount) bool { return m.MountPath == other.MountPath })
		}
	}
	return rest, option, true
}

func mountFrom(v corev1.Volume, m corev1.VolumeMount) Mount {
	out := Mount{Kind: kindVolume, Target: m.MountPath, ReadOnly: m.ReadOnly}
	if m.SubPath != "" {
		out.volume().SubPath = m.SubPath
	}
	switch {
	case v.HostPath != nil:
		out.Kind, out.Source = KindBind, v.HostPath.Path
		for word, mode := range propagations {
			if m.MountPropagation != nil && *m.MountPropagation == mode {
				out.Bind = &MountBind{Propagation: word}
			}
		}
	case v.PersistentVolumeClaim != nil:
		out.Source = v.PersistentVolumeClaim.ClaimName
	case v.Ephemeral != nil && v.Ephemeral.VolumeClaimTemplate != nil:
		claim := v.Ephemeral.VolumeClaimTemplate.Spec
		if claim.StorageClassName != nil {
			out.volume().Driver = *claim.StorageClassName
		}
		out.volume().SizeInGB = inGigabytes(claim.Resources.Requests.Storage())
	case v.EmptyDir != nil && strings.HasPrefix(v.Name, prefixUnnamed):
		if v.EmptyDir.SizeLimit != nil {
			out.volume().SizeInGB = inGigabytes(v.EmptyDir.SizeLimit)
		}
	default: // a claim of another tool's StatefulSet, or a name that nobody made a volume of
		out.Source = nameOf(v.Name)
	}
	return out
}

func inGigabytes(q *resource.Quantity) int { return int((q.Value() + 1<<30 - 1) >> 30) }
