package spec

import (
	"strings"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/resource"
)

// storageFrom reads the volumes, configs and secrets of a container back.
func (c *Container) storageFrom(p corev1.PodSpec, k corev1.Container) {
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

func mountFrom(v corev1.Volume, m corev1.VolumeMount) Mount {
	out := Mount{Kind: kindVolume, Target: m.MountPath, ReadOnly: m.ReadOnly}
	if m.SubPath != "" {
		out.volume().SubPath = m.SubPath
	}
	switch {
	case v.HostPath != nil:
		out.Kind, out.Source = kindBind, v.HostPath.Path
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
	default: // a claim of the StatefulSet, or a name that nobody made a volume of
		out.Source = v.Name
	}
	return out
}

func inGigabytes(q *resource.Quantity) int { return int((q.Value() + 1<<30 - 1) >> 30) }
