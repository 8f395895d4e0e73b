package rio

import (
	"cmp"
	"maps"
	"slices"
)

// Follow resolves the targets of the set that lead to one service: what share each revision
// gets by them. A target without a revision is split as the service is. In a promotion latest
// and the revision stand in for each other while one of them gets nothing.
func (s RouteSet) Follow(service Service) RouteSet {
	s = s.Clone()
	for i := range s.Routes {
		r := &s.Routes[i]
		for _, t := range r.Targets() {
			if t.Ref(s.Namespace).Of("") == service.Ref() {
				t.Split = service.shareOf(t.Revision, t == r.Mirror)
				if i := slices.IndexFunc(service.Ports, Port.HTTP); i >= 0 {
					t.HTTP = service.Ports[i].Number
				}
			}
		}
	}
	return s
}

// Followed reports whether all route sets lead where the service's split has them lead; those
// of which it is not known do. A verb that was stopped between two writes leaves some behind.
func (s Service) Followed() bool {
	for _, set := range s.Routes {
		next := set.Follow(s)
		for i := range set.Routes {
			now, then := set.Routes[i].Targets(), next.Routes[i].Targets()
			for j := range now {
				if len(now[j].Split) > 0 && !maps.Equal(now[j].Split, then[j].Split) {
					return false
				}
			}
		}
	}
	return true
}

// shareOf is where requests for a revision go. A copy goes to one revision only, latest when
// none is named.
func (s Service) shareOf(revision string, copied bool) map[string]int {
	if revision == "" && !copied {
		return s.Shares()
	}
	if revision == "" || s.Quiet.Has(revision) {
		revision = Latest
	}
	latest, hasLatest := s.Latest()
	promoted, promoting := s.Revision(s.Promoting)
	switch {
	case !promoting || !hasLatest:
	case revision == Latest && latest.Weight == 0 && promoted.Weight > 0:
		revision = promoted.Name
	case revision == promoted.Name && promoted.Weight == 0 && latest.Weight > 0:
		revision = Latest
	}
	return map[string]int{revision: 100}
}

// RoutedBy are the sets that lead to a revision by name, or to any of the service when none
// is named, sorted by how they are named from here.
func (s Service) RoutedBy(revision string) []Ref {
	return s.routedBy(func(t RouteTarget) bool { return revision == "" || t.Revision == revision })
}

// RoutedWhole are the sets that lead to the service by its weights, sorted in the same way.
func (s Service) RoutedWhole() []Ref {
	return s.routedBy(func(t RouteTarget) bool { return t.Revision == "" })
}

func (s Service) routedBy(meant func(RouteTarget) bool) []Ref {
	var sets []Ref
	for _, set := range s.Routes {
		for _, r := range set.Routes {
			for _, t := range r.Targets() {
				if t.Ref(set.Namespace).Of("") == s.Ref() && meant(*t) {
					sets = append(sets, set.Ref())
				}
			}
		}
	}
	slices.SortFunc(sets, func(a, b Ref) int { return cmp.Compare(a.In(s.Namespace), b.In(s.Namespace)) })
	return slices.Compact(sets)
}

// Inside reports whether all routes are for callers inside the mesh: a gateway is given none.
func (s RouteSet) Inside() bool {
	return !slices.ContainsFunc(s.Routes, func(r Route) bool { return r.Match().From == nil })
}

// LeadsTo reports whether any route of the set leads to a service.
func (s RouteSet) LeadsTo(ref Ref) bool {
	return len(Service{Namespace: ref.Namespace, Name: ref.Service, Routes: []RouteSet{s}}.RoutedBy("")) > 0
}

// Repoint leads all routes that name one revision of the service to another one.
func (s *Service) Repoint(from, to string) {
	for i := range s.Routes {
		set := s.Routes[i].Clone()
		for j := range set.Routes {
			r := &set.Routes[j]
			for _, t := range r.Targets() {
				if t.Ref(set.Namespace).Of("") == s.Ref() && t.Revision == from {
					t.Revision = to
				}
			}
			r.To = united(r.To)
		}
		s.Routes[i] = set
	}
}

// united are targets of which each is named once.
func united(to []RouteTarget) []RouteTarget {
	var out []RouteTarget
	for _, t := range to {
		same := func(o RouteTarget) bool {
			return o.Ref("") == t.Ref("") && cmp.Or(o.Port, o.HTTP) == cmp.Or(t.Port, t.HTTP)
		}
		if i := slices.IndexFunc(out, same); i >= 0 {
			out[i].Weight += t.Weight
			continue
		}
		out = append(out, t)
	}
	return Spread(out)
}

// Destination is a revision that a route leads to.
type Destination struct {
	Ref
	Port   int32
	Weight int // percent; all of a route sum to 100
}

// Destinations are the revisions that a route of a set in that namespace leads to, each once:
// the targets' weights times the shares in them, in whole percents by largest remainder.
func (r Route) Destinations(namespace string) []Destination {
	var out []Destination
	var parts []int // ten-thousandths
	for _, t := range r.To {
		weight := t.Weight
		if len(r.To) == 1 {
			weight = 100
		}
		split := t.Split
		if len(split) == 0 {
			split = map[string]int{t.Ref("").RevisionName(): 100}
		}
		for _, name := range LatestFirst(split) {
			d := Destination{Ref: t.Ref(namespace).Of(name), Port: cmp.Or(t.Port, t.HTTP)}
			i := slices.IndexFunc(out, func(o Destination) bool { return o.Ref == d.Ref && o.Port == d.Port })
			if i < 0 {
				out, parts, i = append(out, d), append(parts, 0), len(out)
			}
			parts[i] += weight * split[name]
		}
	}
	left := 100
	for i := range out {
		out[i].Weight = parts[i] / 100
		left -= out[i].Weight
	}
	for ; left > 0 && len(out) > 0; left-- {
		most := 0
		for i := range parts {
			if parts[i]%100 > parts[most]%100 {
				most = i
			}
		}
		out[most].Weight++
		parts[most] -= parts[most] % 100
	}
	return slices.DeleteFunc(out, func(d Destination) bool { return d.Weight == 0 })
}

// LatestFirst are the revisions of a split, in the order in which they are written.
func LatestFirst(split map[string]int) []string {
	return slices.SortedFunc(maps.Keys(split), compareNames)
}
