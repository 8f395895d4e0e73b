package stack

import (
	"strings"
	"testing"
)

// What docker-compose says in its own words, or though it is so in a cluster anyway.
func TestReadComposesWords(t *testing.T) {
	for text, want := range map[string]string{
		"network_mode: bridge\nipc: private\npull_policy: if_not_present":                                                  "{net: default, ipc: default, imagePullPolicy: not-present}",
		"network_mode: host\nipc: host\npull_policy: missing":                                                              "{net: host, ipc: host, imagePullPolicy: not-present}",
		"healthcheck: {disable: false}":                                                                                    "{}",
		"deploy: {endpoint_mode: vip, replicas: 2}":                                                                        "{scale: 2}",
		"ports: ['0.0.0.0:80:81', '[::]:82:83', ':84:85', {target: 86, published: 87, host_ip: '::'}]":                     "{ports: [{port: 80, targetPort: 81}, {port: 82, targetPort: 83}, {port: 84, targetPort: 85}, {port: 87, targetPort: 86}]}",
		"ports: ['53:53/udp', {target: 54, published: 54, protocol: udp}]":                                                 "{ports: [{port: 53, targetPort: 53, protocol: udp}, {port: 54, targetPort: 54, protocol: udp}]}",
		"volumes: ['/a:/b:z', 'c:/d:ro,Z', /f]":                                                                            "{volumes: [{kind: bind, source: /a, target: /b}, {kind: volume, source: c, target: /d, readonly: true}, {kind: volume, target: /f}]}",
		"volumes: [{type: bind, source: /a, target: /b, consistency: cached, bind: {selinux: z, create_host_path: true}}]": "{volumes: [{kind: bind, source: /a, target: /b}]}",
	} {
		f, err := ReadCompose("services:\n  a:\n    image: a\n    "+strings.ReplaceAll(text, "\n", "\n    "), shell, open)
		if err != nil {
			t.Errorf("%s: %v", text, err)
			continue
		}
		sameService(t, f, want)
	}
	for text, want := range map[string]string{
		"ports: ['5353:53/udp']":         `line 4: services.a.ports[0]: invalid port "5353:53/udp": Istio's gateways route no udp, and a node port is chosen by the cluster; publish 53/udp`,
		"deploy: {endpoint_mode: dnsrr}": "line 4: services.a.deploy: endpoint_mode: a service has one address for all its pods; want vip",
		"volumes: ['/a:/b:z,y']":         `line 4: services.a.volumes[0]: option "y", want ro, rw, nocopy, rprivate, rslave, rshared, subpath=PATH, driver=STORAGECLASS or size=GB`,
	} {
		_, err := ReadCompose("services:\n  a:\n    image: a\n    "+text, shell, open)
		if err == nil || err.Error() != want {
			t.Errorf("%s: error %v, want %s", text, err, want)
		}
	}
}
