package stack

import (
	"fmt"
	"maps"
	"slices"

	"github.com/kubectl-rio/kubectl-rio/pkg/rio"
)

// claim is the name that objects of something in a file will have.
type claim struct {
	object        string
	section, name string // where it is written
	what          string
}

// checkNames refuses two things whose objects would have one name: in the cluster one would
// be taken for the other.
func (f File) checkNames(fail func(section, name, format string, args ...any)) {
	taken := map[string]claim{}
	for _, c := range f.claims() {
		first, ok := taken[c.object]
		if !ok {
			taken[c.object] = c
			continue
		}
		where := ""
		if line := f.Lines[first.section+"."+first.name]; line > 0 { // none is known of what an alias brings
			where = fmt.Sprintf(" of line %d", line)
		}
		fail(c.section, c.name, "%s and %s%s would both be %q in the cluster; rename one of them", c.what, first.what, where, c.object)
	}
}

// claims are the services', then the revisions' and the node ports', then the routes'. A route
// host that is a service is left to checkRoutes.
func (f File) claims() []claim {
	var services, more []claim
	for _, name := range slices.Sorted(maps.Keys(f.Services)) {
		ref := rio.Ref{Service: name}
		services = append(services, claim{name, "services", name, fmt.Sprintf("service %q", name)})
		for _, revision := range slices.Sorted(maps.Keys(f.Services[name].Revisions)) {
			if revision != rio.Latest {
				more = append(more, claim{ref.Of(revision).ObjectName(), "services", name + ".revisions." + revision, fmt.Sprintf("revision %q of %q", revision, name)})
			}
		}
		ports, err := f.Services[name].AllPorts()
		if err == nil && slices.ContainsFunc(ports, func(p rio.PortSpec) bool { return p.OnNode() }) {
			more = append(more, claim{ref.Of(rio.NodePortSuffix).ObjectName(), "services", name, fmt.Sprintf("the node ports of %q", name)})
		}
	}
	for _, host := range slices.Sorted(maps.Keys(f.Routes)) {
		if _, ok := f.Services[host]; !ok {
			more = append(more, claim{host, "routes", host, fmt.Sprintf("route host %q", host)})
		}
	}
	return append(services, more...)
}
