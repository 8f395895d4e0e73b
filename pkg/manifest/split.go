package manifest

import (
	networking "istio.io/api/networking/v1"
	istio "istio.io/client-go/pkg/apis/networking/v1"
)

// Split is a route of ours as it is written, whoever wrote it last.
type Split struct {
	Port   int32
	HTTP   bool
	Shares map[string]int // by subset, in percent when they sum to 100
	Behind bool           // somebody else's route takes every request before it
}

// Splits are our routes of a main VirtualService, one a port.
func Splits(vs *istio.VirtualService) []Split {
	var splits []Split
	taken := map[uint32]bool{} // by a route that is not ours; 0: of all ports
	own := oursIn(vs)
	for _, h := range vs.Spec.Http {
		port, ours := own.http(h)
		if ours {
			s := Split{int32(port), true, map[string]int{}, taken[0] || taken[port]}
			for _, r := range h.Route {
				s.add(r.Destination, r.Weight, len(h.Route))
			}
			splits = append(splits, s)
			continue
		}
		if len(h.Match) == 0 {
			taken[0] = true
		}
		for _, m := range h.Match {
			if takesAll(m) && own.reaches(m.Gateways) {
				taken[m.Port] = true
			}
		}
	}
	for _, t := range vs.Spec.Tcp {
		port, ours := own.tcp(t)
		if !ours {
			continue
		}
		s := Split{int32(port), false, map[string]int{}, false}
		for _, r := range t.Route {
			s.add(r.Destination, r.Weight, len(t.Route))
		}
		splits = append(splits, s)
	}
	return splits
}

func (s *Split) add(to *networking.Destination, weight int32, destinations int) {
	s.Shares[to.GetSubset()] += shareOf(weight, destinations)
}

// shareOf is the share of a destination; Istio ignores the weight of a lone one.
func shareOf(weight int32, destinations int) int {
	if destinations == 1 {
		return 100
	}
	return int(weight)
}

// takesAll reports whether a match asks for nothing but a gateway and a port, or less.
func takesAll(m *networking.HTTPMatchRequest) bool {
	return m.Uri == nil && m.Scheme == nil && m.Method == nil && m.Authority == nil && m.SourceNamespace == "" &&
		len(m.Headers)+len(m.WithoutHeaders)+len(m.QueryParams)+len(m.SourceLabels) == 0
}
