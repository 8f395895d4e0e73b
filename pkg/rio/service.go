package rio

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	corev1 "k8s.io/api/core/v1"
)

// Service is one name that callers use, with its revisions.
type Service struct {
	Namespace string
	Name      string
	Domain    string   // under which it is published, as 127.0.0.1.nip.io; empty when it is not
	Gateway   string   // NAMESPACE/NAME of the Istio Gateway it is published on
	TLS       bool     // that serves over https, too, what is published on its port for http
	Ports     []Port   // sorted by number, then protocol
	Promoting string   // the revision whose promotion has begun and is not finished
	Before    *Before  // how it was before that promotion
	Removing  string   // the revision that is on its way out, and may be gone already
	Undone    Undone   // the promotion that was taken back, with no weight set since
	Gradual   *Gradual // the gradual release that is on
	Quiet     Quiet    // staged revisions whose requests latest gets
	Sticky    string   // the cookie that keeps a user on one revision; empty when none does
	Configs   []Config // copies that its revisions read, by kind and name
	Filed     bool     // a stack file made it
	OtherApp  bool     // another tool's pods are among its own, and their label app need not be its name

	// Selects are the labels by which a Service that another tool made, and that has the service's
	// name, finds the pods. It is left as it is. Nil: the Service is kubectl rio's.
	Selects map[string]string

	Revisions []Revision     // latest first, then by name
	Lost      map[string]int // staged ones whose workload somebody deleted, with the share that their routes still give them
	Unhosted  []string       // those of whose public host there is no route: somebody took it away, and the next write brings it back
	Routes    []RouteSet     // that lead to it, by namespace and name
}

// Quiet are the staged revisions whose requests latest gets, because their pods are replaced: those
// of their share, which is kept here in percent, of their matches and of routes that name them. What
// was asked for stays noted as it is, so that it comes back.
type Quiet map[string]int

// Has reports whether a revision is quiet.
func (q Quiet) Has(revision string) bool {
	_, quiet := q[revision]
	return quiet
}

// Revision is one pod template of a service, with a scale of its own.
type Revision struct {
	Name     string
	Kind     string  // of the workload: Deployment, StatefulSet or DaemonSet
	Foreign  bool    // made by another tool: routed to, never written
	Filed    bool    // a staged one that a stack file made
	Replicas *int32  // nil: somebody else's to set, an autoscaler's for example
	Weight   int     // whole percent of the service's traffic
	Match    []Match // requests that go to it whatever its weight is; never latest's
	Template corev1.PodTemplateSpec
	Claims   []corev1.PersistentVolumeClaim // a StatefulSet's templates of volumes, one of each for each pod
	Cause    Cause                          // of the template
	Alone    bool                           // a StatefulSet with a volume that is one pod's at a time; known once the volume was looked for
	Observed *Observed                      // what the cluster reports; nil in a service that is only planned

	Autoscale *Scale // an autoscaler keeps latest in this range; Replicas is nil then
	Settings
}

// Settings go with a pod template, and are not in it.
type Settings struct {
	Rollout Rollout `json:"rollout,omitzero"` // how the pods are replaced
	Rights
}

// Rights are what pods may ask the API server for. The cluster's template has a note of them, so that
// they come back with it.
type Rights struct {
	Permissions       []Permission `json:"permissions,omitempty"`       // in the stack; sorted
	GlobalPermissions []Permission `json:"globalPermissions,omitempty"` // in the whole cluster; sorted
}

// Rollout says how the pods of a revision are replaced by those of its next template.
type Rollout struct {
	BatchSize int32 // how many at once, and how many a drain may take; 0: as Kubernetes does by itself
	StopFirst bool  // old pods are told to end before new ones begin; of a Deployment, these begin while they end
	Recreate  bool  // of a Deployment: all have ended before any begins, for they have a volume that is one pod's at a time
	OnDelete  bool  // only when somebody deletes them
	Ordered   bool  // one after the other, by number

	StartFirst bool // new pods begin first, on a volume too; asked for, and never in the cluster: there a batch size says so
}

// HasAccount reports whether the pods speak to the API server under a name of their own.
func (r Rights) HasAccount() bool { return len(r.Permissions)+len(r.GlobalPermissions) > 0 }

// Image is the image of the revision's main container, as it is in the cluster where that was read.
func (r Revision) Image() string {
	return image(r.Running())
}

func image(t *corev1.PodTemplateSpec) string {
	if len(t.Spec.Containers) == 0 {
		return ""
	}
	return t.Spec.Containers[0].Image
}

// Running is the template of its pods as it is in the cluster, where that was read.
func (r *Revision) Running() *corev1.PodTemplateSpec {
	if r.Observed != nil {
		return &r.Observed.Template
	}
	return &r.Template
}

// Ref names the service as a whole.
func (s Service) Ref() Ref { return Ref{Namespace: s.Namespace, Service: s.Name} }

// Exists reports whether the service has any revision.
func (s Service) Exists() bool { return len(s.Revisions) > 0 }

// Undoing reports whether the promotion that is on is the work of an undo, which brings an earlier
// pod of latest back so.
func (s Service) Undoing() bool { return s.Promoting != "" && s.Before != nil && s.Before.Undo }

// Published reports whether the service is reachable from outside through the gateway.
func (s Service) Published() bool {
	return slices.ContainsFunc(s.Ports, func(p Port) bool { return p.OnGateway() })
}

// AtGateway is the gateway at which requests for the service arrive, its own or those of
// routes that lead to it; empty when none do.
func (s Service) AtGateway() string {
	if s.Published() {
		return s.Gateway
	}
	for _, set := range s.Routes {
		if set.Gateway != "" {
			return set.Gateway
		}
	}
	return ""
}

// Routed reports whether requests to the service are split by weight: it has a port
// that a VirtualService can match.
func (s Service) Routed() bool { return slices.ContainsFunc(s.Ports, Port.Routed) }

// OverTLS reports whether the gateway serves a port over https, too, on TLSPort.
func (s Service) OverTLS(p Port) bool {
	return s.TLS && p.HTTP() && p.OnGateway() && p.Number == defaultHTTPPort
}

// Host is the public host name of a revision, empty when it is not published: a tcp port of
// the gateway is the service's as a whole.
func (s Service) Host(revision string) string {
	byHost := slices.ContainsFunc(s.Ports, Port.byHost)
	if !s.Published() || s.Domain == "" || revision != Latest && !byHost {
		return ""
	}
	return fmt.Sprintf("%s.%s.%s", s.Ref().Of(revision).ObjectName(), s.Namespace, s.Domain)
}

// URL is where a port of a revision is reached through the gateway, empty where it is not.
func (s Service) URL(p Port, revision string) string {
	host := s.Host(revision)
	scheme, usual := "http", int32(defaultHTTPPort)
	switch {
	case !p.OnGateway() || host == "" || p.AtGateway && revision != Latest:
		return ""
	case p.AtGateway:
		scheme, usual = "tcp", 0
	case s.OverTLS(p):
		return "https://" + host
	case p.TLS():
		scheme, usual = "https", TLSPort
	}
	if p.Number == usual {
		return scheme + "://" + host
	}
	return fmt.Sprintf("%s://%s:%d", scheme, host, p.Number)
}

// Clone is a deep copy, so that a verb never changes its input. What was observed
// is shared: nothing writes it.
func (s Service) Clone() Service {
	s.Ports = slices.Clone(s.Ports)
	s.Configs, s.Selects, s.Lost = slices.Clone(s.Configs), maps.Clone(s.Selects), maps.Clone(s.Lost)
	s.Quiet, s.Unhosted = maps.Clone(s.Quiet), slices.Clone(s.Unhosted)
	s.Revisions = slices.Clone(s.Revisions)
	for i := range s.Revisions {
		r := &s.Revisions[i]
		r.Template = *r.Template.DeepCopy()
		r.Replicas, r.Match, r.Autoscale = clone(r.Replicas), slices.Clone(r.Match), clone(r.Autoscale)
		r.Claims = slices.Clone(r.Claims)
		r.Permissions, r.GlobalPermissions = slices.Clone(r.Permissions), slices.Clone(r.GlobalPermissions)
	}
	s.Before, s.Gradual = clone(s.Before), clone(s.Gradual)
	s.Routes = slices.Clone(s.Routes)
	for i := range s.Routes {
		s.Routes[i] = s.Routes[i].Clone()
	}
	return s
}

func clone[T any](p *T) *T {
	if p == nil {
		return nil
	}
	v := *p
	return &v
}

// Revision finds a revision by name; the pointer is into s.Revisions.
func (s Service) Revision(name string) (*Revision, bool) {
	for i := range s.Revisions {
		if s.Revisions[i].Name == name {
			return &s.Revisions[i], true
		}
	}
	return nil, false
}

// Latest is the revision that gets the traffic nobody else gets.
func (s Service) Latest() (*Revision, bool) { return s.Revision(Latest) }

// Put adds a revision or replaces the one of that name, and keeps the order.
func (s *Service) Put(r Revision) {
	if old, ok := s.Revision(r.Name); ok {
		*old = r
		return
	}
	s.Revisions = append(s.Revisions, r)
	SortRevisions(s.Revisions)
}

// Drop removes a revision.
func (s *Service) Drop(name string) {
	delete(s.Quiet, name)
	s.Revisions = slices.DeleteFunc(s.Revisions, func(r Revision) bool { return r.Name == name })
}

// SortRevisions orders revisions as they are shown and written: latest first, then by name.
func SortRevisions(rs []Revision) {
	slices.SortStableFunc(rs, func(a, b Revision) int { return compareNames(a.Name, b.Name) })
}

func compareNames(a, b string) int {
	switch {
	case a == b:
		return 0
	case a == Latest:
		return -1
	case b == Latest:
		return 1
	}
	return strings.Compare(a, b)
}

// LatestAgain is the command that gives a service a latest whose own was deleted.
func (s Service) LatestAgain() string {
	name := s.Revisions[0].Name
	if _, there := s.Revision(s.Promoting); there {
		name = s.Promoting
	}
	return fmt.Sprintf("kubectl rio promote -n %s %s", s.Namespace, s.Ref().Of(name))
}

// Back is the command that takes back a promotion, or an undo, which is half done; empty where nobody noted what
// that undo came from.
func (s Service) Back() string {
	switch {
	case !s.Undoing():
		return fmt.Sprintf("kubectl rio undo -n %s %s", s.Namespace, s.Name)
	case s.Before.From > 0:
		return fmt.Sprintf("kubectl rio undo -n %s --to %d %s", s.Namespace, s.Before.From, s.Name)
	}
	return ""
}

// Onward is the command that ends a promotion which stands still. One whose revision is lost has nothing
// to go on with.
func (s Service) Onward() string {
	if _, there := s.Revision(s.Promoting); there && !s.Undoing() {
		return fmt.Sprintf("kubectl rio promote -n %s %s", s.Namespace, s.Ref().Of(s.Promoting))
	}
	return fmt.Sprintf("kubectl rio undo -n %s %s", s.Namespace, s.Name)
}
