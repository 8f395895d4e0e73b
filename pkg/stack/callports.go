package stack

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/kubectl-rio/kubectl-rio/pkg/rio"
	"github.com/kubectl-rio/kubectl-rio/pkg/spec"
)

// openCalled opens the ports at which the services of a docker-compose file call each other, and
// says so. In docker a container is open to the others at all its ports, under their own numbers;
// here at those that the file names, and a published one under the number that it is published by.
func (f File) openCalled() []Problem {
	callers := f.callers()
	var notes []Problem
	for _, name := range slices.Sorted(maps.Keys(f.Services)) {
		s, path := f.Services[name], "services."+name
		more, said := s.calledAt(name, callers[name])
		s.Expose = append(s.Expose, more...)
		f.Services[name] = s
		for _, text := range said {
			notes = append(notes, Problem{f.Lines[path], path, text})
		}
	}
	return notes
}

// calledAt are the ports that a service lacks for its callers, as its expose would name them, and
// what is said of the calls.
func (s Service) calledAt(name string, callers map[spec.Port][]string) (more []spec.Port, said []string) {
	ports, err := s.AllPorts()
	if err != nil {
		return nil, nil // which is said of the service
	}
	byNumber := func(a, b spec.Port) int {
		return cmp.Or(cmp.Compare(a.Port, b.Port), cmp.Compare(a.Protocol, b.Protocol))
	}
	for _, p := range slices.SortedFunc(maps.Keys(callers), byNumber) {
		address, by := fmt.Sprintf("%s:%d", name, p.Port), strings.Join(callers[p], ", ")
		moved := slices.IndexFunc(ports, func(q rio.PortSpec) bool { return q.Target == p.Port && q.Number != p.Port })
		switch {
		case p.Port == 0 || slices.ContainsFunc(ports, func(q rio.PortSpec) bool { return q.Number == p.Port && (p.Protocol != "udp" || q.Protocol == "udp") }):
		case moved >= 0: // a port of a container is one port of its service
			said = append(said, fmt.Sprintf("%q is called by %s, and is port %d here, by which it is published; write \"%s:%d\"", address, by, ports[moved].Number, name, ports[moved].Number))
		default:
			more = append(more, p)
			said = append(said, fmt.Sprintf("%q is called by %s, so port %s is open to other services", address, by, inExpose(p)))
		}
	}
	by := strings.Join(callers[spec.Port{}], ", ")
	if by == "" || len(ports) > 0 || len(more) > 0 {
		return more, said
	}
	image, p, ok := s.usualPort()
	if !ok {
		return nil, append(said, fmt.Sprintf(`other services depend on it (%s), and no port of it is open to them; if they call it, name the port: expose: ["PORT"]`, by))
	}
	return []spec.Port{p}, append(said, fmt.Sprintf("other services depend on it (%s), so port %s is open to them, which is that of %s", by, inExpose(p), image))
}

// inExpose is the word for a port.
func inExpose(p spec.Port) string {
	return strings.TrimSuffix(fmt.Sprintf("%d/%s", p.Port, p.Protocol), "/tcp")
}
