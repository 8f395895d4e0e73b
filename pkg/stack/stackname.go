package stack

import (
	"fmt"
	"strings"

	"go.yaml.in/yaml/v3"
	"k8s.io/apimachinery/pkg/util/validation"
)

// NameOf is the stack that a text names itself, empty when it names none.
func NameOf(text string) (string, error) {
	if _, _, err := substitute(text, nil); err != nil {
		return "", err
	}
	rendered, err := render(text, map[string]string{})
	if err != nil {
		return "", fmt.Errorf("%s: %w", withoutAnswers, err)
	}
	n, err := topLevel(rendered, "name")
	if err != nil {
		return "", err
	}
	return nameIn(n)
}

// ComposeName is the stack that a docker-compose file names itself, empty when it names none.
func ComposeName(text string, env Lookup) (string, error) {
	n, err := topLevel(text, "name")
	if err != nil || n == nil {
		return "", err
	}
	d := newDecoder(env, nil)
	d.interpolate(n)
	if len(d.problems) > 0 {
		return "", d.problems[0]
	}
	return nameIn(n)
}

// nameIn refuses what is no namespace: docker-compose has _ in names, too. In a file that goes into
// a stack by another name nobody looks.
func nameIn(n *yaml.Node) (string, error) {
	if n == nil || n.Value == "" {
		return "", nil
	}
	if validName(n.Value) {
		return n.Value, nil
	}
	other := "another"
	if s := strings.Trim(strings.NewReplacer("_", "-", ".", "-", " ", "-").Replace(strings.ToLower(n.Value)), "-"); validName(s) {
		other = fmt.Sprintf("%q", s)
	}
	return "", Problem{n.Line, "name", fmt.Sprintf("%q cannot be the name of a stack, which is a namespace: want at most %d lower-case letters, digits and -, beginning and ending with a letter or digit; write %s, or name the stack: kubectl rio up STACK FILE",
		n.Value, validation.DNS1123LabelMaxLength, other)}
}

func validName(s string) bool { return len(validation.IsDNS1123Label(s)) == 0 }
