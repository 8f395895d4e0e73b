package plan

import (
	"k8s.io/apimachinery/pkg/api/equality"

	"github.com/kubectl-rio/kubectl-rio/pkg/rio"
)

// Rolls lists the revisions that get another pod template, in which their rights are noted, or a first one.
func Rolls(before, after rio.Service) []string {
	var names []string
	for _, r := range after.Revisions {
		old, ok := before.Revision(r.Name)
		if !r.Foreign && (!ok || !equality.Semantic.DeepEqual(old.Template, r.Template) || !equality.Semantic.DeepEqual(old.Rights, r.Rights)) {
			names = append(names, r.Name)
		}
	}
	return names
}

// Blame notes on each of these revisions who changed it and how. The others keep the note
// that they had before.
func Blame(before, after rio.Service, revisions []string, cause rio.Cause) rio.Service {
	next := after.Clone()
	for i := range next.Revisions {
		if old, ok := before.Revision(next.Revisions[i].Name); ok {
			next.Revisions[i].Cause = old.Cause
		}
	}
	for _, name := range revisions {
		if r, ok := next.Revision(name); ok {
			r.Cause = cause
		}
	}
	return next
}
