package controlplane

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"helm.sh/helm/v3/pkg/cli"
	"helm.sh/helm/v3/pkg/cli/values"
	"helm.sh/helm/v3/pkg/getter"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/utils/ptr"

	"github.com/kubectl-rio/kubectl-rio/pkg/plan"
)

// Port is one that the gateway opens to the outside.
type Port struct {
	Number   int
	Protocol string // as the chart has it: HTTP, HTTP2, GRPC, TCP or TLS
}

var (
	httpProtocols = []string{"HTTP", "HTTP2", "GRPC"}
	portProtocols = slices.Concat(httpProtocols, []string{"TCP", "TLS"})

	// proxyPorts are those at which the gateway's proxy listens for itself: what is opened there is
	// never served. The chart's schema refuses them, too.
	// https://istio.io/latest/docs/ops/deployment/application-requirements/#ports-used-by-istio
	proxyPorts = []int{15000, 15004, 15020, 15021, 15090}
)

// nodePortHTTP is the gateway's port where it is to be a node port and none is named.
var nodePortHTTP = Port{30080, "HTTP"}

// ParseGatewayPort reads N/PROTOCOL.
func ParseGatewayPort(text string) (Port, error) {
	number, protocol, _ := strings.Cut(text, "/")
	n, err := strconv.Atoi(number)
	if err != nil || n < 1 || n > 65535 {
		return Port{}, fmt.Errorf("invalid port %q: want N/PROTOCOL with N from 1 to 65535, for example: 8080/http", text)
	}
	if slices.Contains(proxyPorts, n) {
		return Port{}, fmt.Errorf("invalid port %q: the gateway's proxy itself listens at %d; want another one", text, n)
	}
	p := Port{n, strings.ToUpper(protocol)}
	if !slices.Contains(portProtocols, p.Protocol) {
		return Port{}, fmt.Errorf("invalid port %q: protocol %q, want one of %s", text, protocol, strings.ToLower(strings.Join(portProtocols, ", ")))
	}
	return p, nil
}

// mustFitNode wants a port that can be a node port of the same number.
func (p Port) mustFitNode() error {
	if p.Number < plan.MinNodePort || p.Number > plan.MaxNodePort {
		return fmt.Errorf("port %d cannot be a node port, want %d to %d", p.Number, plan.MinNodePort, plan.MaxNodePort)
	}
	return nil
}

// portValues are ports as the chart has them, each with the node port of its number or none.
func portValues(ports []Port, onNodes bool) []any {
	var list []any
	for _, p := range ports {
		port := map[string]any{"port": p.Number, "protocol": p.Protocol}
		if onNodes {
			port["nodePort"] = p.Number
		}
		list = append(list, port)
	}
	return list
}

// Settings are values of the chart rio. What is not said stays as an earlier install left it.
type Settings struct {
	Values, Set []string // files, and NAME=VALUE
	SetString   []string // NAME=VALUE, of which VALUE is text though it looks like a number or like true
	Domain      *string  // under which services are published; empty: from the gateway's address
	TLSSecret   *string  // in the namespace rio-system; empty: none
	Issuer      *string  // of cert-manager, a ClusterIssuer; empty: none
	Ports       []Port   // that the gateway opens, instead of those it has
	HostPort    *bool    // whether the gateway listens on the nodes' own ports
	NodePort    *bool    // whether its ports are node ports, of the same number
}

// Validate checks what can be checked without a cluster.
func (s Settings) Validate() error {
	for i, p := range s.Ports {
		if slices.ContainsFunc(s.Ports[:i], func(q Port) bool { return q.Number == p.Number }) {
			return fmt.Errorf("port %d is given twice; the gateway opens a port for one protocol", p.Number)
		}
		if !ptr.Deref(s.NodePort, false) {
			continue
		}
		if err := p.mustFitNode(); err != nil {
			return err
		}
	}
	switch {
	case ptr.Deref(s.NodePort, false) && ptr.Deref(s.HostPort, false):
		return fmt.Errorf("node ports and host ports are both asked for, want one")
	case strings.Contains(ptr.Deref(s.TLSSecret, ""), "/"):
		return fmt.Errorf("invalid TLS secret %q: want a name; the Secret is to be in namespace %s", *s.TLSSecret, rioNamespace)
	}
	return nil
}

// read merges files and settings, and what the flags say over both.
func (s Settings) read() (map[string]any, error) {
	v, err := readValues(s.Values, s.Set, s.SetString)
	if err != nil {
		return nil, err
	}
	for name, value := range map[string]*string{"domain": s.Domain, "tls.secret": s.TLSSecret, "tls.issuer": s.Issuer} {
		if value != nil {
			set(v, *value, strings.Split(name, ".")...)
		}
	}
	ports, onNodes := s.Ports, ptr.Deref(s.NodePort, false)
	if onNodes && len(ports) == 0 {
		ports = []Port{nodePortHTTP}
	}
	if len(ports) > 0 {
		set(v, portValues(ports, onNodes), "gateway", "ports")
	}
	if s.HostPort != nil {
		set(v, *s.HostPort, "gateway", "hostPort")
	}
	if s.NodePort != nil {
		set(v, map[bool]string{true: "NodePort", false: "LoadBalancer"}[*s.NodePort], "gateway", "service", "type")
	}
	return v, nil
}

// endCertificate takes out of what was said before what a certificate of another origin ends, said
// now and alone: an issuer would overwrite the user's Secret. Said together, it is to fill it.
func endCertificate(before, now map[string]any) {
	secret, issuer := get(now, "tls", "secret"), get(now, "tls", "issuer")
	earlier, _ := before["tls"].(map[string]any)
	switch {
	case secret != nil && secret != "" && issuer == nil:
		delete(earlier, "issuer")
	case issuer != nil && issuer != "" && secret == nil && getString(earlier, "issuer") == "": // else it fills that already
		delete(earlier, "secret")
	}
}

// readValues merges values files, then NAME=VALUE settings.
func readValues(files, settings, texts []string) (map[string]any, error) {
	options := values.Options{ValueFiles: files, Values: settings, StringValues: texts}
	return options.MergeValues(getter.All(cli.New()))
}

// set puts a value at a path of keys.
func set(values map[string]any, value any, path ...string) {
	for _, key := range path[:len(path)-1] {
		next, ok := values[key].(map[string]any)
		if !ok {
			next = map[string]any{}
			values[key] = next
		}
		values = next
	}
	values[path[len(path)-1]] = value
}

// get reads a value at a path of keys.
func get(values map[string]any, path ...string) any {
	v, _, _ := unstructured.NestedFieldNoCopy(values, path...)
	return v
}

func getString(values map[string]any, path ...string) string {
	text, _ := get(values, path...).(string)
	return text
}
