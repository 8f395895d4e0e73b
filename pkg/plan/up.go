package plan

import (
	"fmt"
	"maps"
	"slices"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/equality"

	"github.com/kubectl-rio/kubectl-rio/pkg/manifest"
	"github.com/kubectl-rio/kubectl-rio/pkg/rio"
	"github.com/kubectl-rio/kubectl-rio/pkg/spec"
)

// Furnish gives a revision the volumes, configs and secrets that its pod names.
type Furnish func(s rio.Service, revision string) (rio.Service, error)

// Up makes a service as a stack file wants it: latest and the revisions of the file are what
// it says and nothing else. What the file cannot speak of stays: revisions that were staged
// by hand, who is led where by a header, an autoscaler's number of pods.
func Up(s rio.Service, want spec.Service, gw Gateway, furnish Furnish) (rio.Service, error) {
	if err := gw.mayGuess(want.Revision); err != nil {
		return s, err
	}
	fresh, err := Run(s.Ref(), guessProtocols(want.Revision, gw), gw)
	if err == nil {
		fresh, err = furnish(fresh, rio.Latest)
	}
	for _, name := range slices.Sorted(maps.Keys(want.Revisions)) {
		if err == nil {
			r := guessProtocols(want.Revisions[name], gw)
			if out := want.Mesh; r.Net == "default" && r.Mesh == nil && out != nil && !*out {
				r.Mesh = out // the file's word: it is not for latest's network that it is outside
			}
			fresh, err = Stage(fresh, name, r)
		}
		if rev, ok := fresh.Revision(name); ok {
			Join(&rev.Template, gw)
		}
		if err == nil {
			fresh, err = furnish(fresh, name)
		}
	}
	if err != nil {
		return s, err
	}
	fresh.Filed = true
	for i := range fresh.Revisions {
		fresh.Revisions[i].Filed = fresh.Revisions[i].Name != rio.Latest
	}
	if !s.Exists() {
		return fresh, mayStop(s, fresh, fresh)
	}
	if err := mayChange(s); err != nil {
		return s, err
	}
	return onto(s, fresh)
}

// onto puts what a file wants over a service that is there.
func onto(s, fresh rio.Service) (rio.Service, error) {
	var about []string
	for _, r := range fresh.Revisions {
		about = append(about, r.Name)
	}
	next := awake(s, about...)
	next.Ports, next.Filed = fresh.Ports, true
	for _, c := range fresh.Configs {
		next.PutConfig(c)
	}
	if fresh.Published() {
		next.Gateway, next.Domain, next.TLS = fresh.Gateway, fresh.Domain, fresh.TLS
	}
	for _, r := range fresh.Revisions {
		if err := mayUse(s, r.Name); err != nil {
			return s, err
		}
		if old, ok := s.Revision(r.Name); ok {
			if err := mustBeOurs(s, old, "take it out of the file, or give the service there another name"); err != nil {
				return s, err
			}
			if old.Kind != r.Kind {
				return s, fmt.Errorf("revision %q of %q is a %s, and the file makes a %s of it, which Kubernetes cannot; remove the service first: kubectl rio rm -n %s %s", r.Name, s.Name, old.Kind, r.Kind, s.Namespace, s.Name)
			}
			if r.Kind == manifest.KindStatefulSet && (old.Rollout.Ordered != r.Rollout.Ordered || !slices.EqualFunc(old.Claims, r.Claims, sameClaim)) {
				return s, fmt.Errorf("revision %q of %q is a StatefulSet with another deployment strategy or other template volumes than in the file, and Kubernetes cannot change these; remove the service first, which keeps the volumes: kubectl rio rm -n %s %s", r.Name, s.Name, s.Namespace, s.Name)
			}
			r.Match = old.Match
			takePlace(&r, old)
			if old.Autoscale == nil && sizedElsewhere(old) {
				r.Replicas = nil
			}
		}
		if r.Name != rio.Latest && s.Shares()[r.Name] != r.Weight {
			next.Gradual = nil // as by weight
		}
		next.Put(r)
	}
	for _, r := range s.Revisions {
		if _, wanted := fresh.Revision(r.Name); r.Filed && !wanted {
			next.Drop(r.Name)
			next.Repoint(r.Name, rio.Latest) // until the file's own routes say otherwise
			endGradual(&next, r.Name)
		}
	}
	if err := mayOpen(s, next, fresh); err != nil {
		return s, err
	}
	unstick(&next)
	if err := next.BalanceLatest(); err != nil {
		return s, err
	}
	return next, mayStop(s, next, fresh)
}

// mayStop refuses to leave revisions of a file without a pod that requests are led to then. One that had
// none before stays so, unless it is to get more of them.
func mayStop(s, next, fresh rio.Service) error {
	for _, r := range fresh.Revisions {
		rev, _ := next.Revision(r.Name)
		old, there := s.Revision(r.Name)
		switch {
		case rev.Replicas == nil || *rev.Replicas > 0:
		case there && count(old) == 0 && rev.Weight <= old.Weight:
		default:
			if err := mayBeEmpty(next, rev, "give it a scale of 1 or more, or its share to others"); err != nil {
				return err
			}
		}
	}
	return nil
}

// sameClaim compares what is ours of two claims of a StatefulSet.
func sameClaim(a, b corev1.PersistentVolumeClaim) bool {
	return a.Name == b.Name && equality.Semantic.DeepEqual(a.Spec, b.Spec)
}
