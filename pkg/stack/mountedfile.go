package stack

import (
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"path"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"syscall"

	"go.yaml.in/yaml/v3"
	"k8s.io/apimachinery/pkg/util/validation"

	"github.com/kubectl-rio/kubectl-rio/pkg/spec"
)

// A docker-compose file mounts files of its directory as it mounts volumes, ./nginx.conf:/etc/nginx/nginx.conf.
// No node has them, but what is in one can be in a config, as with configs and file; a private key in a secret, for
// many who may look into a stack may read its configs.

// privateKey is how one begins in PEM, whatever else is in the file:
// https://www.rfc-editor.org/rfc/rfc7468#section-4, and those of OpenSSH and PGP.
var privateKey = regexp.MustCompile(`-----BEGIN (?:[A-Z0-9]+ )*PRIVATE KEY`)

// bring takes the file that a mount names, and reports whether it names the user's at all. A whole path is the
// node's unless a file can be read there: docker compose config writes ./ so.
func (d *decoder) bring(n *yaml.Node, where string, m spec.Mount) bool {
	whole := path.IsAbs(m.Source)
	if !d.compose() || m.Kind != spec.KindBind || m.Source == "" || m.Source[0] == '~' || whole && d.inRoot() {
		return false
	}
	text, err := d.open(m.Source)
	switch {
	case err != nil && whole:
		return false
	case errors.Is(err, syscall.EISDIR):
		d.fail(n, where, "source %q is a directory, and nodes know neither your directory nor your home; mount its files one by one, or for data a volume: %s:%s", m.Source, volumeFor(m.Source), m.Target)
	case errors.Is(err, fs.ErrNotExist):
		d.fail(n, where, "%v; for an empty directory, as docker makes one, name a volume: %s:%s", err, volumeFor(m.Source), m.Target)
	case err != nil:
		d.fail(n, where, "%v", err)
	case m.Volume != nil:
		d.fail(n, where, "source %q is a file, so it has no driver, no size and no subpath", m.Source)
	default:
		d.take(n, where, m, text)
	}
	return true
}

// inRoot reports whether the file is in the root, where every path of a node would be one of the user's.
func (d *decoder) inRoot() bool {
	_, err := d.open("/")
	return errors.Is(err, syscall.EISDIR)
}

// take notes the content of a file, and where it is mounted. What is a script may be run.
func (d *decoder) take(n *yaml.Node, where string, m spec.Mount, text string) {
	rest := m
	rest.Source = "/" // of which there is nothing to say
	if err := rest.Check(); err != nil {
		d.fail(n, where, "%v", err)
		return
	}
	f := spec.FileFrom{Source: path.Clean(m.Source), Target: m.Target}
	if strings.HasPrefix(text, "#!") {
		f.Mode = "0755"
	}
	volumes, _, _ := strings.Cut(where, "[")
	container := containerOf(where)
	d.brought[f.Source], d.mounted[container] = text, append(d.mounted[container], f)
	what, how := "config", ""
	if privateKey.MatchString(text) {
		what = "secret"
	}
	if !m.ReadOnly {
		how = ", read-only"
	}
	note := fmt.Sprintf("%q is a %s here%s, with what is in the file when up runs", m.Source, what, how)
	if !d.noted[note] {
		d.noted[note] = true
		d.meant = append(d.meant, Problem{n.Line, volumes, note})
	}
}

// volumeFor is a name for a volume in the place of a directory.
func volumeFor(source string) string {
	if name := volumeName(path.Base(source)); len(validation.IsDNS1123Label(name)) == 0 {
		return name
	}
	return "data"
}

// mountFiles makes configs and secrets of the files that containers mount.
func (f *File) mountFiles(d *decoder) {
	if len(d.mounted) == 0 {
		return
	}
	private, rest := map[string]string{}, map[string]string{}
	for source, text := range d.brought {
		if privateKey.MatchString(text) {
			private[source] = text
		} else {
			rest[source] = text
		}
	}
	secrets, configs := addFiles(&f.Secrets, private), addFiles(&f.Configs, rest)
	mount := func(container string, c *spec.Container) {
		for _, m := range d.mounted[container] {
			if name, ok := secrets[m.Source]; ok {
				m.Source = name
				c.Secrets = append(c.Secrets, m)
				continue
			}
			m.Source = configs[m.Source]
			c.Configs = append(c.Configs, m)
		}
	}
	inPod := func(container string, r *spec.Revision) {
		mount(container, &r.Container)
		for _, name := range slices.Sorted(maps.Keys(r.Sidekicks)) {
			k := r.Sidekicks[name]
			mount(container+".sidekicks."+name, &k.Container)
			r.Sidekicks[name] = k
		}
	}
	for _, name := range slices.Sorted(maps.Keys(f.Services)) {
		s := f.Services[name]
		inPod("services."+name, &s.Revision)
		for _, staged := range slices.Sorted(maps.Keys(s.Revisions)) {
			r := s.Revisions[staged]
			inPod("services."+name+".revisions."+staged, &r)
			s.Revisions[staged] = r
		}
		f.Services[name] = s
	}
}

// addFiles adds files to configs or secrets, and gives their names by the paths. One of the docker-compose file's own
// with that content may be the same one.
func addFiles(to *map[string]Config, files map[string]string) map[string]string {
	names, ours := map[string]string{}, map[string]bool{}
	for _, source := range slices.Sorted(maps.Keys(files)) {
		var c Config
		c.Content, c.Encoded = contentOf(files[source])
		name := configFor(source)
		for other, taken := (*to)[name]; taken && (ours[name] || !reflect.DeepEqual(other, c)); other, taken = (*to)[name] {
			name = spec.WithHash(name, name)
		}
		if *to == nil {
			*to = map[string]Config{}
		}
		names[source], ours[name], (*to)[name] = name, true, c
	}
	return names
}

// configFor is conf-nginx-conf for conf/nginx.conf. The directory of a whole path is that of the docker-compose file.
func configFor(source string) string {
	if path.IsAbs(source) {
		source = path.Base(source)
	}
	name := spec.Hyphened(strings.ToLower(source))
	switch {
	case name == "":
		return "file"
	case len(name) > validation.LabelValueMaxLength:
		return spec.WithHash(name, name)
	}
	return name
}
