package stack

import (
	"strings"
	"testing"
)

// What docker-compose has a word for, and Kubernetes another.
func TestReadComposesMeanings(t *testing.T) {
	const begins = "services:\n  a:\n    image: a\n    "
	for text, want := range map[string]string{
		"build: {context: .}":          "{}",
		"shm_size: 256mb\ntmpfs: /run": "{tmpfs: [{path: /dev/shm, sizeBytes: 268435456}, {path: /run}]}",
		"volumes: [b:/b, {type: tmpfs, target: /c, read_only: true, tmpfs: {size: 1k}}, {target: /d, type: tmpfs}]\ntmpfs: [/e]": "{volumes: [{kind: volume, source: b, target: /b}], tmpfs: [{path: /c, sizeBytes: 1024, readOnly: true}, {path: /d}, {path: /e}]}",
		"platform: linux/amd64": "{scheduling: {node: {requireAll: [kubernetes.io/arch=amd64]}}}",
		"platform: linux/arm64/v8\nscheduling: {node: {require_all: [zone=a]}}": "{scheduling: {node: {requireAll: [kubernetes.io/arch=arm64, zone=a]}}}",
		"platform: x86_64":     "{scheduling: {node: {requireAll: [kubernetes.io/arch=amd64]}}}",
		"platform: linux":      "{}",
		"platform: '${NONE-}'": "{}",
		"ports: ['80-81:8080-8081', '0.0.0.0:82-82:82/udp', '90-91/udp']\nexpose: ['5432-5433', 6379]": "{ports: [{port: 80, targetPort: 8080}, {port: 81, targetPort: 8081}, {port: 82, protocol: udp, targetPort: 82}, {port: 90, protocol: udp, targetPort: 90}, {port: 91, protocol: udp, targetPort: 91}], expose: [{port: 5432, protocol: tcp, targetPort: 5432}, {port: 5433, protocol: tcp, targetPort: 5433}, {port: 6379, protocol: tcp, targetPort: 6379}]}",
		"labels: ['proxy.rule=Host(`a.example`)', tier=web]\nannotations: {a: b}":                      "{labels: {tier: web}, metadata: {a: b, proxy.rule: 'Host(`a.example`)'}}",
		"labels: {team: a team}": "{metadata: {team: a team}}",
	} {
		f, err := ReadCompose(begins+strings.ReplaceAll(text, "\n", "\n    "), shell, open)
		if err != nil {
			t.Errorf("%s: %v", text, err)
			continue
		}
		sameService(t, f, want)
	}
	const span = "want a range as FROM-TO or FROM-TO:FROM-TO, each side with as many ports and at most 1000"
	for text, want := range map[string]string{
		"shm_size: big":         `.shm_size: "big" is no amount of memory: want bytes or a number with b, k, m or g, for example 512m`,
		"platform: windows/arm": `.platform: "windows/arm" is no platform of nodes here; want linux/ARCHITECTURE, for example linux/amd64`,
		"ports: ['80-90:80']":   `.ports[0]: invalid port "80-90:80": ` + span,
		"ports: ['90-80']":      `.ports[0]: invalid port "90-80": ` + span,
		"ports: ['1-2000']":     `.ports[0]: invalid port "1-2000": ` + span,
		"ports: ['80:web']":     `.ports[0]: invalid port "80:web": "web" is not a port number, want [PORT:]TARGET[/PROTOCOL] with ports 1 to 65535, for example: 80:8080/http`,
		"volumes: [{type: tmpfs, target: /a, tmpfs: {mode: 1777}}]": ".volumes[0].tmpfs.mode: all users may write to a directory in memory; take the key out",
	} {
		_, err := ReadCompose(begins+text, shell, open)
		if want = "line 4: services.a" + want; err == nil || err.Error() != want {
			t.Errorf("%s: error %v, want %s", text, err, want)
		}
	}
}
