package cli

import (
	"bufio"
	"fmt"
	"os"
	"strings"

	"k8s.io/apimachinery/pkg/util/validation"

	"github.com/kubectl-rio/kubectl-rio/pkg/spec"
)

func env(t target, value string) error {
	if _, err := spec.ParseVariable(value); err != nil {
		return err
	}
	if !strings.Contains(value, "=") {
		value += "="
	}
	t.c.Environment = append(t.c.Environment, value)
	return nil
}

// envFile reads variables as docker does: a bare name has the value that it has here, and is
// left out where it has none.
func envFile(t target, file string) error {
	return eachLine(file, func(line string) error {
		if !strings.Contains(line, "=") {
			value, set := os.LookupEnv(line)
			if !set {
				return said(validation.IsEnvVarName(line))
			}
			line += "=" + value
		}
		return env(t, line)
	})
}

func labelFile(t target, file string) error {
	return eachLine(file, func(line string) error { return label(t, line) })
}

// eachLine reads a file without its comments and empty lines.
func eachLine(file string, read func(string) error) error {
	f, err := os.Open(file)
	if err != nil {
		return err
	}
	defer func() { _ = f.Close() }()
	lines := bufio.NewScanner(f)
	for number := 1; lines.Scan(); number++ {
		line := strings.TrimSpace(lines.Text())
		if line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		if err := read(line); err != nil {
			return fmt.Errorf("line %d: %w", number, err) // without what it says, which may be a secret
		}
	}
	return lines.Err()
}

func label(t target, entry string) error {
	key, value, _ := strings.Cut(entry, "=")
	if err := spec.CheckLabel(key, value); err != nil {
		return err
	}
	t.rev.Labels = put(t.rev.Labels, key, value)
	return nil
}

func metadata(t target, entry string) error {
	key, value, _ := strings.Cut(entry, "=")
	if err := spec.CheckAnnotation(key); err != nil {
		return err
	}
	t.rev.Metadata = put(t.rev.Metadata, key, value)
	return nil
}

func put(m map[string]string, key, value string) map[string]string {
	if m == nil {
		m = map[string]string{}
	}
	m[key] = value
	return m
}
