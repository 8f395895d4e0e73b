package plan

import (
	"fmt"
	"path"
	"reflect"
	"slices"
	"strings"

	corev1 "k8s.io/api/core/v1"

	"github.com/kubectl-rio/kubectl-rio/pkg/manifest"
	"github.com/kubectl-rio/kubectl-rio/pkg/rio"
	"github.com/kubectl-rio/kubectl-rio/pkg/spec"
)

// staged is a revision beside latest: latest's pod with what is set, or what is set alone.
func staged(s rio.Service, latest *rio.Revision, name string, r spec.Revision) (rio.Revision, error) {
	rev := beside(s, latest)
	rev.Name = name
	wasOrdered := rev.Rollout.Ordered
	if r.Inherit != nil && !*r.Inherit {
		if err := mayStandAlone(s, name, r); err != nil {
			return rev, err
		}
		rev = rio.Revision{Name: name, Kind: rev.Kind, Replicas: rev.Replicas, Template: spec.New(s.Name)}
		rev.Rollout.Ordered = wasOrdered && rev.Kind == manifest.KindStatefulSet
		r.Mesh = meshed(r)
	}
	if r.Mesh == nil && r.Net == "default" && rev.Template.Spec.HostNetwork && rev.Template.Labels[rio.LabelInject] == "false" {
		r.Mesh = new(true) // latest is outside for its node's network alone
	}
	claimed := bare(&rev.Template.Spec)
	if err := r.Overlay(&rev.Template); err != nil {
		return rev, err
	}
	if paths, flags := lacking(&rev.Template.Spec, claimed); latest.Foreign && len(paths) > 0 {
		return rev, fmt.Errorf("at %s each pod of latest of %q has a volume from its %s, and those of %q would have none; give them one: %s", strings.Join(paths, ", "), s.Name, latest.Kind, name, strings.Join(flags, " "))
	}
	if kind := kindFor(rev.Kind, r); kind != rev.Kind {
		return rev, fmt.Errorf("latest of %q is a %s, and these flags make a %s of %q, which could never be promoted; run it as a service of its own: kubectl rio run", s.Name, rev.Kind, kind, name)
	}
	if err := setUp(&rev, r); err != nil {
		return rev, err
	}
	if rev.Kind == manifest.KindStatefulSet && rev.Rollout.Ordered != wasOrdered {
		return rev, fmt.Errorf("the order in which the pods of latest of %q are started (deployment strategy) cannot be changed by Kubernetes, so %q could never be promoted; leave it out, or run it as a service of its own: kubectl rio run", s.Name, name)
	}
	if err := mayBeCalled(s.Ref().Of(name), rev.Kind, "choose a shorter one"); err != nil {
		return rev, err
	}
	return rev, resize(&rev, r.Scale)
}

// bare are the paths, by container, at which a pod mounts volumes that it does not have: those of claims.
func bare(pod *corev1.PodSpec) map[string][]string {
	paths := map[string][]string{}
	for _, c := range rio.Containers(pod) {
		for _, m := range c.VolumeMounts {
			if !hasVolume(pod, m) {
				paths[c.Name] = append(paths[c.Name], m.MountPath)
			}
		}
	}
	return paths
}

func hasVolume(pod *corev1.PodSpec, m corev1.VolumeMount) bool {
	return slices.ContainsFunc(pod.Volumes, func(v corev1.Volume) bool { return v.Name == m.Name })
}

// lacking are the paths of these at which a pod has nothing, and the flags that give it all of them:
// -v replaces what its container mounts.
func lacking(pod *corev1.PodSpec, claimed map[string][]string) (paths, flags []string) {
	for _, c := range rio.Containers(pod) {
		for _, at := range claimed[c.Name] {
			if !slices.ContainsFunc(c.VolumeMounts, func(m corev1.VolumeMount) bool {
				return path.Clean(m.MountPath) == path.Clean(at) && hasVolume(pod, m)
			}) {
				paths = append(paths, at)
			}
		}
		if len(claimed[c.Name]) > 0 {
			flags = append(flags, mounting(pod, c, claimed[c.Name]))
		}
	}
	return paths, flags
}

func mounting(pod *corev1.PodSpec, c *corev1.Container, paths []string) string {
	flags := "-v VOLUME:" + strings.Join(paths, " -v VOLUME:")
	switch {
	case c == &pod.Containers[0]:
		return flags
	case slices.ContainsFunc(pod.InitContainers, func(k corev1.Container) bool { return k.Name == c.Name }):
		flags = "--init-container " + flags
	}
	return fmt.Sprintf("--sidekick '%s=%s %s'", c.Name, flags, c.Image)
}

// mayStandAlone wants the image, and every port of the service: its Service leads there.
func mayStandAlone(s rio.Service, name string, r spec.Revision) error {
	if r.Image == "" {
		return fmt.Errorf("revision %q of %q inherits nothing and has no image; give it one, or take out inherit", name, s.Name)
	}
	own, err := r.AllPorts()
	for _, p := range s.Ports {
		if err == nil && !slices.ContainsFunc(own, func(q rio.PortSpec) bool { return q.Name() == p.Name() }) {
			return fmt.Errorf("revision %q of %q inherits nothing and has no port %s, to which the service leads; give it that, or take out inherit", name, s.Name, p)
		}
	}
	return err
}

// Write describes a service as a stack file has it: of a staged revision what it has otherwise
// than latest. One that lacks something of latest is described whole, and inherits nothing.
func Write(s rio.Service) spec.Service {
	d := Describe(s)
	d.Revision = d.Short()
	latest, ok := s.Latest()
	for name, r := range d.Revisions {
		whole := r.Short()
		short := differs(d.Revision, whole)
		if ok && !says(s, latest, short, whole) {
			short = whole
			short.Inherit = new(false)
		}
		d.Revisions[name] = short
	}
	return d
}

// says reports whether a short description comes to what is wanted, whose scale it has.
func says(s rio.Service, latest *rio.Revision, short, want spec.Revision) bool {
	rev, err := staged(s, latest, "", short)
	if err != nil {
		return false
	}
	got := describe(s, rev).Short()
	got.Scale, got.Weight = want.Scale, want.Weight
	return reflect.DeepEqual(got, want)
}
