// Command readme writes the table of a chart's values into its README, between two marks.
// Each value is told by the comment above it in values.yaml.
//
//	go run ./test/readme charts/rio
package main

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"go.yaml.in/yaml/v3"
)

func main() {
	if err := run(os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "error:", err)
		os.Exit(1)
	}
}

func run(args []string) error {
	if len(args) != 1 {
		return errors.New("usage: go run ./test/readme CHART")
	}
	values, err := os.ReadFile(filepath.Join(args[0], "values.yaml"))
	if err != nil {
		return err
	}
	path := filepath.Join(args[0], "README.md")
	readme, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	next, err := write(readme, values)
	if err != nil || bytes.Equal(next, readme) {
		return err
	}
	return os.WriteFile(path, next, 0o644)
}

const (
	begin = "<!-- values: go generate ./charts -->\n"
	end   = "<!-- end of values -->\n"
)

// write gives a README with the table of values in its place.
func write(readme, values []byte) ([]byte, error) {
	before, rest, ok := bytes.Cut(readme, []byte(begin))
	_, after, closed := bytes.Cut(rest, []byte(end))
	if !ok || !closed {
		return nil, fmt.Errorf("the README has no place for the values: want the lines %q and %q", strings.TrimSpace(begin), strings.TrimSpace(end))
	}
	var document yaml.Node
	if err := yaml.Unmarshal(values, &document); err != nil {
		return nil, err
	}
	if len(document.Content) != 1 {
		return nil, errors.New("values.yaml holds no values")
	}
	rows, err := table("", document.Content[0])
	if err != nil {
		return nil, err
	}
	text := "| value | default | |\n|---|---|---|\n" + strings.Join(rows, "")
	return bytes.Join([][]byte{before, []byte(begin), []byte(text), []byte(end), after}, nil), nil
}

// table has a row for each value that has a comment; what has none holds such values.
func table(path string, mapping *yaml.Node) ([]string, error) {
	var rows []string
	for i := 0; i+1 < len(mapping.Content); i += 2 {
		key, value := mapping.Content[i], mapping.Content[i+1]
		name := strings.TrimPrefix(path+"."+key.Value, ".")
		if comment := told(key); comment != "" {
			shown, err := flow(value)
			if err != nil {
				return nil, fmt.Errorf("value %q: %w", name, err)
			}
			rows = append(rows, fmt.Sprintf("| `%s` | `%s` | %s |\n", name, shown, comment))
			continue
		}
		if value.Kind != yaml.MappingNode || len(value.Content) == 0 {
			return nil, fmt.Errorf("line %d: value %q has no comment; write one above it: it is what the README says of it", key.Line, name)
		}
		more, err := table(name, value)
		if err != nil {
			return nil, err
		}
		rows = append(rows, more...)
	}
	return rows, nil
}

// told is a comment as one line.
func told(n *yaml.Node) string {
	var words []string
	for line := range strings.Lines(n.HeadComment) {
		words = append(words, strings.TrimSpace(strings.TrimPrefix(line, "#")))
	}
	return strings.ReplaceAll(strings.Join(words, " "), "|", `\|`)
}

// flow writes a value on one line.
func flow(n *yaml.Node) (string, error) {
	inline := *n
	inline.Style = yaml.FlowStyle
	if n.Kind == yaml.ScalarNode {
		inline.Style = n.Style
	}
	var out bytes.Buffer
	encoder := yaml.NewEncoder(&out)
	if err := encoder.Encode(&inline); err != nil {
		return "", err
	}
	return strings.TrimSpace(out.String()), encoder.Close()
}
