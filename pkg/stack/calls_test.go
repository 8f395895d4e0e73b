package stack

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func readCompose(t *testing.T, text string) File {
	t.Helper()
	f, err := ReadCompose(text, shell, open)
	if err != nil {
		t.Fatal(err)
	}
	return f
}

// notes are those of a docker-compose file, a line each.
func notes(t *testing.T, text string) string {
	t.Helper()
	var lines []string
	for _, n := range readCompose(t, text).Notes {
		lines = append(lines, n.Error())
	}
	return strings.Join(lines, "\n")
}

// What is called and what it is there for, and as what the file is read that says it itself.
func TestPortsOfCallsAreOpen(t *testing.T) {
	called := func(address, by, port string) string {
		return `line 2: services.db: "` + address + `" is called by ` + by + `, so port ` + port + ` is open to other services`
	}
	for sentence, c := range map[string]struct{ db, web, want, as string }{
		"no port at all":                    {"", "environment: {URL: 'postgres://db:1234@db:5432/app'}, depends_on: [db]", called("db:5432", "web", "5432"), "expose: ['5432']"},
		"another port":                      {"ports: ['9092:9092', '9101:9101']", "command: [serve, --brokers, 'db:9092,db:29092']", called("db:29092", "web", "29092"), "ports: ['9092:9092', '9101:9101'], expose: ['29092']"},
		"several":                           {"expose: ['1']", "entrypoint: [wait, 'db:9001', 'db:443']", called("db:443", "web", "443") + "\n" + called("db:9001", "web", "9001"), "expose: ['1', '443', '9001']"},
		"in a config":                       {"", "configs: ['site:/etc/site.conf']", called("db:8080", "web", "8080"), "expose: ['8080']"},
		"by udp":                            {"", "environment: [LOG=udp://db:514]", called("db:514", "web", "514/udp"), "expose: [514/udp]"},
		"by udp of a port of tcp":           {"expose: ['514']", "environment: [LOG=udp://db:514]", called("db:514", "web", "514/udp"), "expose: ['514', 514/udp]"},
		"of a port that is udp here":        {"ports: ['514:514/udp'], expose: [53/udp]", "environment: [LOG=db:514, DB_HOST=db, DB_PORT=53]", "", ""},
		"host and port apart":               {"", "environment: [APP_DB_HOST=db, APP_DB_PORT=5432]", called("db:5432", "web", "5432"), "expose: ['5432']"},
		"in small letters":                  {"", "environment: {db__server: db, db__port: 5432}", called("db:5432", "web", "5432"), "expose: ['5432']"},
		"of the image":                      {"image: redis:8", "depends_on: [db]", "line 2: services.db: other services depend on it (web), so port 6379 is open to them, which is that of redis", "image: redis:8, expose: ['6379']"},
		"of the image, by a variable alone": {"image: docker.io/library/postgres:16", "environment: [HOST=db, PORT=80]", "line 2: services.db: other services depend on it (web), so port 5432 is open to them, which is that of postgres", "image: docker.io/library/postgres:16, expose: ['5432']"},

		"published by another":       {"ports: ['8001:5432']", "entrypoint: [wait, 'db:5432']", `line 2: services.db: "db:5432" is called by web, and is port 8001 here, by which it is published; write "db:8001"`, ""},
		"no port, and no call":       {"", "depends_on: {db: {condition: service_started}}", `line 2: services.db: other services depend on it (web), and no port of it is open to them; if they call it, name the port: expose: ["PORT"]`, ""},
		"only its name":              {"", "environment: [DB_HOSTNAME=db, DB_PORT=tcp]", `line 2: services.db: other services depend on it (web), and no port of it is open to them; if they call it, name the port: expose: ["PORT"]`, ""},
		"exposed":                    {"expose: [5432]", "environment: [URL=db:5432], depends_on: [db]", "", ""},
		"of a port that is open":     {"image: postgres, expose: [5433]", "depends_on: [db]", "", ""},
		"of another host":            {"", "environment: [A=my-db:80, B=db.example.org:80, C=mydb:80, D_HOST=mydb, D_PORT=80]", "", ""},
		"a tag, a password, a ratio": {"", "environment: [A=db:16-alpine, B=http://db:5432@x, C=db:16.2, D=db:1, E=db:99999, F=db:00, DB_IMAGE=db:16]", "", ""},
		"of itself":                  {"environment: [A=db:5432, B_HOST=db, B_PORT=5432]", "", "", ""},
	} {
		t.Run(sentence, func(t *testing.T) {
			text := func(db string) string {
				if !strings.Contains(db, "image:") {
					db = "image: a, " + db
				}
				return "services:\n  db: {" + db + "}\n  web: {image: a, " + c.web + "}\nconfigs: {site: {content: \"# db:81\\nproxy_pass http://db:8080;\"}}"
			}
			if diff := cmp.Diff(c.want, notes(t, text(c.db))); diff != "" {
				t.Error(diff)
			}
			said := c.db
			if c.as != "" {
				said = c.as
			}
			if diff := cmp.Diff(asJSON(t, readCompose(t, text(said))), asJSON(t, readCompose(t, text(c.db)))); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestOnlyComposeFilesLeavePortsOut(t *testing.T) {
	const text = "services: {db: {image: postgres}, web: {image: a, command: [wait, 'db:5432'], depends_on: [db]}}"
	if f, err := Read(text, nil); err != nil || len(f.Notes)+len(f.Services["db"].Expose) > 0 {
		t.Errorf("a stack file says itself what is open: %v, %v", f, err)
	}
	if f, err := ReadCompose(text+"\nvolumes: 1", shell, open); err == nil || len(f.Services["db"].Expose) > 0 {
		t.Errorf("a file with errors opens nothing: %v, %v", f, err)
	}
	if text, exported := text, (Source{Text: text, Compose: true}).Exported(); exported != "#compose\n"+text {
		t.Errorf("without compose's rules it is another file, and is exported as %q", exported)
	}
}
