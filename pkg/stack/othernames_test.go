package stack

import (
	"strings"
	"testing"
)

// Most files of projects give each container a name, and few call it.
func TestOtherNamesOfServices(t *testing.T) {
	const refused = `line 2: services.db.container_name: "web" calls it "shop_db": services of a stack call each other by their own names; have it call "db"`
	const said = `nothing is called so here: "shop_db" of "db"; pods get names of their own, and services of a stack call each other by their own names`
	for web, want := range map[string]string{
		"environment: {DB_USER: shop_db, PATH_OF: /var/shop_db/x}":       "",
		"environment: {DB_HOST: shop_db}":                                refused,
		"environment: {DSN: 'postgres://me@shop_db/x'}":                  refused,
		"environment: {DSN: 'postgres://me@shop_db.example/x'}":          "",
		"command: [--db=shop_db:5432]":                                   refused,
		"command: [curl, http://shop_db]":                                refused,
		"environment: {DB_HOST: db}":                                     "",
		"networks: {default: {aliases: [front]}}":                        "",
		"networks: {default: {aliases: [db]}}":                           `line 5: services.web.networks.default.aliases: "db" is another service of this file, and reached by that name alone; take it out`,
		"depends_on: [db]\n    healthcheck: {test: curl http://shop_db}": "",
	} {
		text := "services:\n  db: {image: a, container_name: shop_db}\n  web:\n    image: a\n    " + web + "\n"
		f, err := ReadCompose(text, func(string) (string, bool) { return "", false }, nil)
		got := ""
		if err != nil {
			got = err.Error()
		}
		if got != want {
			t.Errorf("%s: error %q, want %q", web, got, want)
		}
		if want == "" && !strings.Contains(f.Notes[0].Text, strings.Split(said, ";")[0]) {
			t.Errorf("%s: notes %q, want %q", web, f.Notes, said)
		}
	}
}
