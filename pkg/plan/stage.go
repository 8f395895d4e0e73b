package plan

import (
	"fmt"
	"slices"

	"github.com/kubectl-rio/kubectl-rio/pkg/rio"
)

// Stage puts a revision beside latest: latest's pod, with what the flags change. A
// revision of that name is replaced. With replicas 0 it gets as many as latest.
func Stage(s rio.Service, revision string, p Pod, replicas, weight int) (rio.Service, error) {
	if err := mayChange(s); err != nil {
		return s, err
	}
	if revision == rio.Latest {
		return s, fmt.Errorf("revision %q cannot be staged: it is the one that runs; choose another name: kubectl rio stage --image IMAGE %s:v2", revision, s.Name)
	}
	if err := mayUse(s, revision); err != nil {
		return s, err
	}
	if err := p.Validate(); err != nil {
		return s, err
	}
	latest, ok := s.Latest()
	if !ok {
		return s, rio.NoSuchRevision(s, rio.Latest)
	}
	if weight > 0 && !s.Routed() {
		return s, fmt.Errorf("service %q has no http or tcp port, so there is no route to weight; stage %q with no --weight", s.Name, revision)
	}
	if err := mayMovePorts(s, p.Ports); err != nil {
		return s, err
	}
	next := s.Clone()
	rev := rio.Revision{Name: revision, Kind: "Deployment", Weight: weight, Template: *whole(s, latest).DeepCopy(), Replicas: latest.Replicas}
	if rev.Replicas == nil && latest.Observed != nil {
		rev.Replicas = &latest.Observed.Replicas
	}
	if replicas > 0 {
		n := int32(replicas)
		rev.Replicas = &n
	}
	if err := p.overlay(&rev.Template); err != nil {
		return s, err
	}
	if old, exists := s.Revision(revision); exists {
		if err := mustBeOurs(s, old, "stage under another name"); err != nil {
			return s, err
		}
		rev.Observed = old.Observed
	}
	next.Put(rev)
	endGradual(&next, revision)
	return next, next.BalanceLatest()
}

// mayMovePorts lets a revision listen elsewhere, but not open a port that the rest of
// the service does not have.
func mayMovePorts(s rio.Service, ports []rio.PortSpec) error {
	for _, p := range ports {
		if !slices.ContainsFunc(s.Ports, func(q rio.Port) bool { return q.Name() == p.Name() }) {
			return fmt.Errorf("service %q has no port %s (has %v); a staged revision may move what a port leads to, not add one", s.Name, p.Port, s.Ports)
		}
	}
	return nil
}
