package stack

import (
	"fmt"
	"reflect"
	"strconv"
	"strings"
	"time"

	"go.yaml.in/yaml/v3"

	"github.com/kubectl-rio/kubectl-rio/pkg/spec"
)

// unit reads a number that may carry a unit.
type unit func(string) (int64, error)

// unitOf finds the unit of a field in its name; nil when it counts nothing.
func unitOf(name string) unit {
	switch {
	case name == "nanoCpus":
		return plain
	case strings.HasSuffix(name, "Bytes"):
		return bytesOf
	case strings.HasSuffix(name, "Seconds"), name == "stopGracePeriod":
		return durationIn(time.Second)
	case strings.HasSuffix(name, "Millis"):
		return durationIn(time.Millisecond)
	}
	return nil
}

func plain(s string) (int64, error) {
	n, err := strconv.ParseInt(s, 0, 64)
	if err != nil || n < 0 {
		return 0, fmt.Errorf("%q is not a number", s)
	}
	return n, nil
}

func bytesOf(s string) (int64, error) {
	n, err := spec.ParseBytes(s)
	if err != nil {
		return 0, fmt.Errorf("%q is no amount of memory: %w", s, err)
	}
	return n, nil
}

// durationIn reads a duration as 1m30s, or a bare number of the unit.
func durationIn(u time.Duration) unit {
	return func(s string) (int64, error) {
		if n, err := strconv.ParseInt(s, 10, 32); err == nil && n >= 0 {
			return n, nil
		}
		d, err := time.ParseDuration(s)
		switch {
		case err != nil || d < 0:
			return 0, fmt.Errorf("%q is no duration, want for example 10s or 1m30s", s)
		case d%u != 0:
			return 0, fmt.Errorf("%q is too fine: want whole %s", s, map[time.Duration]string{time.Second: "seconds", time.Millisecond: "milliseconds"}[u])
		}
		return int64(d / u), nil
	}
}

// spanOf is a time that is written with its unit: the field in milliseconds has a key of its own.
func spanOf(field string) key {
	return key{field: field, read: func(d *decoder, n *yaml.Node, path string, v reflect.Value) {
		f, ok := fieldByName(v, field)
		if !ok {
			d.fail(n, path, "the key is not known here")
			return
		}
		if count, err := strconv.Atoi(n.Value); err == nil && count > 0 {
			d.fail(n, path, "%q has no unit; write %ss, or %s: %s", n.Value, n.Value, field, n.Value)
			return
		}
		before := len(d.problems)
		if d.named(n, path, field, f); len(d.problems) == before && f.IsZero() {
			d.fail(n, path, "%q is no time; want 1ms or more, for example 2s, or take the key out", n.Value)
		}
	}}
}

func nanoCPUs(s string) (int64, error) {
	n, err := spec.ParseCPUs(s)
	if err != nil {
		return 0, fmt.Errorf("%q cannot be: %w", s, err)
	}
	return n, nil
}
