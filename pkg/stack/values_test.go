package stack

import (
	"strings"
	"testing"
)

// What is written out is checked as its short form is, and each value of text: with its line, which
// is 4 for the first one, before anything is written.
func TestValuesKeepTheirRules(t *testing.T) {
	const onlyNumbers = `cannot be: a name is not looked up in the image by Kubernetes, which takes numbers; want `
	for text, want := range map[string]string{
		"volumes:\n- {type: bind, source: ./a.conf, target: /a}": `line 5: services.a.volumes[0]: source "./a.conf" is a path, and nodes know neither`,
		"secrets:\n- {source: a, target: /b, uid: 5}":            `line 5: services.a.secrets[0]: uid 5: in Kubernetes these files are root's`,
		"configs:\n- {source: a, target: b, mode: 9}":            `line 5: services.a.configs[0]: mode "9", want octal digits`,
		"configs: {source: A/b}":                                 `line 4: services.a.configs: name "A/b": a lowercase RFC 1123 subdomain`,
		"tmpfs:\n- {path: a}":                                    `line 5: services.a.tmpfs[0]: "a" is not an absolute path`,
		"devices:\n- {on_host: /dev/kvm}":                        `line 5: services.a.devices[0]: "/dev/kvm" is a path`,
		"ports:\n- {published: 80}":                              `line 5: services.a.ports[0]: invalid port "80:0": "0" is not a port number`,
		"scheduling: {node: {preferred: [a b c]}}":               `line 4: services.a.scheduling.node: "a b c" is not an expression`,
		"healthcheck:\n  {test: [CMD]}":                          `line 5: services.a.healthcheck: invalid check "CMD": want a URL`,
		"readycheck: {retries: -1}":                              `line 4: services.a.readycheck: invalid check: -1 is below 0`,
		"user: postgres":                                         `line 4: services.a.user: "postgres" ` + onlyNumbers + `UID[:GID]`,
		"group_add: ['1',\n docker]":                             `line 5: services.a.group_add[1]: "docker" ` + onlyNumbers + `a GID`,
		"hostname: mail.example.com":                             `line 4: services.a.hostname: "mail.example.com" cannot be: the name that a pod has for itself has no dots; want for example "mail"`,
		"extra_hosts:\n- host.docker.internal:host-gateway":      `line 5: services.a.extra_hosts[0]: "host.docker.internal:host-gateway" cannot be: no docker host is behind a pod; name the address in place of "host-gateway"`,
		"extra_hosts:\n  db: nowhere":                            `line 5: services.a.extra_hosts.db: "db=nowhere" cannot be: "nowhere" is not an address`,
		"dns: [1.1.1.1,\n nowhere]":                              `line 5: services.a.dns[1]: "nowhere" cannot be: want the address`,
		"network_mode: none":                                     `line 4: services.a.network_mode: "none" cannot be: a pod has its own`,
		"security_opt: [label=disable]":                          `line 4: services.a.security_opt[0]: "label=disable" cannot be: want label=user:`,
		"pull_policy: build":                                     `line 4: services.a.pull_policy: "build" cannot be: want always`,
		"x-l: &l\n  app: b\nlabels: *l":                          `line 5: services.a.labels.app: "app=b" cannot be: kubectl rio finds the pods by "app"`,
		"annotations: [a b=c]":                                   `line 4: services.a.annotations[0]: "a b=c" cannot be: name part`,
		"environment:\n  A: 1\n  'B C': secret":                  `line 6: services.a.environment.B C: "B C" cannot be: a valid environment variable name`,
		"env_file: logo":                                         `line 4: services.a.env_file: the file "logo": "\xff\xfe" cannot be: a valid environment variable name`,
		"environment: ['A=$(self/x)']":                           `line 4: services.a.environment[0]: "A" cannot be: $(self/x) is not known of a pod`,
		"sidekicks: {b: {image: c,\n user: d}}":                  `line 5: services.a.sidekicks.b.user: "d" ` + onlyNumbers,
		"revisions: {v2: {image: 'B'}}":                          `line 4: services.a.revisions.v2.image: "B" cannot be: invalid reference format`,
		"revisions: {v2: {healthcheck: {interval: 5s}}}":         "",
	} {
		_, err := Read("services:\n  a:\n    image: a\n    "+strings.ReplaceAll(text, "\n", "\n    ")+"\n", open)
		if want == "" && err != nil || want != "" && (err == nil || !strings.HasPrefix(err.Error(), want) || strings.Count(err.Error(), "\n") > 0) {
			t.Errorf("%s\nerror %v\n want %s", text, err, want)
		}
	}
}
