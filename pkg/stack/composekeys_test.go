package stack

import (
	"strings"
	"testing"
)

// What docker-compose says in its own words, or though it is so in a cluster anyway.
func TestReadComposesWords(t *testing.T) {
	for text, want := range map[string]string{
		"network_mode: bridge\nipc: private\npull_policy: if_not_present": "{net: default, ipc: default, imagePullPolicy: not-present}",
		"network_mode: host\nipc: host\npull_policy: missing":             "{net: host, ipc: host, imagePullPolicy: not-present}",
		"healthcheck: {disable: false}":                                   "{}",
		"deploy: {endpoint_mode: '', mode: replicated, restart_policy: {condition: any}, labels: {}, resources: {limits: {cpus: ''}}}\nuserns_mode: host": "{}",
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
		"ports: ['5353:53/udp']":                           `line 4: services.a.ports[0]: invalid port "5353:53/udp": Istio's gateways route no udp, and a node port is chosen by the cluster; publish 53/udp`,
		"ports: [{target: 80, published: 80, mode: host}]": `line 4: services.a.ports[0].mode: "host" cannot be: a port is published at the gateway, or by the cluster's choice of number on every node, and not where its pod is; want ingress, or take the key out`,
		"deploy: {update_config: {parallelism: 0}}":        `line 4: services.a.deploy.update_config.parallelism: "0" cannot be: it is all pods at once, which leaves none to answer; want how many are replaced at once, or take the key out`,
		"deploy: {endpoint_mode: dnsrr}":                   `line 4: services.a.deploy.endpoint_mode: "dnsrr" cannot be: a service has one address for all its pods; want vip`,
		"deploy: {mode: global-job}":                       `line 4: services.a.deploy.mode: "global-job" cannot be: a service has as many pods as its scale, or one on each node; want replicated or global`,
		"deploy:\n      restart_policy: {condition: none}": `line 5: services.a.deploy.restart_policy.condition: "none" cannot be: Kubernetes always restarts the containers of a service; want any`,
		"deploy:\n      labels: [a=b]":                     "line 5: services.a.deploy.labels: docker-compose sets them on the service only; take them out, or write them as labels of the service to set them on its pods",
		"userns_mode: private":                             `line 4: services.a.userns_mode: "private" cannot be: a pod is in the user namespace of its node; want host, or take the key out`,
		"ulimits: {nofile: 1}":                             "line 4: services.a.ulimits: Kubernetes has no notion of it, and a container has the limits that its node's runtime gives to all; take the key out",
		"volumes: [conf/d:/b]":                             `line 4: services.a.volumes[0]: source "conf/d" is a path, and nodes know neither your directory nor your home; want an absolute path on the node, or the name of a volume`,
		"volumes: ['/a:/b:z,y']":                           `line 4: services.a.volumes[0]: option "y", want ro, rw, nocopy, rprivate, rslave, rshared, subpath=PATH, driver=STORAGECLASS or size=GB`,
	} {
		_, err := ReadCompose("services:\n  a:\n    image: a\n    "+text, shell, open)
		if err == nil || err.Error() != want {
			t.Errorf("%s: error %v, want %s", text, err, want)
		}
	}
}
