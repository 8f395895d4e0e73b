package plan

import (
	"fmt"
	"reflect"
	"slices"

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
	if err := r.Overlay(&rev.Template); err != nil {
		return rev, err
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
