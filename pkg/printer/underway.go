package printer

import (
	"fmt"

	"github.com/kubectl-rio/kubectl-rio/pkg/rio"
)

// UnderWay says what has begun and is not finished, and the command that goes on with it: of latest what the
// service is in the midst of, of a staged revision its gradual release. It is empty where all is at rest.
// Whether a shell is at work on it, nobody notes.
func UnderWay(s rio.Service, revision string) string {
	_, lost := s.Lost[s.Promoting] // LostRevision says how to end that
	ref := func(revision string) rio.Ref { return s.Ref().Of(revision) }
	r, ok := s.Revision(revision)
	switch g := s.Gradual; {
	case !ok || revision == rio.Latest && lost:
	case revision == rio.Latest && s.Undoing():
		line := "undo is not finished: " + s.Onward()
		if back := s.Back(); back != "" {
			line += ", or back: " + back
		}
		return line
	case revision == rio.Latest && s.Promoting != "":
		return fmt.Sprintf("promotion of %s is not finished: kubectl rio promote -n %s %s, or back: %s", s.Promoting, s.Namespace, ref(s.Promoting), s.Back())
	case revision == rio.Latest && s.Removing != "":
		return fmt.Sprintf("removal of %s is not finished: kubectl rio rm -n %s %s", s.Removing, s.Namespace, ref(s.Removing))
	case g != nil && g.Revision == revision:
		return fmt.Sprintf("gradual release to %d%% stands at %d%%: kubectl rio weight -n %s --resume %s", g.To, r.Weight, s.Namespace, ref(revision))
	}
	return ""
}
