package plan

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/kubectl-rio/kubectl-rio/pkg/rio"
)

// write is a command that brings the service's own objects back, and nothing else; force stands
// behind it.
func (p Path) write(force string) string {
	s := p.Service
	latest, there := s.Latest()
	switch {
	case there && !slices.ContainsFunc(s.Revisions, p.routed):
		return p.adopt(latest, force)
	case there && len(s.Revisions) == 1:
		return fmt.Sprintf("kubectl rio abort -n %s %s%s", s.Namespace, s.Name, force)
	case s.Exists():
		staged := s.Revisions[min(1, len(s.Revisions)-1)]
		return fmt.Sprintf("kubectl rio weight -n %s %s:%s=%d%%%s", s.Namespace, s.Name, staged.Name, staged.Weight, force)
	}
	return fmt.Sprintf("kubectl rio run -n %s --name %s -p TARGET/http IMAGE", s.Namespace, s.Name)
}

// routed reports whether a revision's own route, or of latest the service's, is there. Each says
// what is published.
func (p Path) routed(r rio.Revision) bool {
	_, ok := own(p.Routes.Items, p.Ref, p.Service.Ref().Of(r.Name).ObjectName())
	return ok
}

// adopt is the command that gives the service all of its objects anew, around the pods of latest as
// they are. Where no route is left that says what is published, the command may that made it.
func (p Path) adopt(latest *rio.Revision, force string) string {
	s := p.Service
	if len(s.Ports) == 0 && latest.Replicas != nil {
		return fmt.Sprintf("kubectl rio scale -n %s %s=%d%s", s.Namespace, s.Name, *latest.Replicas, force)
	}
	flag, unsure := "-p", ", with --expose instead of -p for what was not published"
	if verb, flags, _ := strings.Cut(latest.Cause.Command, " "); (verb == "run" || verb == "create") && !strings.HasSuffix(flags, rio.CauseCut) {
		published, exposed := strings.Contains(flags, "--publish "), strings.Contains(flags, "--expose ")
		if !published {
			flag = "--expose"
		}
		if !published || !exposed {
			unsure = ""
		}
	}
	var ports strings.Builder
	for _, port := range s.Ports {
		if port.OnNode() { // which the Service for these says
			fmt.Fprintf(&ports, " -p %s", port)
			continue
		}
		at := port.Number
		if latest.Observed != nil {
			at = cmp.Or(resolve(cmp.Or(port.Listen, port.Name()), latest.Observed.Template.Spec), at)
		}
		fmt.Fprintf(&ports, " %s %d:%d/%s", flag, port.Number, at, port.Protocol)
	}
	return fmt.Sprintf("kubectl rio adopt -n %s%s %s%s%s", s.Namespace, ports.String(), workload(s, latest), force, unsure)
}
