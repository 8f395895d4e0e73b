package plan

import (
	"github.com/kubectl-rio/kubectl-rio/pkg/rio"
	"github.com/kubectl-rio/kubectl-rio/pkg/spec"
)

// Edit makes a service as the text in an editor says, which has shown all that was ours of it then: a
// revision that was taken out goes, and one that was staged since stays. Whose the service and its
// revisions are stays as it is, or the next Up of a file that does not know them would remove them.
func Edit(s, shown rio.Service, want spec.Service, gw Gateway, furnish Furnish) (rio.Service, error) {
	texts := s.Clone() // the text's alone, as a stack's is its file's
	for i := range texts.Revisions {
		r := &texts.Revisions[i]
		_, seen := shown.Revision(r.Name)
		r.Filed = seen && !r.Foreign && r.Name != rio.Latest
	}
	next, err := Up(texts, want, gw, furnish)
	if err != nil {
		return s, err
	}
	next.Filed = s.Filed
	for i := range next.Revisions {
		old, ok := s.Revision(next.Revisions[i].Name)
		next.Revisions[i].Filed = ok && old.Filed
	}
	return next, nil
}
