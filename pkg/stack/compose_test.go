package stack

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// In a docker-compose file tcp is under all ports but those of udp, and expose repeats what ports has.
func TestReadComposesPorts(t *testing.T) {
	for sentence, c := range map[string]struct{ ports, want string }{
		"as docker compose config writes it": {"ports: [{mode: ingress, target: 80, published: '80', protocol: tcp}]", "ports: ['80:80']"},
		"a word":                             {"ports: ['81:8081/tcp', '82/tcp', '53/udp']\nexpose: [83/tcp]", "ports: ['81:8081', '82', '53/udp']\nexpose: ['83']"},
		"what it speaks goes before":         {"ports: [{target: 80, published: 81, protocol: tcp, app_protocol: tcp}]", "ports: [{target: 80, published: 81, app_protocol: tcp}]"},
		"exposed too":                        {"ports: ['80:80', '53/udp', '90']\nexpose: ['80', 53/udp, '90', '91']", "ports: ['80:80', '53/udp', '90']\nexpose: ['91']"},
		"exposed for another protocol":       {"ports: [53/udp]\nexpose: ['53']", "ports: [53/udp]\nexpose: ['53']"},
	} {
		t.Run(sentence, func(t *testing.T) {
			read := func(ports string) File {
				f, err := ReadCompose("services:\n  web:\n    image: nginx\n    "+strings.ReplaceAll(ports, "\n", "\n    "), shell, open)
				if err != nil {
					t.Fatal(err)
				}
				return f
			}
			if diff := cmp.Diff(asJSON(t, read(c.want)), asJSON(t, read(c.ports))); diff != "" {
				t.Error(diff)
			}
		})
	}
	f, err := Read("services: {web: {image: nginx, ports: ['81:81/tcp'], expose: ['81']}}", nil)
	if s := f.Services["web"]; err != nil || s.Ports[0].Protocol != "tcp" || len(s.Expose) != 1 {
		t.Errorf("of a stack file both stay: %+v, %v", s, err)
	}
	f, err = ReadCompose("services: {web: {image: nginx, ports: [{target: 80, published: 80, protocol: tcp}, {target: 81, published: 81, app_protocol: tcp}]}}", shell, open)
	if p := f.Services["web"].Ports; err != nil || p[0].Protocol != "" || p[1].Protocol != "tcp" {
		t.Errorf("what is spoken: %+v, %v", p, err)
	}
}
