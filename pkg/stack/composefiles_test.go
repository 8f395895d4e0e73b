package stack

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

// Files of docker-compose in the forms that projects have them, and what they are as stack files.
func TestReadComposeAsProjectsWriteIt(t *testing.T) {
	for sentence, c := range map[string]struct{ compose, same string }{
		"a forge with its database": {`
version: "3"
networks: {forge: {driver: bridge}}
services:
  forge:
    image: example/forge:${VERSION:-1.2}
    container_name: forge
    restart: always
    networks: [forge]
    ports: ["80:3000", "0.0.0.0:222:22"]
    volumes: [forge_data:/data:Z, /etc/localtime:/etc/localtime:ro]
    links: [db]
  db:
    image: postgres
    user: root
    shm_size: 128mb
    networks: [forge]
    healthcheck: {disable: false}
    secrets: [DB_PASSWORD]
    volumes: [db_data:/var/lib/postgresql]
secrets: {DB_PASSWORD: {content: a}}
volumes: {forge_data: , db_data: {driver: local}}`, `
services:
  forge:
    image: example/forge:1.2
    ports: ["80:3000", "222:22"]
    volumes: [forge-data:/data, /etc/localtime:/etc/localtime:ro]
    depends_on: [db]
  db:
    image: postgres
    user: root
    tmpfs: ["/dev/shm:size=128m"]
    secrets: [db-password:/run/secrets/DB_PASSWORD]
    volumes: [db-data:/var/lib/postgresql]
    expose: ["5432"]
secrets: {db-password: {content: a}}
volumes: {forge-data: , db-data: }`},
		"a name server behind a proxy that reads labels": {`
x-logs: &logs {driver: json-file, options: {max-size: 10m}}
services:
  dns:
    build: {context: .}
    image: example/dns
    platform: ${PLATFORM:-linux/amd64}
    network_mode: bridge
    pull_policy: if_not_present
    logging: *logs
    ulimits: {}
    ports: ["53:53/udp", "4000-4001:4000-4001"]
    labels: ["proxy.rule=Host(` + "`dns.example`" + `)", proxy.enable=true]
    volumes: [{type: tmpfs, target: /tmp, tmpfs: {size: 1m}}]`, `
services:
  dns:
    image: example/dns
    scheduling: {node: {require_all: [kubernetes.io/arch=amd64]}}
    network: default
    image_pull_policy: not-present
    ports: [53/udp, "4000:4000", "4001:4001"]
    labels: {proxy.enable: "true"}
    metadata: {proxy.rule: "Host(` + "`dns.example`" + `)"}
    tmpfs: ["/tmp:size=1m"]`},
	} {
		t.Run(sentence, func(t *testing.T) {
			f, err := ReadCompose(c.compose, shell, open)
			if err != nil {
				t.Fatal(err)
			}
			same, err := Read(c.same, nil)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(asJSON(t, same), asJSON(t, f)); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}
