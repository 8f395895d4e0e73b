package stack

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// notes are those of a docker-compose file, a line each.
func notes(t *testing.T, text string) string {
	t.Helper()
	f, err := ReadCompose(text, shell, nil)
	if err != nil {
		t.Fatal(err)
	}
	var lines []string
	for _, n := range f.Notes {
		lines = append(lines, n.Error())
	}
	return strings.Join(lines, "\n")
}

func TestCallsThatNobodyAnswers(t *testing.T) {
	for sentence, c := range map[string]struct{ db, web, want string }{
		"no port at all":             {"", "environment: {URL: 'postgres://db:1234@db:5432/app'}, depends_on: [db]", `line 2: services.db: "db:5432" is called by web, and is not open to other services; add "5432" to its expose`},
		"another port":               {"ports: ['9092:9092', '9101:9101']", "command: [serve, --brokers, 'db:9092,db:29092']", `line 2: services.db: "db:29092" is called by web, and is not open to other services; add "29092" to its expose`},
		"published by another":       {"ports: ['8001:5432']", "entrypoint: [wait, 'db:5432']", `line 2: services.db: "db:5432" is called by web, and is port 8001 here, by which it is published; write "db:8001"`},
		"in a config":                {"", "configs: ['site:/etc/site.conf']", `line 2: services.db: "db:8080" is called by web, and is not open to other services; add "8080" to its expose`},
		"no port, and no call":       {"", "depends_on: {db: {condition: service_started}}", `line 2: services.db: other services depend on it (web), and no port of it is open to them; if they call it, name the port: expose: ["PORT"]`},
		"exposed":                    {"expose: [5432]", "environment: [URL=db:5432], depends_on: [db]", ""},
		"of a port that is open":     {"expose: [5432]", "depends_on: [db]", ""},
		"of another host":            {"", "environment: [A=my-db:80, B=db.example.org:80, C=mydb:80]", ""},
		"a tag, a password, a ratio": {"", "environment: [A=db:16-alpine, B=http://db:5432@x, C=db:16.2, D=db:1, E=db:99999]", ""},
		"of itself":                  {"environment: [A=db:5432]", "", ""},
	} {
		t.Run(sentence, func(t *testing.T) {
			got := notes(t, "services:\n  db: {image: a, "+c.db+"}\n  web: {image: a, "+c.web+"}\nconfigs: {site: {content: 'proxy_pass http://db:8080;'}}")
			if diff := cmp.Diff(c.want, got); diff != "" {
				t.Error(diff)
			}
		})
	}
	if f, err := Read("services: {db: {image: a}, web: {image: a, depends_on: [db]}}", nil); err != nil || len(f.Notes) > 0 {
		t.Errorf("a stack file says itself what is open: %v, %v", f.Notes, err)
	}
}
