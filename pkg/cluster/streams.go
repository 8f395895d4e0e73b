package cluster

import (
	"context"
	"maps"
	"slices"

	"github.com/kubectl-rio/kubectl-rio/pkg/rio"
)

// listenerDump is the part of ListenersConfigDump that says where connections go.
type listenerDump struct {
	Configs []struct {
		ActiveState struct {
			Listener struct {
				Address struct {
					SocketAddress struct {
						PortValue uint32 `json:"port_value"`
					} `json:"socket_address"`
				} `json:"address"`
				FilterChains       []filterChain `json:"filter_chains"`
				DefaultFilterChain filterChain   `json:"default_filter_chain"`
			} `json:"listener"`
		} `json:"active_state"`
	} `json:"configs"`
}

type filterChain struct {
	FilterChainMatch struct {
		ServerNames []string `json:"server_names"`
	} `json:"filter_chain_match"`
	Filters []struct {
		TypedConfig action `json:"typed_config"`
	} `json:"filters"`
}

// stream is where the connections to a port go, all of them or those whose client asks for a
// name: the share of each subset of a service, in percent.
type stream struct {
	port    uint32
	name    string // empty: whatever is asked for
	service string // NAME.NAMESPACE
	shares  map[string]int
}

// streams are those of the listeners that serve; one that still warms up does not.
func (e *envoy) streams(ctx context.Context) ([]stream, error) {
	var dump listenerDump
	if err := e.dump(ctx, "resource=dynamic_listeners", &dump); err != nil {
		return nil, err
	}
	var found []stream
	for _, c := range dump.Configs {
		l := c.ActiveState.Listener
		for _, chain := range append(l.FilterChains, l.DefaultFilterChain) {
			s := stream{port: l.Address.SocketAddress.PortValue, shares: map[string]int{}}
			for _, f := range chain.Filters {
				for _, w := range f.TypedConfig.clusters() {
					var subset string
					subset, s.service = partsOf(w.Name)
					s.shares[subset] += w.Weight
				}
			}
			if s.service == "" {
				continue
			}
			for _, name := range append(chain.FilterChainMatch.ServerNames, "")[:max(1, len(chain.FilterChainMatch.ServerNames))] {
				s.name = name
				found = append(found, s)
			}
		}
	}
	return found, nil
}

// publicStreams is where a gateway has to send the connections to a service.
func publicStreams(s rio.Service) []stream {
	var want []stream
	main := s.Name + "." + s.Namespace
	for _, p := range s.Ports {
		switch {
		case !p.OnGateway():
		case p.AtGateway:
			want = append(want, stream{uint32(p.Number), "", main, s.Shares()})
		case p.TLS():
			want = append(want, stream{uint32(p.Number), s.Host(rio.Latest), main, s.Shares()})
			for _, r := range s.Revisions {
				if own := s.Ref().Of(r.Name); !own.IsLatest() {
					want = append(want, stream{uint32(p.Number), s.Host(r.Name), own.ObjectName() + "." + s.Namespace, map[string]int{"": 100}})
				}
			}
		}
	}
	return slices.DeleteFunc(want, func(w stream) bool {
		return slices.ContainsFunc(s.Unhosted, func(name string) bool { return w.name != "" && w.name == s.Host(name) })
	})
}

// flows reports whether each stream goes as wanted.
func flows(have, want []stream) bool {
	for _, w := range want {
		same := func(s stream) bool {
			return s.port == w.port && s.name == w.name && s.service == w.service && maps.Equal(s.shares, w.shares)
		}
		if !slices.ContainsFunc(have, same) {
			return false
		}
	}
	return true
}
