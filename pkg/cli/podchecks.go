package cli

import (
	"fmt"
	"slices"

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

// checkIdle refuses what is said of a check that asks nothing. A file may: docker-compose's do, to
// take an image's check away.
func (p *podFlags) checkIdle(c *spec.Container) error {
	for _, of := range []struct {
		url   string
		check *spec.Healthcheck
		flags []string
	}{
		{"health-url", c.Healthcheck, []string{"health-interval", "health-timeout", "health-start-period", "health-retries", "unhealthy-retries"}},
		{"ready-url", c.Readycheck, []string{"ready-interval", "ready-timeout", "ready-start-period", "ready-retries", "unready-retries"}},
	} {
		if of.check == nil || !slices.Equal(of.check.Test, []string{"NONE"}) {
			continue
		}
		for _, flag := range of.flags {
			if v := p.values[flag]; v != nil && len(v.given) > 0 {
				return usagef("--%s %q is of a check, and --%s NONE asks nothing; leave out one of the two", flag, v.given[len(v.given)-1], of.url)
			}
		}
	}
	return nil
}
