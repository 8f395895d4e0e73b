package stack

import (
	"strings"
	"testing"
)

// At one place of a container there is one thing, whatever key brings it.
func TestMountedTwice(t *testing.T) {
	for keys, want := range map[string]string{
		"volumes: [data:/a]\n      tmpfs: /a":                                  `line 5: services.web.tmpfs[0]: "/a" is mounted twice, first in line 4; give each a path of its own`,
		"tmpfs: [/a]\n      volumes:\n      - type: tmpfs\n        target: /a": `line 6: services.web.volumes[0]: "/a"`,
		"volumes:\n      - /a\n      - /data:/a:ro":                            `line 6: services.web.volumes[1]: "/a"`,
		"volumes: [./a.b:/a]\n      configs: ['b:/a']":                         `line 5: services.web.configs[0]: "/a"`,
		"volumes: [./a.b:/run/secrets/b]\n      secrets: ['b?']":               `line 5: services.web.secrets[0]: "/run/secrets/b"`,
		"secrets: [b]\n      configs: [{source: b, target: /run/secrets/b}]":   `line 5: services.web.configs[0]: "/run/secrets/b"`,
		"shm_size: 1m\n      tmpfs: [/dev/shm]":                                `line 5: services.web.tmpfs[0]: "/dev/shm"`,
		"volumes: [./a.b:/a, ./a-b:/a]":                                        `line 4: services.web.volumes[1]: "/a"`,
		"sidekicks: {s: {image: b, volumes: [d:/a],\n        tmpfs: [/a]}}":    `line 5: services.web.sidekicks.s.tmpfs[0]: "/a"`,
	} {
		_, err := ReadCompose("services:\n  web:\n      image: a\n      "+keys+"\nconfigs: {b: {content: c}}", shell, openMine)
		if err == nil || !strings.HasPrefix(err.Error(), want) || strings.Contains(err.Error(), "\n") {
			t.Errorf("%s\nerror %v\n want %s", keys, err, want)
		}
	}
	text := "x-v: &v {image: b, volumes: [d:/a], secrets: [b]}\nservices: {web: {<<: *v, sidekicks: {s: *v}, revisions: {v2: *v}}, api: *v}\nsecrets: {b: {content: c}}"
	if _, err := Read(text, nil); err != nil {
		t.Errorf("in containers of their own: %v", err)
	}
}
