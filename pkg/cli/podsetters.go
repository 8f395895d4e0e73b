package cli

import (
	"fmt"
	"math"
	"path"
	"slices"
	"strconv"
	"strings"
	"time"

	units "github.com/docker/go-units"
	"k8s.io/apimachinery/pkg/api/resource"
	"k8s.io/apimachinery/pkg/util/validation"

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
		if check == nil {
			return nil
		}
		return check(value)
	}
}

func flip(field func(target) **bool) setter {
	return func(t target, value string) error {
		*field(t) = new(value == "true")
		return nil
	}
}

func oneOf(words ...string) func(string) error {
	return func(value string) error {
		if !slices.Contains(words, value) {
			return fmt.Errorf("want %s", strings.Join(words, " or "))
		}
		return nil
	}
}

func notEmpty(value string) error {
	if value == "" {
		return fmt.Errorf("it is empty")
	}
	return nil
}

func absolute(value string) error {
	if !path.IsAbs(value) {
		return fmt.Errorf("want a path from the root, for example /srv")
	}
	return nil
}

func pullPolicy(value string) error {
	_, err := spec.ParsePullPolicy(value)
	return err
}

func user(value string) error {
	_, _, err := spec.ParseUser(value)
	return err
}

func capability(value string) error {
	if value == "" || strings.Trim(strings.ToUpper(value), "ABCDEFGHIJKLMNOPQRSTUVWXYZ_0123456789") != "" {
		return fmt.Errorf("want the name of a Linux capability, for example NET_ADMIN, or ALL")
	}
	return nil
}

func extraHost(value string) error {
	_, _, err := spec.ParseExtraHost(value)
	return err
}

// said is the first of the errors that validation gives.
func said(errs []string) error {
	if len(errs) > 0 {
		return fmt.Errorf("%s", errs[0])
	}
	return nil
}

func hostname(value string) error   { return said(validation.IsDNS1123Label(value)) }
func objectName(value string) error { return said(validation.IsDNS1123Subdomain(value)) }

func domain(value string) error {
	return said(validation.IsDNS1123Subdomain(strings.TrimSuffix(value, ".")))
}

func publish(t target, value string) error {
	p, err := spec.ParsePort(value, true)
	t.c.Ports = append(t.c.Ports, p)
	return usageError(err)
}

func expose(t target, value string) error {
	p, err := spec.ParsePort(value, false)
	t.c.Expose = append(t.c.Expose, p)
	return usageError(err)
}

func cpus(t target, value string) error {
	q, err := resource.ParseQuantity(value)
	if err != nil || q.Sign() < 0 || q.CmpInt64(math.MaxInt32) > 0 {
		return fmt.Errorf("want a number of CPUs, for example 0.5 or 250m")
	}
	t.c.NanoCPUs = new(q.ScaledValue(resource.Nano))
	return nil
}

func memory(field func(target) **int64) setter {
	return func(t target, value string) error {
		bytes, err := units.RAMInBytes(value)
		if err != nil || bytes < 0 {
			return fmt.Errorf("want bytes or a number with b, k, m or g, for example 512m")
		}
		*field(t) = &bytes
		return nil
	}
}

// seconds reads a time in whole seconds, which is how Kubernetes counts; a number alone is seconds.
func seconds(value string) (int32, error) {
	d, err := time.ParseDuration(value)
	if n, plain := strconv.Atoi(value); plain == nil {
		d, err = time.Duration(n)*time.Second, nil
	}
	if err != nil || d < time.Second || d%time.Second != 0 || d > math.MaxInt32*time.Second {
		return 0, fmt.Errorf("want whole seconds, 1 or more, for example 10s")
	}
	return int32(d / time.Second), nil
}

func stopTimeout(t target, value string) error {
	n, err := seconds(value)
	t.rev.StopGracePeriod = new(int64(n))
	return err
}

func count(value string) (int32, error) {
	n, err := strconv.ParseInt(value, 10, 32)
	if err != nil || n < 1 {
		return 0, fmt.Errorf("want a number, 1 or more")
	}
	return int32(n), nil
}

func batchSize(t target, value string) (err error) {
	t.rev.BatchSize, err = count(value)
	return err
}

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

func checkTime(which func(*spec.Container) **spec.Healthcheck, field func(*spec.Healthcheck) *int32) setter {
	return func(t target, value string) (err error) {
		*field(checkOf(t, which)), err = seconds(value)
		return err
	}
}

func checkCount(which func(*spec.Container) **spec.Healthcheck, field func(*spec.Healthcheck) *int32) setter {
	return func(t target, value string) (err error) {
		*field(checkOf(t, which)), err = count(value)
		return err
	}
}

func scheduling(t target) *spec.Scheduling {
	if t.rev.Scheduling == nil {
		t.rev.Scheduling = &spec.Scheduling{}
	}
	return t.rev.Scheduling
}

func nodes(t target) *spec.Node {
	s := scheduling(t)
	if s.Node == nil {
		s.Node = &spec.Node{}
	}
	return s.Node
}

func node(t target, value string) error {
	nodes(t).NodeName = value
	return objectName(value)
}

func scheduler(t target, value string) error {
	scheduling(t).Scheduler = value
	return objectName(value)
}

func nodeRules(field func(*spec.Node) *[]string) setter {
	return func(t target, value string) error {
		to := field(nodes(t))
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
		to := field(t.rev)
		*to = append(*to, p)
		return usageError(err)
	}
}
