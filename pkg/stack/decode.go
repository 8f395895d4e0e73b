package stack

import (
	"encoding/json"
	"fmt"
	"reflect"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/kubectl-rio/kubectl-rio/pkg/spec"
)

// How many values a file may hold, each counted as often as an alias repeats it, and how deep.
const (
	maxNodes = 100_000
	maxDepth = 40

	maxProblems = 100 // that anybody wants to read
)

// decoder reads YAML into Go values by their JSON names, in snake_case or camelCase. It goes
// on after a problem, so that all are said at once, each with its line.
type decoder struct {
	open     Opener
	from     []int                       // the lines of the file that those of the text come of; see sourceLines
	env      Lookup                      // of a docker-compose file; else nil
	starts   map[*spec.Healthcheck]int32 // how often each is asked in its start period, of a docker-compose file
	optional map[string][]string         // what each service depends on only where it is, by the path of that one
	leftOut  map[string]leftOut          // services of which no profile is wanted
	mine     map[*yaml.Node]string       // texts that begin with a directory of the user's, by its short name
	brought  map[string]string           // files that are mounted as volumes are, by their path
	mounted  map[string][]spec.FileFrom  // the same, by the path of the container; the source is the file's
	places   map[string]map[string]int   // the lines that mount something, by the path of the container and that in it
	forms    map[reflect.Type]form
	tables   map[reflect.Type][]map[string]key
	noted    map[string]bool // variables that are not set, and files, of which it was said
	notes    []Problem
	meant    []Problem // notes on what is in a file without problems
	left     int
	depth    int
	attached []attached
	problems []Problem

	otherNames []otherName
}

// newDecoder reads a docker-compose file where env is given.
func newDecoder(env Lookup, open Opener) *decoder {
	short := forms()
	if env != nil {
		short = composeForms()
	}
	return &decoder{
		open: open, env: env, forms: short, tables: tables(), left: maxNodes,
		optional: map[string][]string{}, leftOut: map[string]leftOut{}, starts: map[*spec.Healthcheck]int32{}, mine: map[*yaml.Node]string{}, noted: map[string]bool{},
		brought: map[string]string{}, mounted: map[string][]spec.FileFrom{}, places: map[string]map[string]int{},
	}
}

// compose reports whether it is a docker-compose file that is read.
func (d *decoder) compose() bool { return d.env != nil }

func (d *decoder) fail(n *yaml.Node, path, format string, args ...any) {
	if len(d.problems) == maxProblems {
		return
	}
	d.problems = append(d.problems, Problem{n.Line, path, fmt.Sprintf(format, args...)})
}

// follow gives what an alias stands for; false once there is too much of everything.
func (d *decoder) follow(n *yaml.Node) (*yaml.Node, bool) {
	if d.left--; d.left < 0 {
		if d.left == -1 {
			d.fail(n, "", "the file holds more than %d values, aliases followed", maxNodes)
		}
		return n, false
	}
	if n.Kind == yaml.AliasNode {
		n = n.Alias
	}
	return n, true
}

// value reads a node into v, which is settable.
func (d *decoder) value(n *yaml.Node, path string, v reflect.Value) {
	n, ok := d.follow(n)
	if !ok || d.nothing(n, path, v) || d.special(n, path, v) {
		return
	}
	if d.depth == maxDepth {
		d.left = 0 // an alias may lead into itself
		d.fail(n, "", "the file is more than %d values deep", maxDepth)
		return
	}
	d.depth++
	defer func() { d.depth-- }()
	switch v.Kind() {
	case reflect.Pointer:
		if v.IsNil() {
			v.Set(reflect.New(v.Type().Elem()))
		}
		d.value(n, path, v.Elem())
	case reflect.Struct:
		d.structure(n, path, v)
	case reflect.Map:
		d.mapping(n, path, v)
	case reflect.Slice:
		d.list(n, path, v)
	default:
		d.scalar(n, path, v)
	}
}

// as reads a node into a value of a type.
func as[T any](d *decoder, n *yaml.Node, path string) T {
	var v T
	d.value(n, path, reflect.ValueOf(&v).Elem())
	return v
}

// mapping reads a mapping whose keys are names; of text by name also a list of NAME=VALUE.
func (d *decoder) mapping(n *yaml.Node, path string, v reflect.Value) {
	if v.IsNil() {
		v.Set(reflect.MakeMap(v.Type()))
	}
	switch {
	case n.Kind == yaml.MappingNode:
		for _, p := range d.pairs(n, path, d.nameOf(v.Type().Elem())) {
			item := reflect.New(v.Type().Elem()).Elem()
			d.value(p.value, below(path, p.key.Value), item)
			v.SetMapIndex(reflect.ValueOf(p.means), item)
		}
	case n.Kind == yaml.SequenceNode && v.Type().Elem().Kind() == reflect.String:
		for i, item := range n.Content {
			name, value, _ := strings.Cut(as[string](d, item, at(path, i)), "=")
			v.SetMapIndex(reflect.ValueOf(name), reflect.ValueOf(value))
		}
	default:
		d.fail(n, path, "want a mapping of names")
	}
}

// each takes the items of a sequence, or the one that stands for it, and their paths.
func (d *decoder) each(n *yaml.Node, path string, do func(item *yaml.Node, path string)) {
	items := n.Content
	if n.Kind != yaml.SequenceNode {
		items = []*yaml.Node{n}
	}
	for i, item := range items {
		item, ok := d.follow(item)
		if !ok {
			return
		}
		do(item, at(path, i))
	}
}

// list reads a sequence, or the one item of it; of text also a mapping, as NAME=VALUE.
func (d *decoder) list(n *yaml.Node, path string, v reflect.Value) {
	switch {
	case n.Kind == yaml.SequenceNode:
		for i, item := range n.Content {
			next := reflect.New(v.Type().Elem()).Elem()
			d.value(item, at(path, i), next)
			v.Set(reflect.Append(v, next))
		}
	case n.Kind == yaml.MappingNode && v.Type().Elem().Kind() == reflect.String:
		for _, p := range d.pairs(n, path, verbatim) {
			text := as[string](d, p.value, below(path, p.key.Value))
			v.Set(reflect.Append(v, reflect.ValueOf(p.key.Value+"="+text)))
		}
	default:
		next := reflect.New(v.Type().Elem()).Elem()
		d.value(n, path, next)
		v.Set(reflect.Append(v, next))
	}
}

func (d *decoder) scalar(n *yaml.Node, path string, v reflect.Value) {
	if n.Kind != yaml.ScalarNode {
		d.fail(n, path, "want a single value")
		return
	}
	switch v.Kind() {
	case reflect.String:
		v.SetString(n.Value)
	case reflect.Bool:
		b, err := strconv.ParseBool(n.Value)
		if err != nil {
			d.fail(n, path, "%q is not true or false", n.Value)
		}
		v.SetBool(b)
	case reflect.Int, reflect.Int32, reflect.Int64:
		i, err := strconv.ParseInt(n.Value, 0, v.Type().Bits())
		if err != nil {
			d.fail(n, path, "%q is not a whole number that is wanted here", n.Value)
		}
		v.SetInt(i)
	default:
		d.fail(n, path, "a %s cannot be read", v.Kind())
	}
}

// special reads what has a form of its own: a short form in text, or its own JSON.
func (d *decoder) special(n *yaml.Node, path string, v reflect.Value) bool {
	if f, ok := d.forms[v.Type()]; ok && n.Kind == yaml.ScalarNode {
		if err := f.read(d.textOf(n, v), v); err != nil {
			d.fail(n, path, "%v", err)
		}
		return true
	}
	own, ok := reflect.TypeAssert[json.Unmarshaler](v.Addr())
	if !ok || n.Kind != yaml.ScalarNode {
		return false
	}
	raw, err := json.Marshal(n.Value)
	if err == nil {
		err = own.UnmarshalJSON(raw)
	}
	if err != nil {
		d.fail(n, path, "%v", err)
	}
	return true
}

// textOf is the text of a value; of a mount it shows that a path is the user's own.
func (d *decoder) textOf(n *yaml.Node, v reflect.Value) string {
	if mine, ok := d.mine[n]; ok && v.Type() == reflect.TypeFor[spec.Mount]() {
		return mine
	}
	return n.Value
}

func below(path, key string) string { return strings.TrimPrefix(path+"."+key, ".") }

func at(path string, i int) string { return fmt.Sprintf("%s[%d]", path, i) }
