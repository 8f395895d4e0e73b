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
	n := int32(replicas)
	rev.Replicas = &n
	return next, nil
}
