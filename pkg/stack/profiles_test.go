package stack

import (
	"maps"
	"slices"
	"strings"
	"testing"
)

const withProfiles = `x-full: &full {profiles: [full, all]}
services:
  web:
    image: nginx
    depends_on: {migrate: {condition: service_completed_successfully, required: false}}
  migrate: {build: ., restart: "no", env_file: none.env, networks: [apart], volumes: ["./a:/a"], profiles: [migrate]}
  agent: {<<: *full, image: agent}
  cron: {<<: *full, image: cron}
  db: {image: postgres, profiles: ["", postgres]}
  all: {image: all, profiles: []}
`

func TestProfiles(t *testing.T) {
	leftOut := map[string]string{
		"migrate": "line 6: migrate is left out, as none of its profiles (migrate) is wanted; COMPOSE_PROFILES=%migrate brings it\n",
		"full":    "line 7: agent, cron are left out, as none of their profiles (full, all) is wanted; COMPOSE_PROFILES=%full brings them\n",
		"db":      "line 9: db is left out, as none of its profiles (postgres) is wanted; COMPOSE_PROFILES=%postgres brings it\n",
	}
	for wanted, c := range map[string]struct{ services, notes string }{
		"":               {"all db web", leftOut["migrate"] + leftOut["full"]},
		"all":            {"agent all cron web", leftOut["migrate"] + leftOut["db"]},
		"nobody":         {"all web", leftOut["migrate"] + leftOut["full"] + leftOut["db"]},
		"postgres, full": {"agent all cron db web", leftOut["migrate"]},
		"full,":          {"agent all cron db web", leftOut["migrate"]},
	} {
		f, err := ReadCompose(withProfiles, from(map[string]string{"COMPOSE_PROFILES": wanted}), nil)
		if err != nil {
			t.Errorf("%q: %v", wanted, err)
			continue
		}
		var said strings.Builder
		for _, n := range f.Notes {
			said.WriteString(n.Error() + "\n")
		}
		if got := strings.Join(slices.Sorted(maps.Keys(f.Services)), " "); got != c.services {
			t.Errorf("%q: services %s, want %s", wanted, got, c.services)
		}
		beside := strings.TrimPrefix(strings.TrimSuffix(strings.ReplaceAll(wanted, " ", ""), ",")+",", ",")
		if want := strings.ReplaceAll(c.notes, "%", beside); said.String() != want {
			t.Errorf("%q:\n got %swant %s", wanted, said.String(), want)
		}
	}
	unset, err := ReadCompose(withProfiles, shell, nil)
	if err != nil || len(unset.Services) != 3 {
		t.Errorf("with no profile set: %v, %v", unset.Services, err)
	}
	if _, err := ReadCompose(withProfiles, from(map[string]string{"COMPOSE_PROFILES": "*"}), open); err == nil || !strings.Contains(err.Error(), "line 5: services.web.depends_on.migrate.condition") {
		t.Errorf("with all: %v", err)
	}
}

func TestProfilesRefused(t *testing.T) {
	const (
		debug = "\n  debug: {image: a, profiles: ['', debug, dev]}"
		lacks = `line 2: services.web: it depends on "debug", which is left out, as none of its profiles (debug, dev) is wanted; set COMPOSE_PROFILES=full,debug, or write depends_on: {debug: {required: false}}`
	)
	for services, want := range map[string]string{
		"web: {image: a, depends_on: [debug]}" + debug:                                    lacks,
		"web: {image: a, links: [debug]}" + debug:                                         lacks,
		"web: {image: a, links: [debug], depends_on: {debug: {required: false}}}" + debug: "",
		"debug: {image: a, profiles: [debug]}":                                            "line 2: services: all are left out, as COMPOSE_PROFILES has none of their profiles; set it to one of these, or to * for all",
		"web: {image: a, profiles: ['a, b']}":                                             `line 2: services.web.profiles: "a, b" cannot be the name of a profile: in COMPOSE_PROFILES there are commas between names, and no spaces around them; write [a, b]`,
		"web: {image: a, profiles: [[a]]}":                                                "line 2: services.web.profiles[0]: want a single value",
		"web: {image: a, profiles: [a], profiles: [b]}":                                   `line 2: services.web.profiles: the key is given twice, first as "profiles" in line 2; take one out`,
		"web: {image: a, revisions: {v2: {profiles: [a]}}}":                               "line 2: services.web.revisions.v2.profiles: " + upWhole,
	} {
		_, err := ReadCompose("services:\n  "+services, from(map[string]string{"COMPOSE_PROFILES": "full"}), nil)
		got := ""
		if err != nil {
			got = err.Error()
		}
		if got != want {
			t.Errorf("%s\n got %s\nwant %s", services, got, want)
		}
	}
	if _, err := Read("services: {web: {image: a, profiles: [a]}}", nil); err == nil || err.Error() != "line 1: services.web.profiles: "+upWhole {
		t.Errorf("in a stack file: %v", err)
	}
}
