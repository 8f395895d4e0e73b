package cli

import (
	"os"
	"reflect"
	"strings"
	"testing"

	"github.com/kubectl-rio/kubectl-rio/pkg/controlplane"
	"github.com/kubectl-rio/kubectl-rio/pkg/printer"
	"github.com/kubectl-rio/kubectl-rio/pkg/rio"
	"github.com/kubectl-rio/kubectl-rio/pkg/stack"
)

// Scripts go by docs/schema.md: what is printed is in it, in the part that is about it.
func TestEachFieldIsInTheSchema(t *testing.T) {
	raw, err := os.ReadFile("../../docs/schema.md")
	if err != nil {
		t.Fatal(err)
	}
	for part, printed := range map[string][]any{
		"## Service\n":                       {printer.Described{}, printer.Service{}},
		"## Stack, Config, Secret, Volume\n": {printer.DescribedStack{}, printer.DescribedConfig{}, printer.DescribedRoutes{}, printer.DescribedVolume{}},
		"| `ps -c` |":                        {printer.Container{}},
		"| `history` |":                      {printer.HistoryRow{}},
		"| `route ls` |":                     {printer.Route{}},
		"| `config ls`, `secret ls` |":       {printer.Config{}},
		"| `volume ls` |":                    {printer.Volume{}},
		"| `stack ls` |":                     {printer.StackRow{}},
		"| `node ls` |":                      {printer.Node{}},
		"## Info\n":                          {controlplane.Info{}},
		"## Event\n":                         {rio.Event{}},
	} {
		_, text, found := strings.Cut(string(raw), "\n"+part)
		end := "\n## "
		if strings.HasPrefix(part, "|") {
			end = "\n"
		}
		text, _, _ = strings.Cut(text, end)
		if !found {
			t.Errorf("there is no part %q", part)
		}
		for _, v := range printed {
			for _, name := range fieldNames(reflect.TypeOf(v)) {
				if !strings.Contains(text, "`"+name+"`") {
					t.Errorf("%q does not name the field %s of %T", part, name, v)
				}
			}
		}
	}
}

// fieldNames are those of a type in JSON, and of what it has; routes and questions are in docs/stack-files.md.
func fieldNames(t reflect.Type) (names []string) {
	switch t.Kind() {
	case reflect.Pointer, reflect.Slice, reflect.Map:
		return fieldNames(t.Elem())
	case reflect.Struct:
	default:
		return nil
	}
	if t == reflect.TypeFor[rio.Route]() || t == reflect.TypeFor[stack.Question]() {
		return nil
	}
	for f := range t.Fields() {
		name, _, _ := strings.Cut(f.Tag.Get("json"), ",")
		switch {
		case name == "-":
			continue
		case name != "":
			names = append(names, name)
		case !f.Anonymous:
			continue
		}
		names = append(names, fieldNames(f.Type)...)
	}
	return names
}
