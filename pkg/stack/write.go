package stack

import (
	"bytes"
	"cmp"
	"encoding/json"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"unicode"

	"go.yaml.in/yaml/v3"

	"github.com/kubectl-rio/kubectl-rio/pkg/spec"
)

// Write gives the text of a file, in the short forms and the order in which people write it.
func Write(f File) (string, error) {
	n, err := newEncoder().value(reflect.ValueOf(f))
	if err != nil {
		return "", err
	}
	var b bytes.Buffer
	out := yaml.NewEncoder(&b)
	out.SetIndent(2)
	if err := out.Encode(n); err != nil {
		return "", fmt.Errorf("write the stack file: %w", err)
	}
	return strings.ReplaceAll(b.String(), `"`+shield+`\uFEFF`, `"\uFEFF`), nil
}

// The YAML library writes all of a text that begins with a byte order mark as numbers of
// characters, where nobody finds a variable. It is written behind one that is no character,
// which goes again.
const (
	byteOrderMark = "\ufeff"
	shield        = "\ufdd0"
)

// first are the keys that stand before all others, last those after.
var (
	first = []string{"image", "inherit", "scale", "weight", "entrypoint", "command", "ports", "expose", "environment"}
	last  = []string{"sidekicks", "revisions", "routes", "questions"}
)

// encoder is the inverse of decoder.
type encoder struct{ forms map[reflect.Type]form }

func newEncoder() encoder { return encoder{forms()} }

func (e encoder) value(v reflect.Value) (*yaml.Node, error) {
	if f, ok := e.forms[v.Type()]; ok {
		if text, ok := f.write(v); ok {
			return word(text), nil
		}
	}
	if own, ok := reflect.TypeAssert[json.Marshaler](v); ok {
		return encodeOwn(own)
	}
	switch v.Kind() {
	case reflect.Pointer:
		return e.value(v.Elem())
	case reflect.Struct:
		return e.structure(v)
	case reflect.Map:
		n := &yaml.Node{Kind: yaml.MappingNode}
		keys := v.MapKeys()
		slices.SortFunc(keys, func(a, b reflect.Value) int { return cmp.Compare(a.String(), b.String()) })
		for _, k := range keys {
			item, err := e.value(v.MapIndex(k))
			if err != nil {
				return nil, err
			}
			n.Content = append(n.Content, word(k.String()), item)
		}
		return n, nil
	case reflect.Slice:
		n := &yaml.Node{Kind: yaml.SequenceNode}
		for i := range v.Len() {
			item, err := e.value(v.Index(i))
			if err != nil {
				return nil, err
			}
			n.Content = append(n.Content, item)
		}
		return n, nil
	case reflect.String:
		return word(v.String()), nil
	}
	n := &yaml.Node{}
	return n, n.Encode(v.Interface())
}

// word is text that stays text, whatever it looks like. Lines are written as lines, unless
// they begin in a way that the block form cannot tell from its indentation.
func word(s string) *yaml.Node {
	n := &yaml.Node{Kind: yaml.ScalarNode, Tag: "!!str", Value: s}
	if strings.HasPrefix(s, byteOrderMark) {
		n.Style, n.Value = yaml.DoubleQuotedStyle, shield+s
		return n
	}
	if strings.Contains(s, "\n") {
		n.Style = yaml.DoubleQuotedStyle
		if s == strings.TrimLeft(s, " \t\r\n") && !strings.ContainsFunc(s, notInBlocks) {
			n.Style = yaml.LiteralStyle
		}
	}
	return n
}

// notInBlocks are the characters that a block of lines cannot hold as they are.
func notInBlocks(r rune) bool { return r != '\n' && r != '\t' && !unicode.IsPrint(r) }

// encodeOwn takes a value's own JSON, which is a number or a word.
func encodeOwn(v json.Marshaler) (*yaml.Node, error) {
	raw, err := v.MarshalJSON()
	if err != nil {
		return nil, err
	}
	var plain any
	if err := json.Unmarshal(raw, &plain); err != nil {
		return nil, err
	}
	n := &yaml.Node{}
	return n, n.Encode(plain)
}

func (e encoder) structure(v reflect.Value) (*yaml.Node, error) {
	n := &yaml.Node{Kind: yaml.MappingNode}
	fields := slices.DeleteFunc(reflect.VisibleFields(v.Type()), func(f reflect.StructField) bool {
		return f.Anonymous || jsonName(f) == "" || isEmpty(v.FieldByIndex(f.Index))
	})
	slices.SortStableFunc(fields, func(a, b reflect.StructField) int { return place(jsonName(a)) - place(jsonName(b)) })
	for _, f := range fields {
		item, err := e.field(jsonName(f), v.FieldByIndex(f.Index))
		if err != nil {
			return nil, err
		}
		n.Content = append(n.Content, word(snake(jsonName(f))), item)
	}
	return n, nil
}

// field knows what a port's word means only by where it stands.
func (e encoder) field(name string, v reflect.Value) (*yaml.Node, error) {
	ports, ok := reflect.TypeAssert[[]spec.Port](v)
	if !ok {
		return e.value(v)
	}
	n := &yaml.Node{Kind: yaml.SequenceNode}
	for _, p := range ports {
		if text, ok := portText(p, name == "ports"); ok {
			n.Content = append(n.Content, word(text))
			continue
		}
		item, err := e.structure(reflect.ValueOf(p))
		if err != nil {
			return nil, err
		}
		n.Content = append(n.Content, item)
	}
	return n, nil
}

func isEmpty(v reflect.Value) bool {
	if v.Kind() == reflect.Map || v.Kind() == reflect.Slice {
		return v.Len() == 0
	}
	return v.IsZero()
}

func place(name string) int {
	if i := slices.Index(first, name); i >= 0 {
		return i - len(first)
	}
	return slices.Index(last, name) + 1
}
