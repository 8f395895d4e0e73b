package spec

import (
	"errors"
	"math"

	units "github.com/docker/go-units"
	"k8s.io/apimachinery/pkg/api/resource"
)

// ParseBytes reads a number of bytes, which may have a unit, as 512m.
func ParseBytes(s string) (int64, error) {
	n, err := units.RAMInBytes(s)
	if err != nil || n < 0 {
		return 0, errors.New("want bytes or a number with b, k, m or g, for example 512m")
	}
	return n, nil
}

// ParseCPUs reads a number of CPUs, as 0.5 or 250m, in billionths of one.
func ParseCPUs(s string) (int64, error) {
	q, err := resource.ParseQuantity(s)
	if err != nil || q.Sign() < 0 || q.CmpInt64(math.MaxInt32) > 0 { // of more there are too many billionths
		return 0, errors.New("want a number of CPUs, for example 0.5 or 250m")
	}
	return q.ScaledValue(resource.Nano), nil
}
