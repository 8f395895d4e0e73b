package rio

import (
	"cmp"
	"fmt"
	"regexp"
	"strings"

	"k8s.io/apimachinery/pkg/util/validation"
)

// Names of revisions that mean something.
const (
	Latest      = "latest" // the revision that every service has
	DefaultNext = "next"   // the name of a staged revision that was given none

	// NodePortSuffix ends the name of the Service that publishes ports on the nodes,
	// so no revision may be called so.
	NodePortSuffix = "ports"
)

// maxLabel is the longest DNS label, RFC 1123; object names are used as host names.
const maxLabel = validation.DNS1123LabelMaxLength

// Ref names a service, or with Revision one revision of it.
type Ref struct {
	Namespace string // the stack
	Service   string
	Revision  string // empty: the service as a whole
}

// ParseRef reads [STACK/]SERVICE[:REVISION], or the ID STACK:SERVICE:REVISION; namespace is the
// stack when none is named. The ID of a service, STACK:SERVICE, looks like a revision: AsID.
func ParseRef(s, namespace string) (Ref, error) {
	r := Ref{Namespace: namespace}
	rest := s
	if stack, after, ok := strings.Cut(rest, "/"); ok {
		r.Namespace, rest = stack, after
	}
	if rest == "" && s != "" && len(validation.IsDNS1123Label(r.Namespace)) == 0 {
		return Ref{}, fmt.Errorf("invalid name %q: it is a stack, want [STACK/]SERVICE[:REVISION]; what is in it: kubectl rio ps -n %s", s, r.Namespace)
	}
	if parts := strings.Split(s, ":"); len(parts) == 3 && rest == s { // an ID of a revision, as lists print it
		r.Namespace, rest = parts[0], parts[1]+":"+parts[2]
	}
	name, revision, hasRevision := strings.Cut(rest, ":")
	r.Service, r.Revision = name, revision
	if hasRevision && revision == "" {
		return Ref{}, fmt.Errorf("invalid name %q: the revision after %q is empty, want [STACK/]SERVICE[:REVISION]", s, ":")
	}
	if err := r.validate(); err != nil {
		return Ref{}, fmt.Errorf("invalid name %q: %w", s, err)
	}
	return r, nil
}

func (r Ref) validate() error {
	if errs := validation.IsDNS1123Label(r.Namespace); len(errs) > 0 {
		return fmt.Errorf("stack %q: %s", r.Namespace, errs[0])
	}
	if errs := validation.IsDNS1035Label(r.Service); len(errs) > 0 {
		return fmt.Errorf("service %q: %s", r.Service, errs[0])
	}
	if r.Revision != "" {
		if errs := validation.IsDNS1123Label(r.Revision); len(errs) > 0 {
			return fmt.Errorf("revision %q: %s", r.Revision, errs[0])
		}
	}
	if r.Revision == NodePortSuffix {
		return fmt.Errorf("revision %q: the name is taken by the Service of the node ports, choose another", r.Revision)
	}
	if n := len(r.ObjectName()); n > maxLabel {
		return fmt.Errorf("%q is used as a host name and has %d characters, want at most %d", r.ObjectName(), n, maxLabel)
	}
	return nil
}

// RevisionName is the revision, Latest when none is named.
func (r Ref) RevisionName() string {
	if r.Revision == "" {
		return Latest
	}
	return r.Revision
}

// IsLatest reports whether r means the latest revision.
func (r Ref) IsLatest() bool { return r.RevisionName() == Latest }

// Of is the same service's revision of that name.
func (r Ref) Of(revision string) Ref {
	r.Revision = revision
	return r
}

// Compare orders references by stack, then by service and revision.
func (r Ref) Compare(o Ref) int {
	return cmp.Or(strings.Compare(r.Namespace, o.Namespace), strings.Compare(r.Service, o.Service), strings.Compare(r.Revision, o.Revision))
}

// ObjectName is the name of the revision's workload, Service and VirtualService.
func (r Ref) ObjectName() string {
	if r.IsLatest() {
		return r.Service
	}
	return r.Service + "-" + r.Revision
}

// ID is what every mutating verb prints: NAMESPACE:SERVICE.
func (r Ref) ID() string { return r.Namespace + ":" + r.Service }

// AsID is what a reference means that was an ID: of SERVICE:REVISION the service REVISION in
// the stack SERVICE. Only the cluster can tell which of both is meant.
func (r Ref) AsID() (Ref, bool) {
	id := Ref{Namespace: r.Service, Service: r.Revision}
	return id, r.Revision != "" && id.validate() == nil
}

// OrID is what to say beside it when there is no such service: it may have been an ID.
func (r Ref) OrID() string {
	if id, ok := r.AsID(); ok {
		return fmt.Sprintf("; if %q is an ID, name it as %s/%s", r, id.Namespace, id.Service)
	}
	return ""
}

// String is SERVICE[:REVISION], the form users type inside their own stack.
func (r Ref) String() string {
	if r.IsLatest() {
		return r.Service
	}
	return r.Service + ":" + r.Revision
}

// In is String with the stack in front, unless it is the given one.
func (r Ref) In(namespace string) string {
	if r.Namespace == namespace {
		return r.String()
	}
	return r.Namespace + "/" + r.String()
}

// JoinRefs lists revisions for people.
func JoinRefs(refs []Ref) string {
	names := make([]string, len(refs))
	for i, r := range refs {
		names[i] = fmt.Sprintf("%q", r)
	}
	return strings.Join(names, ", ")
}

// KindPod is what Kubernetes calls a pod.
const KindPod = "Pod"

// PodRef names a pod of a revision, or with Container one container of it.
// An empty Suffix means any pod.
type PodRef struct {
	Ref
	Suffix    string // what follows the workload's name, as f6985f578-schpv
	Container string
}

// podPattern splits SERVICE/SUFFIX[/CONTAINER]. The suffix is a ReplicaSet's hash and
// a random part, both in the alphabet of k8s.io/apimachinery/pkg/util/rand (no vowels,
// so that a service is hardly ever mistaken for a pod), or a StatefulSet's ordinal.
var podPattern = regexp.MustCompile(`^(.+?)/([b-df-hj-np-tv-xz2-9]{1,10}-[b-df-hj-np-tv-xz2-9]{5}|[0-9]+)(?:/([^/]+))?$`)

// exactPodPattern splits SERVICE:REVISION/SUFFIX[/CONTAINER]. Behind a revision, anything is a
// suffix: pods of a DaemonSet have a random part alone, those of adopted workloads a whole name.
var exactPodPattern = regexp.MustCompile(`^((?:[^/:]+/)?[^/:]+:[^/:]+)/([a-z0-9.-]+)(?:/([^/]+))?$`)

// ParsePodRef reads [STACK/]SERVICE[:REVISION][/SUFFIX[/CONTAINER]].
func ParsePodRef(s, namespace string) (PodRef, error) {
	p := PodRef{}
	name := s
	for _, pattern := range []*regexp.Regexp{podPattern, exactPodPattern} {
		if m := pattern.FindStringSubmatch(s); m != nil {
			name, p.Suffix, p.Container = m[1], m[2], m[3]
			break
		}
	}
	var err error
	p.Ref, err = ParseRef(name, namespace)
	return p, err
}

// Shown is how a pod is named in a stack, as ParsePodRef reads it; Suffix must be set.
func (p PodRef) Shown(namespace string) string {
	name := p.In(namespace)
	if p.IsLatest() && !podPattern.MatchString("service/"+p.Suffix) {
		name += ":" + Latest
	}
	return name + "/" + p.Suffix
}

// PodName is the pod's name, but for an adopted workload's, whose Suffix is all of it; Suffix
// must be set.
func (p PodRef) PodName() string { return p.ObjectName() + "-" + p.Suffix }
