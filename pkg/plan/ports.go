package plan

import (
	"cmp"
	"fmt"
	"slices"

	"github.com/kubectl-rio/kubectl-rio/pkg/rio"
)

// A Service leads a port to the container port of its name. Pods that were made before have no port of a
// new one, nor of one that speaks another protocol now, and are no endpoints of it.

// mayOpen refuses such a port beside a revision that has a share of all requests and is to stay as it is:
// those to the port would be lost.
func mayOpen(s, next, fresh rio.Service) error {
	for _, r := range next.Revisions {
		if _, rolled := fresh.Revision(r.Name); rolled || r.Weight == 0 {
			continue
		}
		for _, p := range next.Ports {
			if leads(s, p) || !lacks(r, p) {
				continue
			}
			return fmt.Errorf("revision %q of %q is not in the file, gets %d%% of the requests and has no port %s; write it into the file, or take its share away first: kubectl rio weight -n %s %s:%s=0%%",
				r.Name, s.Name, r.Weight, p, s.Namespace, s.Name, r.Name)
		}
	}
	return nil
}

// mayServe refuses to lead requests for ports of a service to a revision of which the pods lack one that
// latest's have: those to that would be lost.
func mayServe(s rio.Service, r rio.Revision, ports ...rio.Port) error {
	latest, there := s.Latest()
	i := slices.IndexFunc(ports, func(p rio.Port) bool { return there && !lacks(*latest, p) && lacks(r, p) })
	if i < 0 {
		return nil
	}
	p := ports[i]
	if r.Foreign {
		return fmt.Errorf("port %s of %q leads to the container port that is called %q, and the pods of revision %q have none, so requests to it would be lost; call theirs so in the pod template",
			p, s.Name, cmp.Or(p.Listen, p.Name()), r.Name)
	}
	flags, name, then := restage(s, r, isFlag())
	return fmt.Errorf("revision %q of %q has no port %s, so requests to that would be lost; stage it again, which gives it latest's: kubectl rio stage -n %s%s %s%s",
		r.Name, s.Name, p, s.Namespace, flags, name, then)
}

// Closed are the ports of a service that the pods of a revision have not: requests to them are lost
// where it gets all.
func Closed(s rio.Service, revision string) []rio.Port {
	r, ok := s.Revision(revision)
	if !ok {
		return nil
	}
	return slices.DeleteFunc(slices.Clone(s.Ports), func(p rio.Port) bool { return !lacks(*r, p) })
}

// lacks reports whether a revision's pods, as they are to be, are no endpoints of a port that is routed.
func lacks(r rio.Revision, p rio.Port) bool {
	pod := r.Template.Spec
	if r.Foreign {
		pod = r.Running().Spec
	}
	return p.Routed() && resolve(cmp.Or(p.Listen, p.Name()), pod) == 0
}

// Unreached says of each port that a service has by its number what it costs that the pods which run do not
// know it by its name.
func Unreached(before, after rio.Service) []string {
	latest, ok := before.Latest()
	if !ok || !serves(before) {
		return nil
	}
	var said []string
	for _, p := range after.Ports {
		was := slices.ContainsFunc(before.Ports, func(q rio.Port) bool { return q.Number == p.Number && q.Transport() == p.Transport() })
		if unnamed := len(before.Ports) == 0 && p.Number == 80; !was && !unnamed { // what has no port has that one
			continue
		}
		if p.Listen == "" && !leads(before, p) && resolve(p.Name(), latest.Running().Spec) == 0 {
			said = append(said, fmt.Sprintf("%s: port %d speaks %s now, and the pods that run have no such port: requests to it are lost until new ones are ready", after.Name, p.Number, p.Protocol))
		}
	}
	return said
}

// leads reports whether a service has a port that is called so and leads there.
func leads(s rio.Service, p rio.Port) bool {
	return slices.ContainsFunc(s.Ports, func(q rio.Port) bool { return q.Name() == p.Name() && q.Listen == p.Listen })
}
