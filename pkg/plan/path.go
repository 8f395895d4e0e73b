package plan

import (
	"cmp"
	"maps"
	"slices"
	"strings"
	"time"

	istio "istio.io/client-go/pkg/apis/networking/v1"
	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	discoveryv1 "k8s.io/api/discovery/v1"
	networkingv1 "k8s.io/api/networking/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/kubectl-rio/kubectl-rio/pkg/rio"
)

// Read is what was read of one kind, or why it may not be.
type Read[T any] struct {
	Items  []T
	Denied *Denied
}

// Denied is a right to read that the user does not have.
type Denied struct {
	Resource  string
	Namespace string // empty: of the whole cluster
	User      string
}

// Answer is what came back of a request.
type Answer struct {
	URL       string
	Status    int
	Own       bool   // of a pod, not of the gateway itself
	Untrusted bool   // the Error is that of the gateway's certificate
	Unsecured bool   // it came before there was one, for a URL of https
	Body      string // its first line
	Took      time.Duration
	Error     string
}

// Path is what was read of the way from a service's URL to its containers.
type Path struct {
	Ref      rio.Ref // with a staged revision, the way of that one's preview
	Denied   *Denied // the service itself may not be read
	Service  rio.Service
	Entrance Entrance
	Routes   Read[*istio.VirtualService]  // of all namespaces, else of the stack
	Rules    Read[*istio.DestinationRule] // of the stack, as all below
	Services Read[corev1.Service]
	Slices   Read[discoveryv1.EndpointSlice]
	Pods     Read[corev1.Pod]
	Events   Read[corev1.Event]               // warnings
	LastLogs map[string]string                // last line by POD/CONTAINER
	Answer   *Answer                          // nil: nobody was asked
	Policies Read[networkingv1.NetworkPolicy] // where the answer is OfNobody
}

// own finds an object of the stack by name.
func own[T metav1.Object](list []T, ref rio.Ref, name string) (T, bool) {
	i := slices.IndexFunc(list, func(o T) bool { return o.GetName() == name && o.GetNamespace() == ref.Namespace })
	if i < 0 {
		var none T
		return none, false
	}
	return list[i], true
}

// preview reports whether the way is that of a staged revision's own URL.
func (p Path) preview() bool { return !p.Ref.IsLatest() }

// host is the public host of the way; empty when it is not published.
func (p Path) host() string { return p.Service.Host(p.Ref.RevisionName()) }

// port is the one that the way begins at; none inside the mesh.
func (p Path) port() rio.Port {
	i := slices.IndexFunc(p.Service.Ports, func(port rio.Port) bool { return p.Service.URL(port, p.Ref.RevisionName()) != "" })
	if i < 0 {
		return rio.Port{}
	}
	return p.Service.Ports[i]
}

// URL is where the way begins, and the gateway's port for it; empty inside the mesh.
func (p Path) URL() (string, int32) {
	port := p.port()
	url := p.Service.URL(port, p.Ref.RevisionName())
	if p.Service.OverTLS(port) {
		return url, rio.TLSPort
	}
	return url, port.Number
}

// Answers reports whether the service answers a request, as one of connections does not.
func (p Path) Answers() bool { return p.port().HTTP() }

// inView are the revisions that the way may end at.
func (p Path) inView() []rio.Revision {
	if !p.preview() {
		return p.Service.Revisions
	}
	r, ok := p.Service.Revision(p.Ref.Revision)
	if !ok {
		return nil
	}
	return []rio.Revision{*r}
}

// route is the VirtualService that the way goes through.
func (p Path) route() (*istio.VirtualService, bool) {
	return own(p.Routes.Items, p.Ref, p.Ref.ObjectName())
}

// rule is the service's DestinationRule.
func (p Path) rule() (*istio.DestinationRule, bool) {
	return own(p.Rules.Items, p.Ref, p.Service.Name)
}

// service is the Service that the way goes through.
func (p Path) service() (corev1.Service, bool) {
	i := slices.IndexFunc(p.Services.Items, func(s corev1.Service) bool { return s.Name == p.Ref.ObjectName() })
	if i < 0 {
		return corev1.Service{}, false
	}
	return p.Services.Items[i], true
}

// podsOf are a revision's pods of its newest template, and older ones only where there is
// no newer. What a Deployment's ended pods complain of is no matter of those in their place.
func (p Path) podsOf(revision string) []corev1.Pod {
	var pods []corev1.Pod
	for _, pod := range p.Pods.Items {
		l := pod.Labels
		replaced := rio.PodOver(pod) && l[appsv1.DefaultDeploymentUniqueLabelKey] != ""
		if l[rio.LabelService] == p.Service.Name && l[rio.LabelRevision] == revision && pod.DeletionTimestamp == nil && !replaced {
			pods = append(pods, pod)
		}
	}
	slices.SortFunc(pods, func(a, b corev1.Pod) int {
		if c := b.CreationTimestamp.Compare(a.CreationTimestamp.Time); c != 0 {
			return c
		}
		return strings.Compare(a.Name, b.Name)
	})
	hash := func(pod corev1.Pod) string {
		return cmp.Or(pod.Labels[appsv1.DefaultDeploymentUniqueLabelKey], pod.Labels[appsv1.ControllerRevisionHashLabelKey])
	}
	return slices.DeleteFunc(pods, func(pod corev1.Pod) bool { return hash(pod) != hash(pods[0]) })
}

// values are what most words of troubles need.
func (p Path) values(more rio.Case) rio.Case {
	c := rio.Case{
		"stack": p.Service.Namespace, "service": p.Service.Name, "ref": p.Ref.String(), "name": p.Ref.ObjectName(),
		"gateway": p.Service.Gateway, "host": p.host(), "write": p.write(""),
	}
	maps.Copy(c, more)
	return c
}

// bound reports whether a VirtualService is served on a Gateway, named NAMESPACE/NAME.
func bound(vs *istio.VirtualService, gateway string) bool {
	return slices.ContainsFunc(vs.Spec.Gateways, func(g string) bool {
		if !strings.Contains(g, "/") && g != rio.MeshGateway {
			g = vs.Namespace + "/" + g
		}
		return g == gateway
	})
}

// inMesh reports whether sidecars have a VirtualService's routes.
func inMesh(vs *istio.VirtualService) bool {
	return len(vs.Spec.Gateways) == 0 || slices.Contains(vs.Spec.Gateways, rio.MeshGateway)
}

// servesHost reports whether the hosts of a Gateway's server, or of a VirtualService, take in a
// host: they are names or *.names, behind an optional namespace.
func servesHost(hosts []string, host string) bool {
	return slices.ContainsFunc(hosts, func(h string) bool {
		if _, name, ok := strings.Cut(h, "/"); ok {
			h = name
		}
		suffix, wild := strings.CutPrefix(h, "*")
		return h == host || wild && strings.HasSuffix(host, suffix)
	})
}
