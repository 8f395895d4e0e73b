package stack

import (
	"strings"
	"testing"
)

// What a config or a volume cannot be is said with its line before the cluster is asked.
func TestConfigsAndVolumesKeepTheirRules(t *testing.T) {
	for text, want := range map[string]string{
		"configs:\n  a: {encoded: '%'}":              "line 2: configs.a: encoded is not base64: ",
		"secrets:\n  a: {encoded: YQ==, content: b}": "line 2: secrets.a: content and encoded are both given, want one",
		"volumes:\n  a: {access_mode: rwo}":          `line 2: volumes.a: invalid access mode "rwo": want readWriteOnce`,
		"'':\n- 1":                                   `line 1: the key "" is not known here`,
		"volumes:\n  a: {size: -1}":                  "line 2: volumes.a",
	} {
		if _, err := Read(text, nil); err == nil || !strings.HasPrefix(err.Error(), want) {
			t.Errorf("%s: error %v, want %s", text, err, want)
		}
	}
}

// Where something stands is known of what a file says by its own name.
func TestWhere(t *testing.T) {
	f := readCompose(t, "services:\n  a: {image: b}\nroutes:\n  c: {to: a}\nvolumes:\n  db_data:")
	for name, want := range map[string]string{"services/a": "line 2: services.a", "routes/c": "line 4: routes.c", "volumes/db-data": "", "services/b": ""} {
		section, name, _ := strings.Cut(name, "/")
		if got, ok := f.Where(section, name); ok != (want != "") || ok && got != want {
			t.Errorf("%s.%s is at %q, want %q", section, name, got, want)
		}
	}
}
