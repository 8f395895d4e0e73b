package rio_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	corev1 "k8s.io/api/core/v1"

	"github.com/kubectl-rio/kubectl-rio/pkg/rio"
)

func TestParsePort(t *testing.T) {
	port := func(number int32, protocol string, publish bool, target int32) rio.PortSpec {
		return rio.PortSpec{Port: rio.Port{Number: number, Protocol: protocol, Publish: publish}, Target: target}
	}
	for sentence, tc := range map[string]struct {
		in      string
		publish bool
		want    rio.PortSpec
	}{
		"a published http port is the gateway's 80": {"8080/http", true, port(80, "http", true, 8080)},
		"unless it is named":                        {"8443:8080/http", true, port(8443, "http", true, 8080)},
		"grpc goes through the gateway like http":   {"9000/grpc", true, port(80, "grpc", true, 9000)},
		"no protocol is tcp, on the nodes":          {"5432", true, port(5432, "tcp", true, 5432)},
		"with a port tcp is on the gateway": {"5432:5433/tcp", true, rio.PortSpec{
			Port: rio.Port{Number: 5432, Protocol: "tcp", Publish: true, AtGateway: true}, Target: 5433}},
		"https is passed through by the gateway's 443": {"8443/https", true, port(443, "https", true, 8443)},
		"udp is on the nodes":                          {"53/udp", true, port(53, "udp", true, 53)},
		"inside the mesh a port is its target":         {"8080/http", false, port(8080, "http", false, 8080)},
		"inside the mesh it may lead elsewhere":        {"80:8080/http2", false, port(80, "http2", false, 8080)},
		"also without routes":                          {"53:5353/udp", false, port(53, "udp", false, 5353)},
		"the highest port there is":                    {"65535/tcp", false, port(65535, "tcp", false, 65535)},
	} {
		t.Run(sentence, func(t *testing.T) {
			got, err := rio.ParsePort(tc.in, tc.publish)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(tc.want, got); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestParsePortRefuses(t *testing.T) {
	number := func(port, number string) string {
		return `invalid port "` + port + `": "` + number + `" is not a port number, want [PORT:]TARGET[/PROTOCOL] with ports 1 to 65535, for example: 80:8080/http`
	}
	for sentence, tc := range map[string]struct {
		in      string
		publish bool
		want    string
	}{
		"nothing":                          {"", true, number("", "")},
		"port 0":                           {"0/http", true, number("0/http", "0")},
		"a port beyond the last":           {"65536", true, number("65536", "65536")},
		"a negative port":                  {"-1", false, number("-1", "-1")},
		"a word for a target":              {"80:web/http", true, number("80:web/http", "web")},
		"an empty number before the colon": {":80/http", true, number(":80/http", "")},
		"docker's address": {"127.0.0.1:80:80/http", true,
			`invalid port "127.0.0.1:80:80/http": services are published at the gateway's address or on every node, not at one of your choice; leave out "127.0.0.1:"`},
		"an unknown protocol": {"80/htpp", true, `invalid port "80/htpp": protocol "htpp", want one of http, http2, grpc, https, tcp, udp`},
		"an empty protocol":   {"80/", true, `invalid port "80/": protocol "", want one of http, http2, grpc, https, tcp, udp`},
		"a node port of the user's choice": {"53:5353/udp", true,
			`invalid port "53:5353/udp": Istio's gateways route no udp, and a node port is chosen by the cluster; publish 5353/udp`},
		"a name of a port": {"80/http,web", false,
			`invalid port "80/http,web": ports are named PROTOCOL-NUMBER, by which Istio knows what they speak; leave out ",web"`},
	} {
		t.Run(sentence, func(t *testing.T) {
			wantError(t, tc.want, func() error { _, err := rio.ParsePort(tc.in, tc.publish); return err })
		})
	}
}

func TestPortKinds(t *testing.T) {
	type kinds struct{ HTTP, Routed, OnGateway, OnNode bool }
	for sentence, tc := range map[string]struct {
		port      rio.Port
		want      kinds
		transport corev1.Protocol
	}{
		"http inside the mesh":  {rio.Port{Protocol: "http"}, kinds{HTTP: true, Routed: true}, corev1.ProtocolTCP},
		"http on the gateway":   {rio.Port{Protocol: "http", Publish: true}, kinds{HTTP: true, Routed: true, OnGateway: true}, corev1.ProtocolTCP},
		"grpc on the gateway":   {rio.Port{Protocol: "grpc", Publish: true}, kinds{HTTP: true, Routed: true, OnGateway: true}, corev1.ProtocolTCP},
		"tcp inside the mesh":   {rio.Port{Protocol: "tcp"}, kinds{Routed: true}, corev1.ProtocolTCP},
		"tcp on the nodes":      {rio.Port{Protocol: "tcp", Publish: true}, kinds{Routed: true, OnNode: true}, corev1.ProtocolTCP},
		"udp inside the mesh":   {rio.Port{Protocol: "udp"}, kinds{}, corev1.ProtocolUDP},
		"udp on the nodes only": {rio.Port{Protocol: "udp", Publish: true}, kinds{OnNode: true}, corev1.ProtocolUDP},
	} {
		t.Run(sentence, func(t *testing.T) {
			got := kinds{tc.port.HTTP(), tc.port.Routed(), tc.port.OnGateway(), tc.port.OnNode()}
			if diff := cmp.Diff(tc.want, got); diff != "" {
				t.Error(diff)
			}
			if tc.port.Transport() != tc.transport {
				t.Errorf("transport %s, want %s", tc.port.Transport(), tc.transport)
			}
		})
	}
}

func TestParsePortName(t *testing.T) {
	for name, want := range map[string]bool{
		"http-80": true, "http2-65535": true, "udp-53": true,
		"default": false, "http": false, "http-": false, "http-web": false, "https-443": true, "tls-443": false,
		"http-0": false, "http-080": false, "http--5": false, "http-+80": false, "http-65536": false, "http-80-80": false,
	} {
		t.Run(name, func(t *testing.T) {
			p, ok := rio.ParsePortName(name)
			if ok != want {
				t.Fatalf("is a port of ours: %v, want %v", ok, want)
			}
			if ok && p.Name() != name {
				t.Errorf("named %q, comes back as %q", name, p.Name())
			}
		})
	}
}

func TestSortPorts(t *testing.T) {
	ports := []rio.Port{{Number: 443, Protocol: "tcp"}, {Number: 53, Protocol: "udp"}, {Number: 53, Protocol: "tcp"}, {Number: 80, Protocol: "http"}}
	rio.SortPorts(ports)
	var got []string
	for _, p := range ports {
		got = append(got, p.String())
	}
	if diff := cmp.Diff([]string{"53/tcp", "53/udp", "80/http", "443/tcp"}, got); diff != "" {
		t.Error(diff)
	}
}
