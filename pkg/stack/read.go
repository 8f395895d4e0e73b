package stack

import (
	"errors"
	"fmt"
	"io"
	"maps"
	"reflect"
	"regexp"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"
	"k8s.io/apimachinery/pkg/util/validation"

	"github.com/kubectl-rio/kubectl-rio/pkg/rio"
	"github.com/kubectl-rio/kubectl-rio/pkg/spec"
)

// An Opener gives what is in a file that a stack file names.
type Opener func(name string) (string, error)

// Read understands a rendered text.
func Read(text string, open Opener) (File, error) {
	return read(text, newDecoder(nil, open))
}

func read(text string, d *decoder) (File, error) {
	top, err := parse(text)
	if err != nil {
		return File{}, inFile(err, d.from)
	}
	if top == nil {
		return File{}, nil
	}
	renumber(top, d.from)
	if d.compose() {
		d.interpolate(top)
	}
	f := as[File](d, top, "")
	f.mountFiles(d)
	f.Lines = linesOf(top)
	f.settle(d)
	f.check(d)
	d.checkNetworks(f.Services)
	f.checkOtherNames(d)
	f.Notes = d.notes
	if d.compose() && len(d.problems) == 0 {
		f.Notes = slices.Concat(f.Notes, d.meant, d.sayLeftOut(), f.openCalled(), f.hiding())
	}
	inOrder := func(a, b Problem) int { return a.Line - b.Line }
	slices.SortStableFunc(f.Notes, inOrder)
	slices.SortStableFunc(d.problems, inOrder)
	var errs []error
	for _, p := range d.problems {
		errs = append(errs, p)
	}
	return f, errors.Join(errs...)
}

// settle makes of what is read what it means, where that takes more than its own key.
func (f File) settle(d *decoder) {
	for name, s := range f.Services {
		s.Environment = lastOfEach(s.Environment)
		s.DependsOn = f.withoutOptional(lastOfEach(s.DependsOn), d.optional["services."+name]) // once, where links say it too
		if d.compose() {
			s.Expose = unpublished(s.Expose, s.Ports)
			if h := s.Healthcheck; h != nil && reflect.ValueOf(*h).IsZero() { // disable: false
				s.Healthcheck = nil
			}
			askAsDocker(&s, d.starts[s.Healthcheck])
		}
		f.Services[name] = s
	}
	for name, v := range f.Volumes {
		if v.Driver == defaultDriver || d.compose() && v.Driver == dockerDriver {
			v.Driver = ""
			f.Volumes[name] = v
		}
	}
	f.lowerHeaders(d)
}

// parse gives the one document of a text, nil when there is none.
func parse(text string) (*yaml.Node, error) {
	decoder := yaml.NewDecoder(strings.NewReader(text))
	var doc, next yaml.Node
	if err := decoder.Decode(&doc); errors.Is(err, io.EOF) {
		return nil, nil
	} else if err != nil {
		return nil, fmt.Errorf("the file is not YAML: %w", counted(err))
	}
	if err := decoder.Decode(&next); err == nil {
		return nil, Problem{next.Line, "", "a second document begins; one file is one stack"}
	} else if !errors.Is(err, io.EOF) {
		return nil, fmt.Errorf("what follows the first document is not YAML: %w; one file is one stack", counted(err))
	}
	if len(doc.Content) != 1 {
		return nil, nil
	}
	return doc.Content[0], nil
}

// ungrammatical are errors of YAML's grammar. For these, other than for those of its words, the parser
// begins to count lines with 0: func (p *parser) fail of go.yaml.in/yaml/v3.
var ungrammatical = regexp.MustCompile(`did not find expected (key|node content|'-' indicator|',' or '[\]}]'|<document start>)$`)

// counted has lines begin with 1.
func counted(err error) error {
	if !ungrammatical.MatchString(err.Error()) {
		return err
	}
	return withLine(err, func(line int) int { return line + 1 })
}

// IsEmpty reports whether a text says nothing: it is empty, null, or nothing but comments.
func IsEmpty(text string) bool {
	top, err := parse(text)
	return err == nil && (top == nil || top.Tag == "!!null")
}

// topLevel finds the value of a key at the top of a text. Without answers the rest may not
// even be YAML; then the key's own lines are read alone.
func topLevel(text, key string) (*yaml.Node, error) {
	top, err := parse(text)
	if err != nil {
		top, err = parse(section(text, key))
	}
	if err != nil || top == nil || top.Kind != yaml.MappingNode {
		return nil, err
	}
	for i := 0; i+1 < len(top.Content); i += 2 {
		if top.Content[i].Value == key {
			return top.Content[i+1], nil
		}
	}
	return nil, nil
}

// section is a key that begins a line, with all lines up to the next such key.
func section(text, key string) string {
	var b strings.Builder
	within := false
	for line := range strings.Lines(text) {
		if strings.TrimLeft(line, " \t#-") == line && strings.TrimSpace(line) != "" {
			within = strings.HasPrefix(line, key+":")
		}
		if !within {
			line = "\n" // so that the others keep their numbers
		}
		b.WriteString(line)
	}
	return b.String()
}

// readQuestions reads these and nothing else.
func readQuestions(text string) ([]Question, error) {
	n, err := topLevel(text, "questions")
	if err != nil || n == nil {
		return nil, err
	}
	d := &decoder{left: maxNodes}
	questions := as[[]Question](d, n, "questions")
	for i, q := range flatten(questions) {
		switch {
		case q.Variable == "":
			d.problems = append(d.problems, Problem{Text: fmt.Sprintf("question %d has no variable", i+1)})
		case !slices.Contains(questionTypes, q.Type):
			d.problems = append(d.problems, Problem{Text: fmt.Sprintf("question %q has type %q, want string, multiline, password, int, bool or enum", q.Variable, q.Type)})
		}
	}
	if len(d.problems) > 0 {
		return nil, d.problems[0]
	}
	return questions, nil
}

// lastOfEach keeps the last value of each variable, at the place of its first.
func lastOfEach(environment []string) []string {
	at := map[string]int{}
	var out []string
	for _, e := range environment {
		name, _, _ := strings.Cut(e, "=")
		if i, twice := at[name]; twice {
			out[i] = e
			continue
		}
		at[name] = len(out)
		out = append(out, e)
	}
	return out
}

// check finds what is wrong with names, and with what leads from one to another.
func (f File) check(d *decoder) {
	fail := func(section, name, format string, args ...any) {
		path := section + "." + name
		d.problems = append(d.problems, Problem{f.Lines[path], path, fmt.Sprintf(format, args...)})
	}
	for _, name := range slices.Sorted(maps.Keys(f.Services)) {
		s := f.Services[name]
		if !isServiceName(name) {
			fail("services", name, "%q cannot be the name of a service: want lower-case letters, digits and -, beginning with a letter%s", name, f.callIt(name))
			continue
		}
		switch _, built := f.Lines["services."+name+".build"]; {
		case s.Image != "" || len(s.Sidekicks) > 0:
		case built:
			fail("services", name+".build", "there is no builder here; build and push the image, and name it with image")
		default:
			fail("services", name, "there is no image")
		}
		for _, other := range s.DependsOn {
			if _, ok := f.Services[other]; !ok {
				fail("services", name, "it depends on %q, which is %s", other, d.missing(other))
			}
		}
		for _, revision := range slices.Sorted(maps.Keys(s.Revisions)) {
			if _, err := rio.ParseRef(name+":"+revision, "stack"); err != nil || revision == rio.Latest {
				fail("services", name+".revisions."+revision, "%q cannot be the name of a staged revision", revision)
			}
		}
	}
	if circle := f.circle(); len(circle) > 0 {
		fail("services", circle[0], "services depend on each other in a circle: %s", strings.Join(circle, " -> "))
	}
	f.checkRoutes(fail)
	f.checkNames(fail)
	for _, of := range []struct {
		section string
		configs map[string]Config
	}{{"configs", f.Configs}, {"secrets", f.Secrets}} {
		for _, name := range slices.Sorted(maps.Keys(of.configs)) {
			if n, err := rio.ParseName(name, "stack"); err != nil || n.Name != name {
				fail(of.section, name, "%q cannot be a name here: want at most %d lower-case letters, digits, - and ., beginning and ending with a letter or digit", name, validation.LabelValueMaxLength)
			}
		}
	}
	for _, name := range slices.Sorted(maps.Keys(f.Volumes)) {
		if errs := validation.IsDNS1123Label(name); len(errs) > 0 {
			fail("volumes", name, "%q cannot be a name here: %s", name, errs[0])
		}
	}
}

// isServiceName reports whether a service, or a host of routes, can be called so.
func isServiceName(name string) bool {
	_, err := rio.ParseRef(name, "stack")
	return err == nil && !strings.ContainsAny(name, ":/")
}

// callIt is the remedy for a name that no service can have, where one near it is free.
func (f File) callIt(name string) string {
	other := spec.Hyphened(strings.ToLower(name))
	if _, taken := f.Services[other]; taken || !isServiceName(other) {
		return ""
	}
	return fmt.Sprintf("; write %q, also where others call it", other)
}

// linesOf finds the lines of keys and of the items of lists, by their path.
func linesOf(top *yaml.Node) map[string]int {
	lines := map[string]int{}
	var walk func(n *yaml.Node, path string, depth int)
	walk = func(n *yaml.Node, path string, depth int) {
		if depth == 0 {
			return
		}
		if n.Kind == yaml.SequenceNode {
			for i, item := range n.Content {
				lines[at(path, i)] = item.Line
			}
			return
		}
		if n.Kind != yaml.MappingNode {
			return
		}
		for i := 0; i+1 < len(n.Content); i += 2 {
			p := below(path, n.Content[i].Value)
			lines[p] = n.Content[i].Line
			walk(n.Content[i+1], p, depth-1)
		}
	}
	walk(top, "", 4)
	return lines
}
