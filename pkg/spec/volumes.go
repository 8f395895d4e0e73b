package spec

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/utils/ptr"

	"github.com/kubectl-rio/kubectl-rio/pkg/rio"
)

// overlayStorage gives all containers what they mount. A container that shares what another
// one has comes after that.
func (r Revision) overlayStorage(p *corev1.PodSpec) error {
	main := &p.Containers[0]
	var before []string
	for _, v := range p.Volumes {
		if rio.Mounted(p, v.Name) {
			before = append(before, v.Name)
		}
	}
	if err := r.overlayVolumes(p, main); err != nil {
		return err
	}
	names := slices.Sorted(maps.Keys(r.Sidekicks))
	for _, name := range names {
		if err := r.Sidekicks[name].overlayVolumes(p, containerNamed(p, name)); err != nil {
			return fmt.Errorf("sidekick %q: %w", name, err)
		}
	}
	for _, name := range names {
		if err := r.Sidekicks[name].share(p, containerNamed(p, name)); err != nil {
			return fmt.Errorf("sidekick %q: %w", name, err)
		}
	}
	if err := r.share(p, main); err != nil {
		return err
	}
	p.Volumes = slices.DeleteFunc(p.Volumes, func(v corev1.Volume) bool {
		return slices.Contains(before, v.Name) && !rio.Mounted(p, v.Name) // that nobody mounts any more
	})
	return nil
}

// overlayVolumes gives a container its volumes, files and directories in memory. Each list
// that is set replaces what the container has of that sort.
func (c Container) overlayVolumes(p *corev1.PodSpec, k *corev1.Container) error {
	if c.Volumes != nil {
		unmount(p, k, isVolume)
		for _, m := range c.Volumes {
			if err := m.overlay(p, k, c.DefaultVolumeDriver); err != nil {
				return fmt.Errorf("invalid volume %q: %w", m.Target, err)
			}
		}
	}
	if c.Tmpfs != nil {
		unmount(p, k, isTmpfs)
		for _, t := range c.Tmpfs {
			if err := t.overlay(p, k); err != nil {
				return fmt.Errorf("invalid tmpfs %q: %w", t.Path, err)
			}
		}
	}
	if err := overlayFiles(p, k, rio.KindConfigMap, c.Configs); err != nil {
		return err
	}
	return overlayFiles(p, k, rio.KindSecret, c.Secrets)
}

func (m Mount) overlay(p *corev1.PodSpec, k *corev1.Container, driver string) error {
	if err := m.Check(); err != nil {
		return err
	}
	vm := corev1.VolumeMount{MountPath: m.Target, ReadOnly: m.ReadOnly}
	if m.Volume != nil {
		vm.SubPath = m.Volume.SubPath
	}
	if m.Bind != nil && m.Bind.Propagation != "" {
		mode := propagations[m.Bind.Propagation]
		if mode == corev1.MountPropagationBidirectional && (k.SecurityContext == nil || !ptr.Deref(k.SecurityContext.Privileged, false)) {
			return fmt.Errorf("propagation %q lets the container mount on the node; it has to be privileged for that: --privileged", m.Bind.Propagation)
		}
		vm.MountPropagation = &mode
	}
	return mount(p, k, m.source(k.Name, driver), vm)
}

func (t Tmpfs) overlay(p *corev1.PodSpec, k *corev1.Container) error {
	if err := t.Check(); err != nil {
		return err
	}
	v := corev1.Volume{Name: volumeName(prefixTmpfs, strings.Trim(t.Path, "/"), k.Name)}
	v.EmptyDir = &corev1.EmptyDirVolumeSource{Medium: corev1.StorageMediumMemory}
	if t.SizeBytes > 0 {
		v.EmptyDir.SizeLimit = new(bytesOf(t.SizeBytes))
	}
	return mount(p, k, v, corev1.VolumeMount{MountPath: t.Path, ReadOnly: t.ReadOnly})
}

// mount adds a volume to the pod, unless it has it, and mounts it.
func mount(p *corev1.PodSpec, k *corev1.Container, v corev1.Volume, m corev1.VolumeMount) error {
	if slices.ContainsFunc(k.VolumeMounts, func(old corev1.VolumeMount) bool { return old.MountPath == m.MountPath }) {
		return fmt.Errorf("%q is mounted twice; give each a path of its own", m.MountPath)
	}
	m.Name = v.Name
	k.VolumeMounts = append(k.VolumeMounts, m)
	if i := slices.IndexFunc(p.Volumes, func(old corev1.Volume) bool { return old.Name == v.Name }); i >= 0 {
		p.Volumes[i] = v // in its place, or the same pod would be another template
	} else {
		p.Volumes = append(p.Volumes, v)
	}
	return nil
}

// unmount takes from a container the mounts of volumes of a sort.
func unmount(p *corev1.PodSpec, k *corev1.Container, ofSort func(corev1.Volume) bool) {
	k.VolumeMounts = slices.DeleteFunc(k.VolumeMounts, func(m corev1.VolumeMount) bool { return ofSort(behind(*p, m)) })
}

// behind is the pod's volume of a mount; an empty one stands for a claim of a StatefulSet.
func behind(p corev1.PodSpec, m corev1.VolumeMount) corev1.Volume {
	for _, v := range p.Volumes {
		if v.Name == m.Name {
			return v
		}
	}
	return corev1.Volume{Name: m.Name}
}

// isVolume reports whether a Mount makes such a volume. What the pod does not have is a claim
// of its StatefulSet.
func isVolume(v corev1.Volume) bool {
	none := v.VolumeSource == corev1.VolumeSource{}
	return none || v.HostPath != nil || v.PersistentVolumeClaim != nil || v.Ephemeral != nil || v.EmptyDir != nil && !isTmpfs(v)
}

func isTmpfs(v corev1.Volume) bool {
	return v.EmptyDir != nil && v.EmptyDir.Medium == corev1.StorageMediumMemory
}

// share gives a container the mounts of others of the pod: SIDEKICK or SIDEKICK:ro.
func (c Container) share(p *corev1.PodSpec, k *corev1.Container) error {
	for _, from := range c.VolumesFrom {
		name, option, _ := strings.Cut(from, ":")
		if option != "" && option != "ro" && option != "rw" {
			return fmt.Errorf("invalid volumes from %q: option %q, want ro or rw", from, option)
		}
		other := containerNamed(p, name)
		if other == nil || other.Name == k.Name {
			return fmt.Errorf("invalid volumes from %q: the pod has no other container %q; name a sidekick of the service, for volumes of another service: kubectl rio volume create", from, name)
		}
		for _, m := range other.VolumeMounts {
			if slices.ContainsFunc(k.VolumeMounts, func(own corev1.VolumeMount) bool { return own.MountPath == m.MountPath }) {
				continue // the container's own goes before
			}
			m.ReadOnly = m.ReadOnly || option == "ro"
			k.VolumeMounts = append(k.VolumeMounts, m)
		}
	}
	return nil
}

func containerNamed(p *corev1.PodSpec, name string) *corev1.Container {
	for _, k := range rio.Containers(p) {
		if k.Name == name {
			return k
		}
	}
	return nil
}
