package stack

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func openKeys(name string) (string, error) {
	files := map[string]string{
		"./key.pem": "Bag Attributes\n-----BEGIN RSA PRIVATE KEY-----\nMII=\n", "./id": "-----BEGIN OPENSSH PRIVATE KEY-----\n", "./cert.pem": "-----BEGIN CERTIFICATE-----\n",
		"./gcp.json": `{"private_key": "-----BEGIN PRIVATE KEY-----\nMII="}`,
	}
	return files[name], nil
}

func TestMountedKeysAreSecrets(t *testing.T) {
	f, err := ReadCompose("services:\n  web:\n    image: a\n    volumes: [./key.pem:/etc/key.pem:ro, ./cert.pem:/etc/cert.pem, ./gcp.json:/gcp.json]\n    secrets: [id]\n    sidekicks: {s: {image: b, volumes: [./id:/id]}}\nsecrets: {id: {content: other}}", shell, openKeys)
	if err != nil {
		t.Fatal(err)
	}
	same, err := Read(`services: {web: {image: a, configs: ['cert-pem:/etc/cert.pem'], secrets: [id, 'key-pem:/etc/key.pem', 'gcp-json:/gcp.json'], sidekicks: {s: {image: b, secrets: ['id-a5614527:/id']}}}}
configs: {cert-pem: {content: "-----BEGIN CERTIFICATE-----\n"}}
secrets:
  id: {content: other}
  id-a5614527: {content: "-----BEGIN OPENSSH PRIVATE KEY-----\n"}
  key-pem: {content: "Bag Attributes\n-----BEGIN RSA PRIVATE KEY-----\nMII=\n"}
  gcp-json: {content: '{"private_key": "-----BEGIN PRIVATE KEY-----\nMII="}'}`, nil)
	if diff := cmp.Diff(asJSON(t, same), asJSON(t, f)); err != nil || diff != "" {
		t.Errorf("%v (-want +got):\n%s", err, diff)
	}
	var notes []string
	for _, n := range f.Notes {
		notes = append(notes, n.Error())
	}
	if want := `line 4: services.web.volumes: "./key.pem" is a secret here, with what is in the file when up runs`; !strings.Contains(strings.Join(notes, "\n"), want) {
		t.Errorf("notes %q, want %s", notes, want)
	}
}
