package cli

import (
	"fmt"

	"github.com/kubectl-rio/kubectl-rio/pkg/rio"
	"github.com/kubectl-rio/kubectl-rio/pkg/spec"
)

// setter is what one value of a flag does. Its error is the rule; flag and value are said before it.
type setter = func(target, string) error

func text(field func(target) *string, check func(string) error) setter {
	return func(t target, value string) error {
		*field(t) = value
		return check(value)
	}
}

func words(field func(target) *[]string, check func(string) error) setter {
	return func(t target, value string) error {
		to := field(t)
		*to = append(*to, value)
		return check(value)
	}
}

func entrypoint(t target, word string) error {
	t.c.Entrypoint = append(t.c.Entrypoint, word)
	return spec.CheckEntrypoint(t.c.Entrypoint)
}

func flip(field func(target) **bool) setter {
	return func(t target, value string) error {
		*field(t) = new(value == "true")
		return nil
	}
}

// parsed adds what a value says to a list of the container.
func parsed[T any](parse func(string) (T, error), field func(*spec.Container) *[]T) setter {
	return func(t target, value string) error {
		v, err := parse(value)
		if err != nil {
			return err
		}
		to := field(t.c)
		*to = append(*to, v)
		return nil
	}
}

func published(value string) (spec.Port, error) {
	p, err := spec.ParsePort(value, true)
	return p, usageError(err)
}

func exposed(value string) (spec.Port, error) {
	p, err := spec.ParsePort(value, false)
	return p, usageError(err)
}

func cpus(t target, value string) error {
	n, err := spec.ParseCPUs(value)
	t.c.NanoCPUs = &n
	return err
}

func memory(field func(target) **int64) setter {
	return func(t target, value string) error {
		n, err := spec.ParseBytes(value)
		*field(t) = &n
		return err
	}
}

func stopTimeout(t target, value string) error {
	n, err := seconds(value)
	t.rev.StopGracePeriod = new(int64(n))
	return err
}

func batchSize(t target, value string) (err error) {
	t.rev.BatchSize, err = count(value)
	return err
}

func node(t target, value string) error {
	t.rev.Nodes().NodeName = value
	return objectName(value)
}

func scheduler(t target, value string) error {
	t.rev.Scheduled().Scheduler = value
	return objectName(value)
}

func nodeRules(field func(*spec.Node) *[]string) setter {
	return func(t target, value string) error {
		to := field(t.rev.Nodes())
		*to = append(*to, value)
		_, err := spec.ParseNodeExpression(value)
		return err
	}
}

func permission(field func(*spec.Revision) *[]rio.Permission, global bool) setter {
	return func(t target, value string) error {
		p, err := rio.ParsePermission(value)
		if err == nil && p.URL != "" && !global {
			return fmt.Errorf("a URL is the whole cluster's; use --global-permission")
		}
		if err == nil {
			err = p.Check()
		}
		to := field(t.rev)
		*to = append(*to, p)
		return usageError(err)
	}
}
