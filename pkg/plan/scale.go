package plan

import (
	"fmt"

	"github.com/kubectl-rio/kubectl-rio/pkg/rio"
)

// Scale sets the number of a revision's replicas.
func Scale(s rio.Service, revision string, replicas int) (rio.Service, error) {
	if err := mayChange(s); err != nil {
		return s, err
	}
	next := s.Clone()
	rev, ok := next.Revision(revision)
	if !ok {
		return s, rio.NoSuchRevision(s, revision)
	}
	remedy := fmt.Sprintf("scale it with: kubectl scale -n %s deployment/%s --replicas=%d", s.Namespace, s.Ref().Of(revision).ObjectName(), replicas)
	if err := mustBeOurs(s, rev, remedy); err != nil {
		return s, err
	}
	if replicas == 0 && rev.Weight > 0 && rev.Weight < 100 {
		return s, fmt.Errorf("revision %q of %q carries %d%% of the traffic, so it needs a pod; %s", revision, s.Name, rev.Weight, wayOut(s, revision))
	}
	n := int32(replicas)
	rev.Replicas = &n
	return next, nil
}

// wayOut is the command that takes the traffic off a revision.
func wayOut(s rio.Service, revision string) string {
	if revision == rio.Latest {
		return fmt.Sprintf("promote what is staged, or take back its share first: kubectl rio abort -n %s %s", s.Namespace, s.Name)
	}
	return fmt.Sprintf("take that away first: kubectl rio weight -n %s %s:%s=0%%", s.Namespace, s.Name, revision)
}
