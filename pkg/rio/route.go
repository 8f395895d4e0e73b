package rio

import (
	"cmp"
	"maps"
	"slices"
)

// RouteSet is what becomes of the requests for one host name, NAME.NAMESPACE: a list of
// routes of which the first that matches counts. Its name is not that of a service.
type RouteSet struct {
	Namespace string  `json:"-"` // the stack
	Name      string  `json:"-"`
	Domain    string  `json:"-"` // under which it is published; empty: inside the mesh only
	Gateway   string  `json:"-"` // NAMESPACE/NAME of the Istio Gateway it is published on
	Cluster   string  `json:"-"` // domain of the Kubernetes cluster, by which services of other stacks are called; empty: cluster.local
	Entry     int32   `json:"-"` // the gateway's port for http, where it is not 80; 0 otherwise, or where nobody asked
	Filed     bool    `json:"-"` // a stack file made it
	Routes    []Route `json:"routes"`
}

// Route says which requests go where. It leads to services (To), of which one may get a copy
// of every request (Mirror), or answers with a redirect. The field names are those of stack
// files and of -o json.
type Route struct {
	Matches       []RouteMatch  `json:"matches,omitempty"` // one of them must match; none: every request does
	To            []RouteTarget `json:"to,omitempty"`      // weights sum to 100
	Redirect      *HostPath     `json:"redirect,omitempty"`
	Rewrite       *HostPath     `json:"rewrite,omitempty"` // what the target sees; without To its host, SERVICE[.STACK], is the target
	Mirror        *RouteTarget  `json:"mirror,omitempty"`  // its weight is the share of requests that are copied
	Websocket     bool          `json:"websocket,omitempty"`
	AddHeaders    []string      `json:"addHeaders,omitempty"` // NAME=VALUE, to the request
	Fault         *Fault        `json:"fault,omitempty"`
	TimeoutMillis int           `json:"timeoutMillis,omitempty"`
	Retry         *Retry        `json:"retry,omitempty"`
}

// RouteMatch is what a request must have, all of it.
type RouteMatch struct {
	Path    *Pattern           `json:"path,omitempty"`
	Scheme  *Pattern           `json:"scheme,omitempty"`
	Method  *Pattern           `json:"method,omitempty"`
	Headers map[string]Pattern `json:"headers,omitempty"` // by name in lower case
	Cookies map[string]Pattern `json:"cookies,omitempty"`
	Query   map[string]Pattern `json:"query,omitempty"`
	Port    int32              `json:"port,omitempty"`
	From    *RouteSource       `json:"from,omitempty"` // a caller inside the mesh
}

// Pattern is what a value must be. The zero value takes any.
type Pattern struct {
	Exact  string `json:"exact,omitempty"`
	Prefix string `json:"prefix,omitempty"`
	Regexp string `json:"regexp,omitempty"` // RE2, of the whole value
}

// RouteSource is who calls.
type RouteSource struct {
	Service  string `json:"service"`
	Stack    string `json:"stack,omitempty"` // empty: the route set's
	Revision string `json:"revision,omitempty"`
}

// Ref names the caller of a set's route.
func (f RouteSource) Ref(namespace string) Ref {
	return Ref{Namespace: cmp.Or(f.Stack, namespace), Service: f.Service, Revision: f.Revision}
}

// RouteTarget is where requests go. Without a revision they are split by the weights of the
// service, whatever these become.
type RouteTarget struct {
	Service  string `json:"service"`
	Stack    string `json:"stack,omitempty"` // empty: the route set's
	Revision string `json:"revision,omitempty"`
	Port     int32  `json:"port,omitempty"`   // of the service; 0: its first that speaks HTTP
	Weight   int    `json:"weight,omitempty"` // percent; 0 for the only one

	Resolved `json:"-"`
}

// Resolved is what a target leaves open, as its service was when it was last looked at.
type Resolved struct {
	Split map[string]int `json:"split,omitempty"` // the share of each revision, in percent
	HTTP  int32          `json:"port,omitempty"`  // its first port that speaks HTTP
}

// HostPath is where a redirect leads, or how a rewritten request looks; what is empty stays.
type HostPath struct {
	Host string `json:"host,omitempty"`
	Path string `json:"path,omitempty"`
}

// Fault makes requests slow, or fail, on purpose.
type Fault struct {
	Percentage  *int   `json:"percentage,omitempty"` // of the requests; nil: all
	DelayMillis int    `json:"delayMillis,omitempty"`
	Abort       *Abort `json:"abort,omitempty"`
}

// Abort is how they fail: one of these.
type Abort struct {
	HTTPStatus  int    `json:"httpStatus,omitempty"`
	HTTP2Status string `json:"http2Status,omitempty"` // Istio has none, so this is refused
	GRPCStatus  string `json:"grpcStatus,omitempty"`  // by name, as UNAVAILABLE
}

// Retry is how often a failed request is sent again.
type Retry struct {
	Attempts      int `json:"attempts"`                // 0: never
	TimeoutMillis int `json:"timeoutMillis,omitempty"` // of each attempt
}

// Ref names the set as services are named; no service has this name.
func (s RouteSet) Ref() Ref { return Ref{Namespace: s.Namespace, Service: s.Name} }

// Exists reports whether the set has any route.
func (s RouteSet) Exists() bool { return len(s.Routes) > 0 }

// Host is its public host name, empty when it is not published.
func (s RouteSet) Host() string {
	if s.Domain == "" {
		return ""
	}
	return s.Name + "." + s.Namespace + "." + s.Domain
}

// Clone is a deep copy.
func (s RouteSet) Clone() RouteSet {
	s.Routes = slices.Clone(s.Routes)
	for i, r := range s.Routes {
		s.Routes[i] = r.Clone()
	}
	return s
}

// Clone is a deep copy.
func (r Route) Clone() Route {
	r.Matches, r.To, r.AddHeaders = slices.Clone(r.Matches), slices.Clone(r.To), slices.Clone(r.AddHeaders)
	for i := range r.Matches {
		m := &r.Matches[i]
		m.Path, m.Scheme, m.Method, m.From = clone(m.Path), clone(m.Scheme), clone(m.Method), clone(m.From)
		m.Headers, m.Cookies, m.Query = maps.Clone(m.Headers), maps.Clone(m.Cookies), maps.Clone(m.Query)
	}
	r.Redirect, r.Rewrite, r.Mirror, r.Retry, r.Fault = clone(r.Redirect), clone(r.Rewrite), clone(r.Mirror), clone(r.Retry), clone(r.Fault)
	for _, t := range r.Targets() {
		t.Split = maps.Clone(t.Split)
	}
	if r.Fault != nil {
		r.Fault.Percentage, r.Fault.Abort = clone(r.Fault.Percentage), clone(r.Fault.Abort)
	}
	return r
}

// Targets are all services that a route leads to, the one that gets copies last.
func (r *Route) Targets() []*RouteTarget {
	var all []*RouteTarget
	for i := range r.To {
		all = append(all, &r.To[i])
	}
	if r.Mirror != nil {
		all = append(all, r.Mirror)
	}
	return all
}

// Ref names what a target of the set leads to.
func (t RouteTarget) Ref(namespace string) Ref {
	if t.Stack != "" {
		namespace = t.Stack
	}
	return Ref{Namespace: namespace, Service: t.Service, Revision: t.Revision}
}
