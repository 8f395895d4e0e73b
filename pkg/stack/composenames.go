package stack

import (
	"cmp"
	"reflect"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"
	"k8s.io/apimachinery/pkg/util/validation"

	"github.com/kubectl-rio/kubectl-rio/pkg/spec"
)

// In a docker-compose file volumes, configs and secrets have names with _ and capitals, too: db_data is
// db-data in the cluster, where no program calls it by its name. The file that a container reads
// of a config or a secret has the name that is written.

// volumeName is what a volume is called in the cluster; a path is no name, and stays.
func volumeName(written string) string { return inCluster(written, validation.IsDNS1123Label) }

// configName is what a config or a secret is called there.
func configName(written string) string { return inCluster(written, validation.IsDNS1123Subdomain) }

func inCluster(written string, valid func(string) []string) string {
	name := strings.Trim(strings.ReplaceAll(strings.ToLower(written), "_", "-"), "-")
	if len(valid(name)) > 0 {
		return written // for the check that says so
	}
	return name
}

// nameOf is what names of values of a type stand for.
func (d *decoder) nameOf(t reflect.Type) func(written string) string {
	switch {
	case d.compose() && t == reflect.TypeFor[Volume]():
		return volumeName
	case d.compose() && t == reflect.TypeFor[Config]():
		return configName
	}
	return verbatim
}

// ownName is a name beside the one that stands before it. docker compose config writes PROJECT_NAME
// of what is the file's own, which says nothing.
func ownName(why string) key {
	return key{read: func(d *decoder, n *yaml.Node, path string, _ reflect.Value) {
		_, before, _ := strings.Cut(strings.TrimSuffix(path, ".name"), ".")
		if n.Value != before && (!d.compose() || !strings.HasSuffix(n.Value, "_"+before)) {
			d.fail(n, path, "%q cannot be: %s; take the key out, and where this name is meant, write it there", n.Value, why)
		}
	}}
}

// checkExternal refuses a volume, config or secret that is there already by another name than the one that
// stands before it, by which it would be looked for.
func (d *decoder) checkExternal(pairs []pair, path string, v reflect.Value) {
	external := false
	switch in := v.Addr().Interface().(type) {
	case *Config:
		external = in.External
	case *Volume:
		external = in.External
	}
	i := indexOf(pairs, "name")
	if !external || i < 0 {
		return
	}
	_, before, _ := strings.Cut(path, ".")
	if n, ok := d.follow(pairs[i].value); ok && n.Tag != "!!null" && n.Value != before {
		d.fail(n, path, "it is external by the name %q; write that in the place of %q, also where services use it", n.Value, before)
	}
}

// composeForms are all short forms, with the names of docker-compose.
func composeForms() map[reflect.Type]form {
	all := forms()
	all[reflect.TypeFor[spec.Mount]()] = formOf(parseComposeMount, spec.Mount.String)
	all[reflect.TypeFor[spec.FileFrom]()] = formOf(parseComposeFile, spec.FileFrom.String)
	return all
}

func parseComposeMount(word string) (spec.Mount, error) {
	if source, rest, ok := strings.Cut(word, ":"); ok {
		word = volumeName(source) + ":" + withoutDockers(rest)
	}
	return spec.SplitMount(word) // see readVolumes
}

// dockersOptions are those of a mount that are for docker's host: for SELinux there, and for a host
// in a virtual machine.
var dockersOptions = []string{"z", "Z", "consistent", "cached", "delegated"}

// withoutDockers takes them out of TARGET:OPTION,...
func withoutDockers(rest string) string {
	target, options, _ := strings.Cut(rest, ":")
	kept := slices.DeleteFunc(strings.Split(options, ","), func(option string) bool { return slices.Contains(dockersOptions, option) })
	return strings.TrimSuffix(target+":"+strings.Join(kept, ","), ":")
}

func parseComposeFile(word string) (spec.FileFrom, error) {
	end := strings.IndexAny(word+",", "?:,")
	written := word[:end]
	f, err := spec.ParseFile(configName(written) + word[end:])
	if f.Target == "" && configName(written) != written {
		f.Target = written
	}
	return f, err
}

// readConfigSource takes the source of a config or a secret, in the long form.
func readConfigSource(d *decoder, n *yaml.Node, path string, v reflect.Value) {
	f := v.Addr().Interface().(*spec.FileFrom)
	f.Source = as[string](d, n, path)
	if name := configName(f.Source); d.compose() && name != f.Source {
		f.Target, f.Source = cmp.Or(f.Target, f.Source), name
	}
}
