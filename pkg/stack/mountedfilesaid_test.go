package stack

import (
	"strings"
	"syscall"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/kubectl-rio/kubectl-rio/pkg/spec"
)

func TestMountedFilesThatCannotBe(t *testing.T) {
	for text, want := range map[string]string{
		"[./conf:/etc/conf]":         `source "./conf" is a directory, and nodes know neither your directory nor your home; mount its files one by one, or for data a volume: conf:/etc/conf`,
		"[./DB_data/:/data]":         `the file "./DB_data/": file does not exist; for an empty directory, as docker makes one, name a volume: db-data:/data`,
		"[./.x:/data]":               `the file "./.x": file does not exist; for an empty directory, as docker makes one, name a volume: data:/data`,
		"[../a.conf:/a]":             `the file "../a.conf": path escapes from parent`,
		"[~/a.b:/a]":                 `source "~/a.b" is a path, and nodes know neither your directory nor your home; want an absolute path on the node, or the name of a volume`,
		"[./a.b:a:ro]":               `target "a" is not an absolute path in the container`,
		"[./a.b:/a:subpath=c]":       `source "./a.b" is a file, so it has no driver, no size and no subpath`,
		"[{type: bind, target: /a}]": `source "" is a path, and nodes know`,
	} {
		_, err := ReadCompose("services: {web: {image: a, volumes: "+text+"}}\nconfigs: {b: {content: c}}", shell, openMine)
		if err == nil || !strings.HasPrefix(err.Error(), "line 1: services.web.volumes[") || !strings.Contains(err.Error(), "]: "+want) {
			t.Errorf("%s\nerror %v\n want %s", text, err, want)
		}
	}
	if _, err := Read("services: {web: {image: a, volumes: [./a.b:/a]}}", openMine); err == nil {
		t.Error("in a stack file it is a path of nodes")
	}
}

// In the root every path of a node is one of the user's, too.
func TestMountedFilesOfTheRoot(t *testing.T) {
	f, err := ReadCompose("services: {web: {image: a, volumes: [/etc/localtime:/etc/localtime]}}", shell, func(name string) (string, error) {
		if name == "/" {
			return "", syscall.EISDIR
		}
		return "local", nil
	})
	if err != nil || len(f.Configs) > 0 || len(f.Services["web"].Volumes) != 1 {
		t.Errorf("%+v, %v", f, err)
	}
}

func TestMountedFilesAreNoted(t *testing.T) {
	f, err := ReadCompose("services:\n  api: {image: a}\n  web:\n    image: a\n    volumes:\n    - ./nginx.conf:/a:ro\n    - ./logo:/b\n  www:\n    image: a\n    volumes: [./nginx.conf:/c:ro]", shell, openMine)
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, n := range f.Notes {
		got = append(got, n.Error())
	}
	if diff := cmp.Diff([]string{
		`line 2: services.api: "api:9000" is called by web, www, so port 9000 is open to other services`,
		`line 6: services.web.volumes: "./nginx.conf" is a config here, with what is in the file when up runs`,
		`line 7: services.web.volumes: "./logo" is a config here, read-only, with what is in the file when up runs`,
	}, got); diff != "" {
		t.Error(diff)
	}
}

func TestConfigFor(t *testing.T) {
	long := strings.Repeat("long/", 20)
	label := strings.TrimRight(strings.ReplaceAll(long, "/", "-"), "-")
	for source, want := range map[string]string{
		"nginx.conf": "nginx-conf", "/home/me/.env": "env", "Ö": "file", "a b/C_d": "a-b-c-d", long: spec.WithHash(label, label),
	} {
		if got := configFor(source); got != want || len(got) > 63 {
			t.Errorf("%s is %q, want %q", source, got, want)
		}
	}
}
