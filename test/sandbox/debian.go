package main

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"

	v1 "github.com/google/go-containerregistry/pkg/v1"
)

var nginx = image{
	name: "docker.io/library/nginx:latest",
	config: v1.Config{
		Cmd:          []string{"nginx", "-g", "daemon off;"},
		StopSignal:   "SIGQUIT",
		ExposedPorts: map[string]struct{}{"80/tcp": {}},
	},
}

var httpd = image{
	name: "docker.io/library/httpd:latest",
	config: v1.Config{
		Cmd:          []string{"sh", "-c", `. /etc/apache2/envvars && mkdir -p "$APACHE_RUN_DIR" && exec apache2 -D FOREGROUND`},
		StopSignal:   "SIGWINCH", // a graceful stop, in Apache's words
		ExposedPorts: map[string]struct{}{"80/tcp": {}},
	},
}

// The servers log to the pod's log, as the images of that name do.
var debianExtras = map[string][]entry{
	"nginx-light": {
		{path: "/var/log/nginx/access.log", link: "/dev/stdout"},
		{path: "/var/log/nginx/error.log", link: "/dev/stderr"},
	},
	"apache2": {
		{path: "/var/log/apache2/access.log", link: "/dev/stdout"},
		{path: "/var/log/apache2/other_vhosts_access.log", link: "/dev/stdout"},
		{path: "/var/log/apache2/error.log", link: "/dev/stderr"},
		{path: "/etc/apache2/conf-enabled/sandbox.conf", content: apacheConf, mode: 0o644},
	},
}

// Apache closes a connection after 5 s in which nothing came. A proxy that sends a request on it
// at that moment has to answer with 503, as safety.md says under "Not covered"; so the stories
// that count lost requests have it wait longer.
const apacheConf = "ServerName localhost\nKeepAliveTimeout 75\n"

// debianImage builds an image of a minimal Debian, of this machine's release and
// from its own package source, with one server package. It gives way as goBuild does.
func debianImage(pkg string, as image) func(context.Context, *builder, string) error {
	return func(ctx context.Context, _ *builder, dir string) error {
		release, err := os.ReadFile("/etc/os-release")
		if err != nil {
			return err
		}
		suite := codename(string(release))
		sources, err := debianSources(suite)
		if err != nil {
			return err
		}
		return withScratch(func(scratch string) error {
			base, extra := filepath.Join(scratch, "base.tar"), filepath.Join(scratch, "extra.tar")
			cmd := exec.CommandContext(ctx, "nice", "-n", "19", "mmdebstrap", "--variant=minbase", "--include="+pkg,
				"--dpkgopt=force-unsafe-io", "--dpkgopt=path-exclude=/usr/share/man/*", "--dpkgopt=path-exclude=/usr/share/doc/*",
				"--dpkgopt=path-exclude=/usr/share/locale/*", suite, base, "-")
			cmd.Stdin = strings.NewReader(sources)
			if _, err := output(cmd); err != nil {
				return err
			}
			if err := writeLayer(extra, debianExtras[pkg]); err != nil {
				return err
			}
			as.layers = []string{base, extra}
			as.config.Env = []string{"PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"}
			return writeImages(dir, as)
		})
	}
}

// codename reads VERSION_CODENAME of os-release(5).
func codename(osRelease string) string {
	for line := range strings.Lines(osRelease) {
		if name, ok := strings.CutPrefix(strings.TrimSpace(line), "VERSION_CODENAME="); ok {
			return strings.Trim(name, `"`)
		}
	}
	return ""
}

// debianSources gives this machine's apt sources of Debian itself, without those
// of others, which a minimal system has no keys for.
func debianSources(suite string) (string, error) {
	if modern, err := os.ReadFile("/etc/apt/sources.list.d/debian.sources"); err == nil {
		return string(modern), nil
	}
	list, err := os.ReadFile("/etc/apt/sources.list")
	if err != nil {
		return "", fmt.Errorf("no apt source of Debian: neither sources.list.d/debian.sources nor %w", err)
	}
	lines := linesOfSuite(string(list), suite)
	if lines == "" {
		return "", fmt.Errorf("/etc/apt/sources.list has no line for %q", suite)
	}
	return lines, nil
}

// linesOfSuite picks the lines of a sources.list(5) for SUITE, SUITE-updates and
// SUITE-security.
func linesOfSuite(list, suite string) string {
	var picked strings.Builder
	for line := range strings.Lines(list) {
		if strings.HasPrefix(line, "deb ") && strings.Contains(line, " "+suite) {
			picked.WriteString(strings.TrimSpace(line) + "\n")
		}
	}
	return picked.String()
}
