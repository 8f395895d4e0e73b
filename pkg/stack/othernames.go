package stack

import (
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"
)

// otherName is what a service is called in docker-compose beside its own name: its container, or an
// alias in a network. In a stack nobody reaches it so, and a name that nobody calls is no loss.
type otherName struct {
	service, name string
	node          *yaml.Node
	path          string
}

const callOwnName = "services of a stack call each other by their own names"

// alsoCalled notes such a name, or refuses it where the file is not docker's.
func (d *decoder) alsoCalled(n *yaml.Node, path, name string) {
	switch service := serviceIn(path); {
	case name == service:
	case !d.compose():
		d.fail(n, path, "nobody reaches it as %q: %s; have them call %q, and take %q out", name, callOwnName, service, name)
	default:
		d.otherNames = append(d.otherNames, otherName{service, name, n, path})
	}
}

// checkOtherNames refuses those that the file's services call, and those that are another service's, too.
func (f File) checkOtherNames(d *decoder) {
	var unused []string
	for _, o := range d.otherNames {
		if _, is := f.Services[o.name]; is {
			d.fail(o.node, o.path, "%q is another service of this file, and reached by that name alone; take it out", o.name)
			continue
		}
		if by := f.callerOf(o); by != "" {
			d.fail(o.node, o.path, "%q calls it %q: %s; have it call %q", by, o.name, callOwnName, o.service)
			continue
		}
		unused = append(unused, fmt.Sprintf("%q of %q", o.name, o.service))
	}
	if len(unused) > 0 {
		first := d.otherNames[0]
		d.meant = append(d.meant, Problem{first.node.Line, first.path, fmt.Sprintf("nothing is called so here: %s; pods get names of their own, and %s", strings.Join(unused, ", "), callOwnName)})
	}
}

// callerOf is another service, in whose texts that name is called, with a port or in a URL.
func (f File) callerOf(o otherName) string {
	inURL := regexp.MustCompile(`(://|@)` + regexp.QuoteMeta(o.name) + `($|[^\w.-])`)
	for _, by := range slices.Sorted(maps.Keys(f.Services)) {
		s := f.Services[by]
		called := slices.ContainsFunc(f.calls(s), func(c call) bool { return c.service == o.name })
		if by != o.service && (called || slices.ContainsFunc(f.texts(s), inURL.MatchString)) {
			return by
		}
	}
	return ""
}
