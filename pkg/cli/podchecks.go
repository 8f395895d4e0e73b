package cli

import (
	"fmt"

	"github.com/kubectl-rio/kubectl-rio/pkg/spec"
)

func health(c *spec.Container) **spec.Healthcheck { return &c.Healthcheck }
func ready(c *spec.Container) **spec.Healthcheck  { return &c.Readycheck }

// checkOf is the check that a flag is about.
func checkOf(t target, which func(*spec.Container) **spec.Healthcheck) *spec.Healthcheck {
	h := which(t.c)
	if *h == nil {
		*h = &spec.Healthcheck{}
	}
	return *h
}

func checkTest(which func(*spec.Container) **spec.Healthcheck, test func(string) ([]string, error)) setter {
	return func(t target, value string) (err error) {
		h := checkOf(t, which)
		if h.Test != nil {
			return fmt.Errorf("a check has a command or a URL, not both")
		}
		h.Test, err = test(value)
		return err
	}
}

func checkNumber(which func(*spec.Container) **spec.Healthcheck, read func(string) (int32, error), field func(*spec.Healthcheck) *int32) setter {
	return func(t target, value string) (err error) {
		*field(checkOf(t, which)), err = read(value)
		return err
	}
}
