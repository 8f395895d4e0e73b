package plan

import (
	"github.com/kubectl-rio/kubectl-rio/pkg/rio"
	"github.com/kubectl-rio/kubectl-rio/pkg/spec"
)

// Edit makes a service as the text in an editor says, which has shown all that is ours of it: a
// revision that was taken out goes. Whose the service and its revisions are stays as it is, or the
// next Up of a file that does not know them would remove them.
func Edit(s rio.Service, want spec.Service, gw Gateway, furnish Furnish) (rio.Service, error) {
	shown := s.Clone()
	for i := range shown.Revisions {
		r := &shown.Revisions[i]
		r.Filed = !r.Foreign && r.Name != rio.Latest
	}
	next, err := Up(shown, want, gw, furnish)
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
