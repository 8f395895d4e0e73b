package stack

import (
	"errors"
	"io/fs"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// shell is what the shell has when a docker-compose file is brought up.
var shell = from(map[string]string{"TAG": "v2", "N": "2", "EMPTY": "", "PASSWORD": "a#b: 'c", "STAGE": "test", "COLOR": "red"})

func TestReadComposePutsInAsComposeDoes(t *testing.T) {
	for sentence, c := range map[string]struct{ text, want string }{
		"with braces and without":                     {"command: ['$TAG', '${TAG}s', '$TAG-$N']", "{command: [v2, v2s, v2-2]}"},
		"two dollars are one":                         {"command: ['$$TAG', '$${TAG}']", "{command: ['$TAG', '${TAG}']}"},
		"a default, also of a default":                {"command: ['${NONE:-v1}', '${EMPTY-v1}', '${EMPTY:-${NONE-v0}}', '${TAG:+on}']", "{command: [v1, '', v0, 'on']}"},
		"what is not set is empty":                    {"command: ['<$NONE>']", "{command: ['<>']}"},
		"a number":                                    {"deploy: {replicas: $N}", "{scale: 2}"},
		"a value makes no other structure of it":      {"environment: {A: $PASSWORD}", "{environment: [\"A=a#b: 'c\"]}"},
		"not in comments":                             {"labels: {a: $TAG} # ${oh", "{labels: {a: v2}}"},
		"a reference to the pod":                      {"environment: [IP=$(self/ip)]", "{environment: [IP=$(self/ip)]}"},
		"no template of Go":                           {"command: ['{{ .Task.Slot }}']", "{command: ['{{ .Task.Slot }}']}"},
		"a variable of the shell":                     {"environment: [TAG, EMPTY, NONE, A=1]", "{environment: [TAG=v2, EMPTY=, A=1]}"},
		"a variable of the shell, in a mapping":       {"environment: {TAG: , NONE: , A: ''}", "{environment: [TAG=v2, A=]}"},
		"a variable of the shell, in a mapping of it": {"x-e: &e {TAG: , A: 1}\nenvironment: {<<: *e, A: 2}", "{environment: [A=2, TAG=v2]}"},
		"files are written for dotenv": {"env_file: dot.env\nenvironment: [MODE=fast]",
			`{environment: ["COLOR=red", "JOINED=a\nb", "KEY=x y", "MODE=fast", "PLAIN=1", "RAW=$TAG\\n", "URL=http://v2/#top"]}`},
		"a raw file is taken as it stands": {"env_file: [{path: raw.env, format: raw}]", `{environment: ["A='$TAG'", "COLOR=red", "B=b # b"]}`},
		"a file that need not be there":    {"env_file: [{path: none.env, required: false}, {path: raw.env, required: true, format: raw}]\nenvironment: [A=1]", `{environment: ["A=1", "COLOR=red", "B=b # b"]}`},
	} {
		t.Run(sentence, func(t *testing.T) {
			beside := func(name string) (string, error) {
				switch name {
				case "raw.env":
					return "# settings\nA='$TAG'\n\nCOLOR\nNONE\nB=b # b\n", nil
				case "none.env":
					return "", fs.ErrNotExist
				}
				return "\ufeff# settings\nexport PLAIN=1 # one\nKEY = 'x y'\nRAW='$TAG\\n'\nJOINED=\"a\\nb\"\nURL=http://${TAG}/#top\r\nMODE=slow\nCOLOR\nNONE\n", nil
			}
			f, err := ReadCompose("services:\n  a:\n    image: a\n    "+strings.ReplaceAll(c.text, "\n", "\n    ")+"\n", shell, beside)
			if err != nil {
				t.Fatal(err)
			}
			sameService(t, f, c.want)
		})
	}
}

// The driver that docker has by default is no storage class; in a stack file any name may be one.
func TestDockersOwnDriver(t *testing.T) {
	text := "volumes: {a: {driver: local}, b: {driver: '${NONE:-local}'}, c: {driver: fast}}"
	f, err := ReadCompose(text, shell, open)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(fromYAML(t, "{volumes: {a: {}, b: {}, c: {driver: fast}}}"), asJSON(t, f)); diff != "" {
		t.Error(diff)
	}
	if f, err := Read(text, nil); err != nil || f.Volumes["a"].Driver != "local" {
		t.Errorf("got %+v, %v", f.Volumes, err)
	}
}

func TestReadComposeRefuses(t *testing.T) {
	for sentence, c := range map[string]struct{ text, want string }{
		"a variable without an end":     {"services:\n  a:\n    image: a:${TAG", `line 3: "a:${TAG" has a $ that is no variable: want $NAME or ${NAME}, and $$ where a dollar is meant`},
		"a variable that must be":       {"services:\n  a: {image: '${NONE:?say which}'}", "line 2: required variable NONE is missing a value: say which; set NONE in the shell or in .env"},
		"a file that is no dotenv":      {"services:\n  a:\n    image: a\n    env_file: a.env", `line 4: services.a.env_file: the file "a.env": line 1: unexpected character "!" in variable name "a!=1"`},
		"a file that is not there":      {"services:\n  a:\n    image: a\n    env_file: b.env", "line 4: services.a.env_file: no such file"},
		"a form of a file that is none": {"services:\n  a:\n    image: a\n    env_file: {path: a.env, format: toml}", `line 4: services.a.env_file: the format "toml" of "a.env" is not known here: want raw, or none`},
		"a limit of CPUs":               {"services: {a: {image: a, cpus: 1.5}}", `line 1: services.a.cpus: CPUs are reserved and not limited here; to reserve them write deploy: {resources: {reservations: {cpus: "1.5"}}}`},
		"a limit of CPUs below deploy":  {"services: {a: {image: a, deploy: {resources: {limits: {cpus: 2}}}}}", "line 1: services.a.deploy.resources.limits.cpus: CPUs are reserved and not limited here; to reserve them write it below reservations"},
		"a variable in a key":           {"services: {a: {image: a, labels: {$TAG: a}}}", `line 1: services.a.labels.$TAG: "$TAG=a" cannot be: name part must consist`},
		"a question":                    {"questions: [{variable: TAG}]", "a docker-compose file asks no questions; call it NAME-stack.yml, with no first line #compose, or take them out"},
		"a zero byte":                   {"a: \x00", "zero byte"},
		"what it also refuses as is":    {"services: {a: {build: .}}", "there is no builder here"},
	} {
		t.Run(sentence, func(t *testing.T) {
			_, err := ReadCompose(c.text, shell, func(name string) (string, error) {
				if name == "a.env" {
					return "a!=1\n", nil
				}
				return "", errors.New("no such file")
			})
			if err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("error %v, want one with %q", err, c.want)
			}
		})
	}
}

func TestComposeName(t *testing.T) {
	for text, want := range map[string]string{"name: shop": "shop", "services: {}": "", "name: ${NAME:-$STAGE}-shop": "test-shop", "name: ${": "error",
		"name: my_app": "error"} {
		got, err := ComposeName(text, shell)
		if err != nil {
			got = "error"
		}
		if got != want {
			t.Errorf("%q is %q, %v; want %q", text, got, err, want)
		}
	}
}
