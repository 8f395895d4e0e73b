package stack

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// What Kubernetes cannot call db_data is db-data, where it is named and where it is used.
func TestReadComposeNames(t *testing.T) {
	for sentence, c := range map[string]struct{ text, want string }{
		"volumes": {
			"services: {a: {image: a, volumes: ['db_data:/a:ro', {type: volume, source: DB_Logs, target: /b}, '/My_dir:/c', /d_e, plain:/f]}}\nvolumes: {db_data: , DB_Logs: {size: 2}, plain: }",
			"services: {a: {image: a, volumes: ['db-data:/a:ro', db-logs:/b, '/My_dir:/c', /d_e, plain:/f]}}\nvolumes: {db-data: {}, db-logs: {size: 2}, plain: {}}",
		},
		"secrets, whose files are called as it is written": {
			"services: {a: {image: a, secrets: [db_password, 'API_KEY:/key', 'tls_key?,mode=0400', {source: DB_USER}, {target: user, source: db_user2}]}}\nsecrets: {db_password: {content: a}, API_KEY: {content: b}}",
			"services: {a: {image: a, secrets: ['db-password:/run/secrets/db_password', 'api-key:/key', 'tls-key?:/run/secrets/tls_key,mode=0400', 'db-user:/run/secrets/DB_USER', 'db-user2:/run/secrets/user']}}\nsecrets: {db-password: {content: a}, api-key: {content: b}}",
		},
		"configs": {
			"services: {a: {image: a, configs: [my_site.conf, {source: Other, target: /x}]}}\nconfigs: {my_site.conf: {content: a}, Other: {content: b}}",
			"services: {a: {image: a, configs: ['my-site.conf:/my_site.conf', 'other:/x']}}\nconfigs: {my-site.conf: {content: a}, other: {content: b}}",
		},
	} {
		t.Run(sentence, func(t *testing.T) {
			f, err := ReadCompose(c.text, shell, open)
			if err != nil {
				t.Fatal(err)
			}
			want, err := Read(c.want, nil)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(asJSON(t, want), asJSON(t, f)); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
	for text, want := range map[string]string{
		"volumes:\n  db_data:\n  db-data:":           `line 3: volumes.db-data: the key is given twice, first as "db_data" in line 2; take one out`,
		"volumes:\n  a.b_c:":                         `line 2: volumes.a.b_c: "a.b_c" cannot be a name here: `,
		"secrets:\n  a_/b: {external: true}":         `line 2: secrets.a_/b: "a_/b" cannot be a name here: `,
		"services: {my_app: {image: a}}":             `line 1: services.my_app: "my_app" cannot be the name of a service: want lower-case letters, digits and -, beginning with a letter; write "my-app", also where others call it`,
		"services: {a: {image: a, volumes: [_:/a]}}": `line 1: services.a.volumes[0]: volume "_": `,
	} {
		if _, err := ReadCompose(text, shell, open); err == nil || !strings.HasPrefix(err.Error(), want) {
			t.Errorf("%s: error %v, want %q", text, err, want)
		}
	}
	if _, err := Read("volumes: {db_data: {size: 1}}", nil); err == nil {
		t.Error("in a stack file names are what is in the cluster")
	}
}
