package cli

import (
	"cmp"
	"fmt"
	"math"
	"path"
	"slices"
	"strconv"
	"strings"
	"time"

	"k8s.io/apimachinery/pkg/util/validation"

	"github.com/kubectl-rio/kubectl-rio/pkg/spec"
)

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

// An empty word is one of a file, where it says nothing; a flag that is given says something.
func host(value string) error    { return spec.CheckHost(cmp.Or(value, "none")) }
func restart(value string) error { return spec.CheckRestart(cmp.Or(value, "no")) }

func pullPolicy(value string) error {
	_, err := spec.ParsePullPolicy(value)
	return err
}

func capability(value string) error {
	_, err := spec.ParseCapability(value)
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

func count(value string) (int32, error) {
	n, err := strconv.ParseInt(value, 10, 32)
	if err != nil || n < 1 {
		return 0, fmt.Errorf("want a number, 1 or more")
	}
	return int32(n), nil
}
