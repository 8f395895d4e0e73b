package stack

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"sigs.k8s.io/yaml"
)

// beside are the files that the tests' stack files may name.
var beside = map[string]string{
	"web.env": "# settings\nMODE=slow\n\nCOLOR=blue\n", "site.conf": "listen 80;\n", "logo": "\xff\xfe",
}

func open(name string) (string, error) {
	text, ok := beside[name]
	if !ok {
		return "", errors.New("no such file")
	}
	return text, nil
}

// asJSON is a file as -o json prints it, as a value.
func asJSON(t *testing.T, f any) any {
	t.Helper()
	raw, err := json.Marshal(f)
	if err != nil {
		t.Fatal(err)
	}
	return fromYAML(t, string(raw))
}

func fromYAML(t *testing.T, text string) any {
	t.Helper()
	var v any
	if err := yaml.Unmarshal([]byte(text), &v); err != nil {
		t.Fatalf("%v in %s", err, text)
	}
	return v
}

func TestReadOfOneService(t *testing.T) {
	for sentence, c := range map[string]struct{ text, want string }{
		"snake_case and camelCase are the same":                {"working_dir: /a\nstdinOpen: true", "{workingDir: /a, stdinOpen: true}"},
		"Rio's shorter names":                                  {"env: [A=1]\nmem: 512m\ninteractive: true\nnet: host\nannotations: {a: b}\nperms: [read pods]", "{environment: [A=1], memoryReservationBytes: 536870912, stdinOpen: true, net: host, metadata: {a: b}, permissions: [{verbs: [get, list, watch], resource: pods}]}"},
		"a list of one may be no list":                         {"dns: 1.1.1.1\ncap_add: NET_ADMIN", "{dns: [1.1.1.1], capAdd: [NET_ADMIN]}"},
		"variables may be a mapping":                           {"environment: {A: 1, B: two, C: null}", "{environment: [A=1, B=two, C=]}"},
		"the last of two values of a variable":                 {"environment: [A=1, B=2, A=3]", "{environment: [A=3, B=2]}"},
		"labels may be a list":                                 {"labels: [a=1, b]", "{labels: {a: '1', b: ''}}"},
		"a file of variables comes first":                      {"environment: {MODE: fast}\nenv_file: web.env", "{environment: [MODE=fast, COLOR=blue]}"},
		"a line is split as a shell does":                      {"command: echo 'a b' c", "{command: [echo, a b, c]}"},
		"no entrypoint: the command is all that runs":          {"command: serve -a -b\nentrypoint: []", "{entrypoint: [serve], command: [-a, -b]}"},
		"no entrypoint, as a word, and one word to run":        {"entrypoint: ''\ncommand: [serve]", "{entrypoint: [serve]}"},
		"no entrypoint, as docker keeps it":                    {"entrypoint: ['']\ncommand: [serve, a]", "{entrypoint: [serve], command: [a]}"},
		"no entrypoint, from an anchor":                        {"x-none: &none []\nentrypoint: *none\ncommand: [serve, a]", "{entrypoint: [serve], command: [a]}"},
		"no entrypoint of a revision and a sidekick":           {"revisions: {v2: {entrypoint: [], command: [a, b]}}\nsidekicks: {s: {image: c, entrypoint: [], command: [d]}}", "{revisions: {v2: {entrypoint: [a], command: [b]}}, sidekicks: {s: {image: c, entrypoint: [d]}}}"},
		"no command beside an entrypoint":                      {"entrypoint: [a, b]\ncommand: []", "{entrypoint: [a, b]}"},
		"no words of null: it is the image's":                  {"entrypoint:\ncommand: [a]", "{command: [a]}"},
		"what is quoted is no shell's":                         {`command: sh -c 'npm run build && npm start' a\;b`, "{command: [sh, -c, npm run build && npm start, 'a;b']}"},
		"its own goes before what is merged, by whatever name": {"<<: {mem: 1g, environment: [A=1], stdin_open: true, cpus: 1}\nmemory: 2g\nenv: [B=2]\nstdinOpen: false\nnano_cpus: 5", "{memoryReservationBytes: 2147483648, environment: [B=2], stdinOpen: false, nanoCpus: 5}"},
		"what is merged first goes before the rest":            {"<<: [{mem: 1g}, {memory: 2g}]", "{memoryReservationBytes: 1073741824}"},
		"docker-compose's long form of volumes":                {"volumes: [{type: volume, source: data, target: /a, volume: {nocopy: true, subpath: b}}, {type: bind, source: /c, target: /d, bind: {propagation: rslave, create_host_path: true}}]", "{volumes: [{kind: volume, source: data, target: /a, volume: {subPath: b}}, {kind: bind, source: /c, target: /d, bind: {propagation: rslave}}]}"},
		"hosts may be a mapping":                               {"extra_hosts: {db: 10.0.0.5}", "{extraHosts: [db=10.0.0.5]}"},
		"words of a list stay as they are":                     {"command: [echo, 'a b', 5]", "{command: [echo, a b, '5']}"},
		"published ports":                                      {"ports: [80/http, '8080:80/http', 5432, {target: 80, published: 8081, app_protocol: http}]", "{ports: [{port: 80, protocol: http, targetPort: 80}, {port: 8080, protocol: http, targetPort: 80}, {protocol: tcp, targetPort: 5432}, {port: 8081, protocol: http, targetPort: 80}]}"},
		"what a port speaks goes before what is under it":      {"ports: [{target: 80, protocol: tcp, app_protocol: http}, {app_protocol: grpc, protocol: tcp, target: 81}, {target: 53, protocol: udp}]", "{ports: [{protocol: http, targetPort: 80}, {protocol: grpc, targetPort: 81}, {protocol: udp, targetPort: 53}]}"},
		"a port whose protocol the gateway tells":              {"ports: ['80:8080']", "{ports: [{port: 80, targetPort: 8080}]}"},
		"ports inside the mesh":                                {"expose: ['5432', 80/http]", "{expose: [{port: 5432, protocol: tcp, targetPort: 5432}, {port: 80, protocol: http, targetPort: 80}]}"},
		"a check by URL":                                       {"healthcheck: {test: 'http://localhost:80/ping', interval: 5s, timeout: 2, start_period: 1m, retries: 4}", "{healthcheck: {test: ['http://localhost:80/ping'], intervalSeconds: 5, timeoutSeconds: 2, initialDelaySeconds: 60, unhealthyThreshold: 4}}"},
		"a check by names of other tools":                      {"healthcheck: {test: [CMD, pg_isready], period: 5s, success_threshold: 3, failureThreshold: 4, startPeriod: 2s}", "{healthcheck: {test: [CMD, pg_isready], intervalSeconds: 5, healthyThreshold: 3, unhealthyThreshold: 4, initialDelaySeconds: 2}}"},
		"a check by a line":                                    {"healthcheck: {test: 'curl -f http://localhost || exit 1'}", "{healthcheck: {test: [CMD-SHELL, 'curl -f http://localhost || exit 1']}}"},
		"a check by words":                                     {"healthcheck: {test: [CMD, pg_isready]}", "{healthcheck: {test: [CMD, pg_isready]}}"},
		"no check":                                             {"healthcheck: {disable: true}", "{healthcheck: {test: [NONE]}}"},
		"no check, whatever is merged in":                      {"healthcheck: {<<: {test: [CMD, 'true']}, disable: true}", "{healthcheck: {test: [NONE]}}"},
		"docker-compose's deploy":                              {"deploy: {replicas: 3, resources: {reservations: {cpus: '0.5', memory: 64M}, limits: {memory: 1g}}, update_config: {parallelism: 2, order: start-first}, restart_policy: {condition: any}}", "{scale: 3, nanoCpus: 500000000, memoryReservationBytes: 67108864, memoryLimitBytes: 1073741824, batchSize: 2, updateOrder: start-first}"},
		"deploy takes nothing else away":                       {"batch_size: 2\nupdate_order: stop-first\ndeploy: {replicas: 3}", "{batchSize: 2, updateOrder: stop-first, scale: 3}"},
		"deploy of a revision":                                 {"revisions: {v2: {image: b, deploy: {replicas: 2}}}", "{revisions: {v2: {image: b, scale: 2}}}"},
		"a scale that an autoscaler chooses":                   {"scale: 2-5", "{scale: 2-5}"},
		"what it depends on, with conditions":                  {"depends_on: {b: {condition: service_healthy}}", "{dependsOn: [b]}"},
		"it is always restarted anyway":                        {"restart: unless-stopped", "{}"},
		"configs and secrets":                                  {"configs: [site:/etc/site.conf, {source: site, target: /b, mode: 0440}]\nsecrets: [password]", "{configs: [{source: site, target: /etc/site.conf}, {source: site, target: /b, mode: '0440'}], secrets: [{source: password}]}"},
		"volumes":                                              {"volumes: [data:/var/lib/db, /host/path:/in:ro, {type: volume, source: data, target: /b, read_only: true}]", "{volumes: [{kind: volume, source: data, target: /var/lib/db}, {kind: bind, source: /host/path, target: /in, readonly: true}, {kind: volume, source: data, target: /b, readonly: true}]}"},
		"a sidekick":                                           {"sidekicks: {init: {image: busybox, init_container: true, command: 'true'}}", "{sidekicks: {init: {image: busybox, initContainer: true, command: ['true']}}}"},
		"staged revisions":                                     {"revisions: {v2: {image: 'app:2', weight: 10, scale: 2}}", "{revisions: {v2: {image: 'app:2', weight: 10, scale: 2}}}"},
		"one that inherits nothing":                            {"revisions: {v2: {image: 'app:2', inherit: false, scale: 0}}", "{revisions: {v2: {image: 'app:2', inherit: false, scale: 0}}}"},
		"how long it may take to stop":                         {"stop_grace_period: 1m30s", "{stopGracePeriod: 90}"},
		"an extension is yours":                                {"x-note: {anything: [1, 2]}", "{}"},
		"nothing is nothing":                                   {"command: null\nenvironment:\n", "{}"},
	} {
		t.Run(sentence, func(t *testing.T) {
			indented := "    " + strings.ReplaceAll(c.text, "\n", "\n    ")
			f, err := Read("services:\n  b: {image: b}\n  a:\n    image: a\n"+indented+"\n", open)
			if err != nil {
				t.Fatal(err)
			}
			sameService(t, f, c.want)
		})
	}
}

// sameService compares service a of a file, whose image is a.
func sameService(t *testing.T, f File, written string) {
	t.Helper()
	want, _ := fromYAML(t, written).(map[string]any)
	want["image"] = "a"
	if diff := cmp.Diff(any(want), asJSON(t, f.Services["a"])); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestReadOfTheRest(t *testing.T) {
	for sentence, c := range map[string]struct{ text, want string }{
		"nothing":                    {"", "{}"},
		"only a comment":             {"# later\n", "{}"},
		"the version is passed over": {"version: '3.9'\nname: shop", "{name: shop}"},
		"configs":                    {"configs: {a: {content: x}, b: {file: site.conf}, c: {file: logo}, d: {encoded: eA==}, e: {external: true}}", "{configs: {a: {content: x}, b: {content: \"listen 80;\\n\"}, c: {encoded: //4=}, d: {encoded: eA==}, e: {external: true}}}"},
		"volumes":                    {"volumes: {a: , b: {driver: fast, size: 3, access_mode: readWriteMany, template: true}}", "{volumes: {a: {}, b: {driver: fast, sizeInGb: 3, accessMode: readWriteMany, template: true}}}"},
		"routes": {
			"routes: {www: [{match: {path: /api*, headers: {X-Team: blue}, from: shop/cart}, to: [web, 'api:v2,weight=10%'], timeout: 2s, retry: {attempts: 3, timeout: 500ms}}, {to: {service: web, port: 80}, mirror: audit, fault: {delay: 1s, abort: {http_status: 503}}}, {match: [{path: /old}], redirect: example.org/new}]}",
			"{routes: {www: [{matches: [{path: {prefix: /api}, headers: {x-team: {exact: blue}}, from: {service: cart, stack: shop}}], to: [{service: web}, {service: api, revision: v2, weight: 10}], timeoutMillis: 2000, retry: {attempts: 3, timeoutMillis: 500}}, {to: [{service: web, port: 80}], mirror: {service: audit}, fault: {delayMillis: 1000, abort: {httpStatus: 503}}}, {matches: [{path: {exact: /old}}], redirect: {host: example.org, path: /new}}]}}",
		},
		"anchors, aliases and merges": {"x-base: &base {image: a, tty: true}\nservices: {a: {<<: *base, tty: false}, b: *base, c: {<<: [{user: '1'}, *base]}}", "{services: {a: {image: a, tty: false}, b: {image: a, tty: true}, c: {image: a, tty: true, user: '1'}}}"},
	} {
		t.Run(sentence, func(t *testing.T) {
			f, err := Read(c.text, open)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(fromYAML(t, c.want), asJSON(t, f)); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

// All that is wrong with a file is said at once, each with its line.
func TestReadRefuses(t *testing.T) {
	bad, err := os.ReadFile(filepath.Join("testdata", "bad.yml"))
	if err != nil {
		t.Fatal(err)
	}
	want, err := os.ReadFile(filepath.Join("testdata", "bad.txt"))
	if err != nil {
		t.Fatal(err)
	}
	_, err = Read(string(bad), open)
	if err == nil {
		t.Fatal("nothing is wrong")
	}
	if diff := cmp.Diff(string(want), err.Error()+"\n"); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// These begin in line 4 of a file, and their service in line 3.
func TestReadRefusesOfOneService(t *testing.T) {
	for text, want := range map[string]string{
		"mem: 1g\nmemory: 2g":                          `line 5: services.a.memory: the key is given twice, first as "mem" in line 4; take one out`,
		"env: [A=1]\nenvironment: [A=2]":               `line 5: services.a.environment: the key is given twice, first as "env" in line 4; take one out`,
		"working_dir: /a\nworkingDir: /b":              `line 5: services.a.workingDir: the key is given twice, first as "working_dir" in line 4; take one out`,
		"cpus: 1\nnanoCpus: 5":                         `line 5: services.a.nanoCpus: the key is given twice, first as "cpus" in line 4; take one out`,
		"cpus: 99999999999":                            `line 4: services.a.cpus: "99999999999" cannot be: want a number of CPUs, for example 0.5 or 250m`,
		"<<: {tty: true,\n tty: false}":                `line 5: services.a.tty: the key is given twice, first as "tty" in line 4; take one out`,
		"labels: {a: b,\n a: c}":                       `line 5: services.a.labels.a: the key is given twice, first as "a" in line 4; take one out`,
		"command: npm run build && npm start":          `line 4: services.a.command: "npm run build && npm start" holds what only a shell understands, from "&& npm start"; write a list, or sh -c '...'`,
		"entrypoint: é > /x":                           `line 4: services.a.entrypoint: "é > /x" holds what only a shell understands, from "> /x"; write a list, or sh -c '...'`,
		"command: ; a":                                 `line 4: services.a.command: "; a" holds what only a shell understands, from "; a"; write a list, or sh -c '...'`,
		"entrypoint: []":                               "line 4: services.a.entrypoint: it clears the image's entrypoint, and no command says what runs instead; write command: [PROGRAM, ARGUMENT...], or take it out",
		"entrypoint: ['']":                             "line 4: services.a.entrypoint: it clears the image's entrypoint, and no command says what runs instead; write command: [PROGRAM, ARGUMENT...], or take it out",
		"entrypoint: ['', a]":                          `line 3: services.a: invalid entrypoint ["" "a"]: the first word is the program, and it is empty; want for example sh; without the image's entrypoint runs what is named here instead`,
		"entrypoint: ''\ncommand: ''":                  "line 4: services.a.entrypoint: it clears the image's entrypoint, and no command says what runs instead; write command: [PROGRAM, ARGUMENT...], or take it out",
		"command: []":                                  "line 4: services.a.command: it clears the image's command, which Kubernetes does only beside an entrypoint; write entrypoint: [PROGRAM, ARGUMENT...], or take it out",
		"revisions: {v2: {command: ''}}":               "line 4: services.a.revisions.v2.command: it clears the image's command, which Kubernetes does only beside an entrypoint; write entrypoint: [PROGRAM, ARGUMENT...], or take it out",
		"ports: ['127.0.0.1::5000']":                   `line 4: services.a.ports[0]: the address "127.0.0.1" of "127.0.0.1::5000" cannot be chosen: the gateway and the nodes have theirs; write 5000, which everybody reaches, or for the mesh alone expose: ["5000"]`,
		"ports: ['[::1]:80:81']":                       `line 4: services.a.ports[0]: the address "[::1]" of "[::1]:80:81" cannot be chosen: the gateway and the nodes have theirs; write 80:81, which everybody reaches, or for the mesh alone expose: ["81"]`,
		"ports: ['10.0.0.1:80:81']":                    `line 4: services.a.ports[0]: the address "10.0.0.1" of "10.0.0.1:80:81" cannot be chosen: the gateway and the nodes have theirs; write 80:81`,
		"ports: [{target: 80, host_ip: 127.0.0.1}]":    "line 4: services.a.ports[0].host_ip: the gateway and the nodes have their addresses; take the key out, or write the port below expose for the mesh alone",
		"command: a 'b":                                `line 4: services.a.command: "a 'b" cannot be split into words; write a list`,
		"volumes: [{volume: {nocopy: false}}]":         `line 4: services.a.volumes[0].volume.nocopy: "false" cannot be: Kubernetes never copies from the image into a volume; what is to be in it an init container can copy; take the key out`,
		"volumes: [{volume: {no_copy: false}}]":        `line 4: services.a.volumes[0].volume.no_copy: "false" cannot be: Kubernetes never copies from the image into a volume; what is to be in it an init container can copy; take the key out`,
		"volumes: [{bind: {create_host_path: false}}]": `line 4: services.a.volumes[0].bind.create_host_path: "false" cannot be: the node makes a directory that is not there; take the key out`,
		"revisions: {v2: {match: [a]}}":                "line 4: services.a.revisions.v2.match: which requests come to a revision beside its weight is set with stage --match, and stays; take the key out",
		"sticky: rio-a":                                "line 4: services.a.sticky: the cookie that keeps users on a revision is set with weight --sticky, and stays; take the key out",
		"cap_drop: [chown, NET_ADMNI]":                 "line 4: services.a.cap_drop[1]: \"NET_ADMNI\" cannot be: it is none of Linux's capabilities, so it would have no effect; want one of them, for example NET_ADMIN, or ALL; see: man 7 capabilities",
		"cap_add: [chown]\ncap_drop: [CAP_CHOWN]":      `line 3: services.a: capability "chown" is both added (cap-add) and dropped (cap-drop); leave out one of the two`,
		"init: true\npid: host":                        `line 3: services.a: init (--init) and pid host (--pid host) cannot both be: ended processes of a pod that sees its node's are reaped there; leave out one of the two, or take it back: --init=false or --pid default`,
		"dns: [host, 10.0.0.1, cluster]":               `line 3: services.a: invalid dns ["host" "10.0.0.1" "cluster"]: host asks the node's servers in place of the cluster's; leave out host or cluster`,
		"dns_opt: [ndots:2, 'a b']":                    `line 4: services.a.dns_opt[1]: "a b" cannot be: want one option of resolv.conf, NAME or NAME:VALUE, for example ndots:2; give each of several by itself`,
		"sidekicks: {b: {devices: [a.b/c, a.b/c=2]}}":  `line 4: services.a.sidekicks.b: device "a.b/c" is given twice; name it once, with the number of all: a.b/c=N`,
		"volumes: [{bind: {selinux: z}}]":              `line 4: services.a.volumes[0].bind.selinux: Kubernetes labels volumes for SELinux by itself; take the key out`,
	} {
		_, err := Read("services:\n  a:\n    image: a\n    "+strings.ReplaceAll(text, "\n", "\n    ")+"\n", open)
		if err == nil || err.Error() != want {
			t.Errorf("%s\nerror %v\n want %s", text, err, want)
		}
	}
}

func TestReadIsBounded(t *testing.T) {
	laughs := "x-a: &a {image: a}\n"
	for c := 'b'; c <= 'i'; c++ {
		laughs += fmt.Sprintf("x-%c: &%c {<<: [%s*%c]}\n", c, c, strings.Repeat(fmt.Sprintf("*%c, ", c-1), 9), c-1)
	}
	for sentence, c := range map[string]struct{ text, want string }{
		"aliases that multiply":            {laughs + "services: {a: *i}", "more than"},
		"a question that asks itself":      {"questions: &q\n- {variable: a, subquestions: *q}", "values deep"},
		"a mapping that merges itself":     {"services: &s\n  <<: *s", "more than"},
		"a million values":                 {"services: {a: {image: a, dns: [" + strings.Repeat("a,", 200_000) + "a]}}", "more than 100000 values"},
		"brackets without an end in sight": {strings.Repeat("[", 20_000), "not YAML"},
	} {
		t.Run(sentence, func(t *testing.T) {
			_, err := Read(c.text, open)
			if err == nil || !strings.Contains(err.Error(), c.want) || len(err.Error()) > 2000 {
				t.Errorf("error %.300v, want one with %q", err, c.want)
			}
		})
	}
}

// Nothing that stands in a file is passed over: up removes what a file does not have.
func TestReadRefusesWhatFollows(t *testing.T) {
	for text, want := range map[string]string{
		"services: {}\n---\nservices: {}":        "line 2: a second document begins; one file is one stack",
		"{\"services\": {}}\n{\"services\": {}}": "what follows the first document is not YAML: yaml: line 2: did not find expected <document start>; one file is one stack",
		"{services: {}}\nvolumes: {}":            "what follows the first document is not YAML: ",
		"services: {}\n---\nservices: [":         "what follows the first document is not YAML: ",
		"services: {}\n...\n# the end\n":         "",
	} {
		_, err := Read(text, open)
		if want == "" && err != nil || want != "" && (err == nil || !strings.HasPrefix(err.Error(), want)) {
			t.Errorf("%q: error %v, want %q", text, err, want)
		}
	}
}

func TestIsEmpty(t *testing.T) {
	for text, want := range map[string]bool{
		"": true, " \n\n": true, "# services:\n#   web: {}\n": true, "---\n": true, "null": true,
		"services: {}": false, "services:": false, "name: shop": false, "a: [": false, "{{ .Values.A }}": false, "text": false,
	} {
		if got := IsEmpty(text); got != want {
			t.Errorf("%q: %v, want %v", text, got, want)
		}
	}
}

func TestNamesOfConfigsAndVolumes(t *testing.T) {
	for text, want := range map[string]string{
		"configs: {nginx.conf: {content: a}}":                             "",
		"secrets: {tls.key: {content: a}}":                                "",
		"configs: {Nginx: {content: a}}":                                  `line 1: configs.Nginx: "Nginx" cannot be a name here: want at most 63`,
		"configs: {.conf: {content: a}}":                                  "cannot be a name here",
		"configs: {other/site: {content: a}}":                             "cannot be a name here",
		"configs: {" + strings.Repeat("a", 64) + ": {content: a}}":        "cannot be a name here",
		"volumes: {a.b: {size: 1}}":                                       "must not contain dots",
		"services: {web: {image: a, configs: ['nginx.conf:/etc/a.cfg']}}": "",
	} {
		_, err := Read(text, open)
		if want == "" && err != nil || want != "" && (err == nil || !strings.Contains(err.Error(), want)) {
			t.Errorf("%s: error %v, want %q", text, err, want)
		}
	}
}
