package stack

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// What docker compose config makes of a file, of several or of what they extend, is a file, too.
func TestReadComposeConfig(t *testing.T) {
	text, err := os.ReadFile(filepath.Join("testdata", "config.yml"))
	if err != nil {
		t.Fatal(err)
	}
	f, err := ReadCompose(string(text), shell, func(name string) (string, error) { return "content of " + name, nil })
	if err != nil {
		t.Fatal(err)
	}
	want := `
name: shop
services:
  web:
    image: nginx
    scale: 2
    ports: ["80:8080"]
    environment: [PRICE=$5]
    configs: [site-conf:/etc/site.conf]
    tmpfs: ["/dev/shm:size=64m", /tmp]
    scheduling: {node: {require_all: [kubernetes.io/arch=amd64]}}
    cpus: 0.5
    memory: 64m
    depends_on: [db]
  db:
    image: postgres
    expose: ["5432"]
    volumes: [db-data:/data]
    tmpfs: ["/run:size=16m"]
    secrets: [db-password:/run/secrets/db_password]
    healthcheck: {test: NONE}
volumes: {db-data: , old: {external: true}}
configs: {site-conf: {content: listen 80;}}
secrets: {db-password: {content: content of /home/me/shop/password}}
`
	wanted, err := Read(want, nil)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(asJSON(t, wanted), asJSON(t, f)); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	for _, text := range []string{"volumes: {data: {name: other}}", "secrets: {key: {name: monkey}}"} {
		if _, err := ReadCompose(text, shell, open); err == nil {
			t.Errorf("%s: another name is passed over", text)
		}
	}
}
