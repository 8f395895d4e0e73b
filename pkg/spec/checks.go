package spec

import (
	"cmp"
	"errors"
	"fmt"
	"net"
	"net/url"
	"slices"
	"strconv"
	"strings"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/util/intstr"
	"k8s.io/utils/ptr"
)

// How a check begins that is not a URL.
const (
	testNone  = "NONE"
	testCmd   = "CMD"
	testShell = "CMD-SHELL"
)

// What a check has that says nothing of it.
const (
	defaultInterval  = 10
	defaultTimeout   = 5
	defaultHealthy   = 2
	defaultUnhealthy = 3
)

// portInterval is how often, in seconds, a port is asked where nobody asked for a check: often,
// for that is how long a pod that has begun to listen may have to wait for its traffic.
const portInterval = 2

const (
	urlForms  = "want a URL as http://localhost:8080/ping, tcp://localhost:PORT, grpc://localhost:PORT[/SERVICE]"
	testForms = urlForms + ", or a command"
)

// parseTest reads what a container is asked; nil is NONE.
func parseTest(test []string) (*corev1.ProbeHandler, error) {
	if len(test) == 0 || test[0] == "" {
		return nil, fmt.Errorf("a check needs what to ask: %s", testForms)
	}
	scheme, _, isURL := strings.Cut(test[0], "://")
	switch {
	case test[0] == testNone:
		return nil, nil
	case test[0] == testShell && len(test) == 2:
		return command("sh", "-c", test[1]), nil
	case test[0] == testCmd && len(test) > 1:
		return command(test[1:]...), nil
	case test[0] == testCmd || test[0] == testShell:
		return nil, fmt.Errorf("invalid check %q: %s", strings.Join(test, " "), testForms)
	case isURL && (scheme == "http" || scheme == "https"):
		return httpGet(test[0], test[1:])
	case isURL && scheme == "tcp":
		return tcpSocket(test)
	case isURL && scheme == "grpc":
		return grpcCall(test)
	case isURL:
		return nil, fmt.Errorf("invalid check %q: a %s URL cannot be asked; %s", test[0], scheme, testForms)
	}
	return command(test...), nil
}

// Shell is a check by a line for the shell.
func Shell(line string) ([]string, error) {
	test := []string{testShell, line}
	if line == "" {
		return test, fmt.Errorf("want a command for the shell, for example 'test -e /ok'")
	}
	return test, nil
}

// URL is a check by a URL, or NONE.
func URL(address string) ([]string, error) {
	test := []string{address}
	if address == testNone {
		return test, nil
	}
	if !strings.Contains(address, "://") {
		return test, errors.New(urlForms)
	}
	_, err := parseTest(test)
	return test, err
}

func command(words ...string) *corev1.ProbeHandler {
	return &corev1.ProbeHandler{Exec: &corev1.ExecAction{Command: eachOf(words, Escaped)}}
}

// httpGet asks the pod; the URL's host is what the request says it is for.
func httpGet(text string, headers []string) (*corev1.ProbeHandler, error) {
	u, err := url.Parse(text)
	switch {
	case err != nil:
		return nil, fmt.Errorf("invalid check %q: it is not a URL; %s", text, testForms)
	case u.User != nil:
		return nil, fmt.Errorf("invalid check %q: a user, what stands before @, is not sent by Kubernetes; leave it out", text)
	case u.Fragment != "":
		return nil, fmt.Errorf("invalid check %q: what stands behind # is not sent to anybody; leave it out", text)
	}
	get := &corev1.HTTPGetAction{Path: cmp.Or(u.RequestURI(), "/"), Port: intstr.FromInt32(80), Scheme: corev1.URISchemeHTTP}
	if u.Scheme == "https" {
		get.Port, get.Scheme = intstr.FromInt32(443), corev1.URISchemeHTTPS
	}
	if u.Port() != "" {
		if get.Port, err = checkPort(text, u.Port()); err != nil {
			return nil, err
		}
	}
	if u.Hostname() != "" {
		get.HTTPHeaders = append(get.HTTPHeaders, corev1.HTTPHeader{Name: "Host", Value: u.Hostname()})
	}
	for _, h := range headers {
		name, value, ok := strings.Cut(h, "=")
		if !ok || name == "" {
			return nil, fmt.Errorf("invalid check header %q: want NAME=VALUE", h)
		}
		get.HTTPHeaders = append(get.HTTPHeaders, corev1.HTTPHeader{Name: name, Value: value})
	}
	return &corev1.ProbeHandler{HTTPGet: get}, nil
}

// tcpSocket connects to the pod.
func tcpSocket(test []string) (*corev1.ProbeHandler, error) {
	port, err := ownPort(test, strings.TrimPrefix(test[0], "tcp://"), "tcp://localhost:PORT")
	return &corev1.ProbeHandler{TCPSocket: &corev1.TCPSocketAction{Port: port}}, err
}

// grpcCall asks as gRPC has it, https://grpc.io/docs/guides/health-checking/; the path is the
// service that is asked for.
func grpcCall(test []string) (*corev1.ProbeHandler, error) {
	address, service, _ := strings.Cut(strings.TrimPrefix(test[0], "grpc://"), "/")
	port, err := ownPort(test, address, "grpc://localhost:PORT[/SERVICE]")
	return &corev1.ProbeHandler{GRPC: &corev1.GRPCAction{Port: port.IntVal, Service: &service}}, err
}

// ownPort is the port of an address. Another host is none of the container's business.
func ownPort(test []string, address, want string) (intstr.IntOrString, error) {
	host, number, err := net.SplitHostPort(address)
	if err != nil || len(test) > 1 || !slices.Contains([]string{"", "localhost", "127.0.0.1", "::1"}, host) {
		return intstr.IntOrString{}, fmt.Errorf("invalid check %q: the container itself is asked; want %s", test[0], want)
	}
	return checkPort(test[0], number)
}

func checkPort(text, number string) (intstr.IntOrString, error) {
	n, err := strconv.ParseUint(number, 10, 16)
	if err != nil || n == 0 {
		return intstr.IntOrString{}, fmt.Errorf("invalid check %q: %q is not a port number", text, number)
	}
	return intstr.FromInt32(int32(n)), nil
}

// testText is the inverse of parseTest.
func testText(h corev1.ProbeHandler) []string {
	switch {
	case h.HTTPGet != nil:
		return urlText(h.HTTPGet)
	case h.TCPSocket != nil:
		return []string{"tcp://localhost:" + h.TCPSocket.Port.String()}
	case h.GRPC != nil:
		return []string{strings.TrimSuffix(fmt.Sprintf("grpc://localhost:%d/%s", h.GRPC.Port, ptr.Deref(h.GRPC.Service, "")), "/")}
	case h.Exec != nil && len(h.Exec.Command) == 3 && h.Exec.Command[1] == "-c" && (h.Exec.Command[0] == "sh" || h.Exec.Command[0] == "/bin/sh"):
		return []string{testShell, unescaped(h.Exec.Command[2])}
	case h.Exec != nil:
		return append([]string{testCmd}, eachOf(h.Exec.Command, unescaped)...)
	}
	return []string{testNone}
}

func urlText(get *corev1.HTTPGetAction) []string {
	host := get.Host
	var headers []string
	for _, h := range get.HTTPHeaders {
		if h.Name == "Host" && host == "" {
			host = h.Value
			continue
		}
		headers = append(headers, h.Name+"="+h.Value)
	}
	if strings.Contains(host, ":") {
		host = "[" + host + "]"
	}
	scheme, usual := "http", "80"
	if get.Scheme == corev1.URISchemeHTTPS {
		scheme, usual = "https", "443"
	}
	if port := get.Port.String(); port != usual {
		host += ":" + port
	}
	return append([]string{scheme + "://" + host + get.Path}, headers...)
}
