package rio

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	corev1 "k8s.io/api/core/v1"
)

// Volume is storage that outlives pods: a PersistentVolumeClaim, or the template of those
// that each pod of a StatefulSet gets for itself.
type Volume struct {
	Namespace   string
	Name        string
	Labels      map[string]string // a user's own
	Driver      string            // the StorageClass; empty is the cluster's default
	Template    bool
	Of          string // the template that a pod's own volume is made of
	SizeInGB    int
	AccessMode  corev1.PersistentVolumeAccessMode
	Description string // what people say of it
	Foreign     bool   // made by another tool
	State       string
	Detail      string
	Created     time.Time
}

// States of a volume.
const (
	VolumeActive   = "active"
	VolumePending  = "pending" // no storage is given to it yet
	VolumeRemoving = "removing"
	VolumeError    = "error"
)

// ID is what mutating verbs print: NAMESPACE:NAME.
func (v Volume) ID() string { return v.FullName().ID() }

// FullName names it in the cluster.
func (v Volume) FullName() Name { return Name{Namespace: v.Namespace, Name: v.Name} }

// Validate checks a volume that is to be made.
func (v Volume) Validate() error {
	if v.SizeInGB < 1 {
		return fmt.Errorf("invalid number: %d; a volume has a size in gigabytes, 1 or more", v.SizeInGB)
	}
	return validLabels(v.Labels)
}

// ParseGigabytes reads a volume's size.
func ParseGigabytes(s string) (int, error) {
	n, err := strconv.ParseInt(s, 10, 32)
	if err != nil || n < 1 {
		return 0, fmt.Errorf("invalid number: %q; want the size in gigabytes, 1 or more, for example 10", s)
	}
	return int(n), nil
}

// accessModes are Rio's words for Kubernetes' own,
// https://kubernetes.io/docs/concepts/storage/persistent-volumes/#access-modes
var accessModes = []corev1.PersistentVolumeAccessMode{corev1.ReadWriteOnce, corev1.ReadWriteMany, corev1.ReadOnlyMany, corev1.ReadWriteOncePod}

// ParseAccessMode reads readWriteOnce, readWriteMany, readOnlyMany or readWriteOncePod, in
// any case.
func ParseAccessMode(s string) (corev1.PersistentVolumeAccessMode, error) {
	for _, mode := range accessModes {
		if strings.EqualFold(s, string(mode)) {
			return mode, nil
		}
	}
	return "", fmt.Errorf("invalid access mode %q: want readWriteOnce, readWriteMany, readOnlyMany or readWriteOncePod", s)
}

// Mounts reports whether the pods of a service's revision use a volume: it, or as each has
// one of its own, its template or one that was made of it.
func (r Revision) Mounts(service Ref, v Volume) bool {
	for _, have := range r.Running().Spec.Volumes {
		if c := have.PersistentVolumeClaim; c != nil && c.ClaimName == v.Name && !v.Template {
			return true
		}
	}
	for _, c := range r.Claims {
		number, own := strings.CutPrefix(v.Name, c.Name+"-"+service.Of(r.Name).ObjectName()+"-")
		if _, err := strconv.ParseUint(number, 10, 31); v.Template && TemplateOf(c) == v.Name || !v.Template && own && err == nil {
			return true
		}
	}
	return false
}

// TemplateOf is the template that a claim of a StatefulSet was made of. The claim is called as the
// pod's volume, which is not always called as the template; another tool's has no template but itself.
func TemplateOf(claim corev1.PersistentVolumeClaim) string {
	return cmp.Or(claim.Labels[LabelVolume], claim.Name)
}

// Alone reports whether a volume is one pod's at a time: one node's in words, and two pods of
// a node share it unseen.
func (v Volume) Alone() bool {
	return !v.Template && (v.AccessMode == corev1.ReadWriteOnce || v.AccessMode == corev1.ReadWriteOncePod)
}

// Writes reports whether a container of a pod may write to the pod's volume.
func Writes(pod *corev1.PodSpec, v corev1.Volume) bool {
	if v.PersistentVolumeClaim != nil && v.PersistentVolumeClaim.ReadOnly {
		return false
	}
	return mounts(pod, func(m corev1.VolumeMount) bool { return m.Name == v.Name && !m.ReadOnly })
}

// Mounted reports whether any container of a pod mounts the pod's volume of that name.
func Mounted(pod *corev1.PodSpec, volume string) bool {
	return mounts(pod, func(m corev1.VolumeMount) bool { return m.Name == volume })
}

func mounts(pod *corev1.PodSpec, such func(corev1.VolumeMount) bool) bool {
	return slices.ContainsFunc(Containers(pod), func(c *corev1.Container) bool {
		return slices.ContainsFunc(c.VolumeMounts, such)
	})
}
