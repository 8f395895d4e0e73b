package plan

import (
	"fmt"
	"slices"

	"github.com/kubectl-rio/kubectl-rio/pkg/manifest"
	"github.com/kubectl-rio/kubectl-rio/pkg/rio"
	"github.com/kubectl-rio/kubectl-rio/pkg/spec"
)

// Stage puts a revision beside latest: latest's pod, with what the flags change. A
// revision of that name is replaced. With no scale it gets as many as latest.
func Stage(s rio.Service, revision string, r spec.Revision) (rio.Service, error) {
	if err := mayChange(s); err != nil {
		return s, err
	}
	if revision == rio.Latest {
		return s, fmt.Errorf("revision %q cannot be staged: it is the one that runs; choose another name: kubectl rio stage -n %s --image IMAGE %s", revision, s.Namespace, unused(s))
	}
	if err := mayUse(s, revision); err != nil {
		return s, err
	}
	ports, err := r.AllPorts()
	if err != nil {
		return s, err
	}
	latest, ok := s.Latest()
	if !ok {
		return s, rio.NoSuchRevision(s, rio.Latest)
	}
	if r.Weight > 0 && !s.Routed() {
		return s, fmt.Errorf("service %q has no http or tcp port, so there is no route to weight; stage %q with no --weight", s.Name, revision)
	}
	if err := mayMovePorts(s, ports); err != nil {
		return s, err
	}
	if r.Weight > 0 && r.Scale != nil && r.Scale.Max == 0 {
		return s, fmt.Errorf("revision %q of %q is to carry %d%% of the traffic, so it needs a pod; give it a scale of 1 or more, or no weight", revision, s.Name, r.Weight)
	}
	next := awake(s, revision)
	rev, err := staged(s, latest, revision, r)
	if err != nil {
		return s, err
	}
	rev.Weight = r.Weight
	if old, exists := s.Revision(revision); exists {
		if err := mustBeOurs(s, old, "stage under another name"); err != nil {
			return s, err
		}
		takePlace(&rev, old)
	}
	next.Put(rev)
	endGradual(&next, revision)
	if rev.Weight > 0 {
		next.Gradual = nil // as by weight
	}
	unstick(&next)
	return next, next.BalanceLatest()
}

// beside is a copy of latest as it runs, which is ours.
func beside(s rio.Service, latest *rio.Revision) rio.Revision {
	rev := rio.Revision{
		Kind: latest.Kind, Settings: latest.Settings, Claims: latest.Claims, Replicas: latest.Replicas, Template: *whole(s, latest).DeepCopy(),
	}
	if latest.Observed != nil {
		spec.DropPullPolicies(&rev.Template)
	}
	if latest.Foreign {
		rev.Kind, rev.Rollout = manifest.KindDeployment, rio.Rollout{}
	}
	switch {
	case rev.Replicas != nil || rev.Kind == manifest.KindDaemonSet:
	case latest.Observed != nil:
		rev.Replicas = &latest.Observed.Replicas
	case latest.Autoscale != nil: // it is only planned, and begins with these
		rev.Replicas = new(latest.Autoscale.Min)
	}
	return rev
}

// takePlace puts a revision in the place of one that there is.
func takePlace(rev, old *rio.Revision) {
	if rev.Observed = old.Observed; old.Observed != nil {
		spec.Repull(&rev.Template, old.Template, old.Observed.Template)
	}
}

// resize gives a staged revision another number of pods than latest's.
func resize(rev *rio.Revision, scale *rio.Scale) error {
	switch {
	case scale == nil:
		return nil
	case scale.Ranged():
		return fmt.Errorf("invalid scale %q: an autoscaler is latest's; stage with a number, and give the range after the promotion: kubectl rio scale SERVICE=%s", scale, scale)
	case rev.Kind == manifest.KindDaemonSet:
		return fmt.Errorf("invalid scale %q: one pod on every node (global) is as many as there are nodes; leave it out", scale)
	}
	rev.Replicas = new(scale.Min)
	return nil
}

// mayMovePorts lets a revision listen elsewhere, but not open a port that the rest of
// the service does not have.
func mayMovePorts(s rio.Service, ports []rio.PortSpec) error {
	for _, p := range ports {
		i := slices.IndexFunc(s.Ports, func(q rio.Port) bool { return q.Name() == p.Name() })
		switch {
		case i < 0:
			return fmt.Errorf("service %q has no port %s (has %v); a staged revision may move what a port leads to, not add one", s.Name, p.Port, s.Ports)
		case s.Ports[i].Listen != "":
			return fmt.Errorf("port %s of %q leads to port %s of every revision's pods, for its Service or its first pods are another tool's; leave the port out", p.Port, s.Name, s.Ports[i].Listen)
		case p.Publish && !s.Ports[i].Publish:
			return fmt.Errorf("port %s of %q is for callers inside the mesh only, and a staged revision may move what a port leads to, not publish it; expose it: --expose", p.Port, s.Name)
		case !p.Publish && s.Ports[i].Publish:
			return fmt.Errorf("port %s of %q is published, and a staged revision may move what a port leads to, not take that back; publish it: -p", p.Port, s.Name)
		case p.AtGateway && !s.Ports[i].AtGateway:
			return fmt.Errorf("port %s of %q is on the nodes, where a port leads to the one of its own number, and %d:%d asks for the gateway; leave it out", p.Port, s.Name, p.Number, p.Target)
		}
	}
	return nil
}
