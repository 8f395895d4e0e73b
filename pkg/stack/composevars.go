package stack

import (
	"errors"
	"fmt"
	"maps"
	"reflect"
	"regexp"
	"slices"
	"strings"

	"github.com/compose-spec/compose-go/v2/dotenv"
	"github.com/compose-spec/compose-go/v2/template"
	"go.yaml.in/yaml/v3"
)

// dockerDriver is the one that docker has by default, and no storage class.
const dockerDriver = "local"

// defaultDriver is how volume ls shows the cluster's own, which nothing says of a volume.
const defaultDriver = "default"

// A Lookup gives the value of a variable, and false for one that is not set.
type Lookup func(name string) (string, bool)

// ReadCompose understands a docker-compose file, whose variables have compose's rules: $NAME and
// ${NAME} stand in values, $$ is a dollar, and files of variables are written for dotenv.
func ReadCompose(text string, env Lookup, open Opener) (File, error) {
	if err := checkText(text); err != nil {
		return File{}, err
	}
	f, err := read(text, newDecoder(env, open))
	if len(f.Questions) > 0 {
		err = errors.Join(err, errors.New("a docker-compose file asks no questions; call it NAME-stack.yml, with no first line #compose, or take them out"))
	}
	return f, err
}

// DotEnv reads a file of variables, which may refer to those that there are already.
func DotEnv(text string, env Lookup) (map[string]string, error) {
	return dotenv.ParseWithLookup(strings.NewReader(text), dotenv.LookupFn(env))
}

// interpolate puts values in, after the text was read: no value makes another structure of it.
func (d *decoder) interpolate(n *yaml.Node) {
	switch n.Kind {
	case yaml.ScalarNode:
		unset := map[string]bool{}
		value, err := template.Substitute(n.Value, func(name string) (string, bool) {
			value, set := d.env(name)
			unset[name] = !set
			return value, set
		})
		d.noteUnset(n, unset)
		if ofMine.MatchString(n.Value) {
			d.mine[n], _ = template.Substitute(n.Value, d.envOfMine)
		}
		if wrong, ok := errors.AsType[*template.InvalidTemplateError](err); ok {
			err = fmt.Errorf("%q has a $ that is no variable: want $NAME or ${NAME}, and $$ where a dollar is meant", wrong.Template)
		}
		if required, ok := errors.AsType[*template.MissingRequiredError](err); ok {
			err = fmt.Errorf("%w; set %s in the shell or in .env", err, required.Variable)
		}
		if err != nil {
			d.fail(n, "", "%v", err)
			return
		}
		n.Value = value
	case yaml.MappingNode:
		for i := 1; i < len(n.Content); i += 2 {
			d.interpolate(n.Content[i])
		}
	default:
		for _, item := range n.Content {
			d.interpolate(item)
		}
	}
}

// bare is a variable for which a text says nothing that it could be instead.
var bare = regexp.MustCompile(`\$(?:\$|\{(\w+)\}|(\w+))`)

// noteUnset says of each variable once that nobody set it.
func (d *decoder) noteUnset(n *yaml.Node, unset map[string]bool) {
	for _, found := range bare.FindAllStringSubmatch(n.Value, -1) {
		if name := found[1] + found[2]; unset[name] && !d.noted[name] {
			d.noted[name] = true
			d.notes = append(d.notes, Problem{Line: n.Line, Text: fmt.Sprintf("%s is not set, and empty; set it in the shell or in .env, or write ${%s:-VALUE}, or ${%s:?} to have that refused", name, name, name)})
		}
	}
}

// ofMine is a path in the directory or the home of whoever brings the file up.
var ofMine = regexp.MustCompile(`^\$\{?(PWD|HOME)\b`)

// envOfMine has the two as docker-compose writes them for short. By these a volume is known to be the user's:
// the absolute paths that they stand for would be taken for the node's.
func (d *decoder) envOfMine(name string) (string, bool) {
	switch name {
	case "PWD":
		return ".", true
	case "HOME":
		return "~", true
	}
	return d.env(name)
}

// readEnvironment takes a variable without a value, in a docker-compose file, from the shell;
// one that is not set there is left out.
func readEnvironment(d *decoder, n *yaml.Node, path string, v reflect.Value) {
	c := containerIn(v)
	if !d.compose() {
		c.Environment = append(c.Environment, as[[]string](d, n, path)...)
		return
	}
	var said []string
	if n.Kind != yaml.MappingNode {
		said = as[[]string](d, n, path)
	} else {
		for _, p := range d.pairs(n, path, verbatim) {
			entry := p.key.Value
			if value, ok := d.follow(p.value); ok && value.Tag != "!!null" {
				entry += "=" + as[string](d, value, below(path, entry))
			}
			said = append(said, entry)
		}
	}
	c.Environment = append(c.Environment, d.filled(said)...)
}

// filled gives variables without a value that of the shell, and leaves out those not set there.
func (d *decoder) filled(entries []string) []string {
	var all []string
	for _, entry := range entries {
		if !strings.Contains(entry, "=") {
			value, set := d.env(entry)
			if !set {
				continue
			}
			entry += "=" + value
		}
		all = append(all, entry)
	}
	return all
}

// variables are the lines NAME=VALUE of a file of variables. In a docker-compose file it is one
// for dotenv, unless it is raw.
func (d *decoder) variables(text string, raw bool) ([]string, error) {
	var lines []string
	if d.compose() && !raw {
		values, err := DotEnv(text, d.env)
		for _, name := range slices.Sorted(maps.Keys(values)) {
			lines = append(lines, name+"="+values[name])
		}
		return lines, err
	}
	for line := range strings.Lines(text) {
		if line = strings.TrimSpace(line); line != "" && !strings.HasPrefix(line, "#") {
			lines = append(lines, line)
		}
	}
	if d.compose() {
		lines = d.filled(lines)
	}
	return lines, nil
}
