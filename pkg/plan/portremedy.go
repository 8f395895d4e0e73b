package plan

import (
	"fmt"

	"github.com/kubectl-rio/kubectl-rio/pkg/rio"
)

// portRemedy is what gives a service that is there an http port: a place in its file, or a flag where
// another tool made it.
func portRemedy(s rio.Service, place, flag string) string {
	latest, ok := s.Latest()
	switch {
	case !ok:
		return "make another revision latest first: " + s.LatestAgain()
	case !latest.Foreign:
		return fmt.Sprintf("add %s: [80/http] to it: kubectl rio edit -n %s %s", place, s.Namespace, s.Name)
	}
	remedy := fmt.Sprintf("adopt it with one: kubectl rio adopt -n %s %s PORT:TARGET/http %s", s.Namespace, flag, workload(s, latest))
	if s.Selects != nil { // adopt publishes what it has, and adds nothing
		remedy = fmt.Sprintf("its Service is another tool's; give that a tcp port where it has none: kubectl edit service -n %s %s; then %s", s.Namespace, s.Name, remedy)
	}
	return remedy
}
