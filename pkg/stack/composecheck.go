package stack

import (
	"cmp"
	"reflect"
	"time"

	"go.yaml.in/yaml/v3"

	"github.com/kubectl-rio/kubectl-rio/pkg/spec"
)

// How docker asks where a file does not say it, in seconds:
// https://docs.docker.com/reference/dockerfile/#healthcheck
const (
	dockerInterval      = 30
	dockerTimeout       = 30
	dockerStartInterval = 5 // during the start period
)

// readStartInterval keeps how often a check is asked during its start period.
func readStartInterval(d *decoder, n *yaml.Node, path string, v reflect.Value) {
	if !d.compose() {
		d.fail(n, path, "Kubernetes asks at the one interval; give it by a readycheck")
		return
	}
	seconds, err := durationIn(time.Second)(n.Value)
	if err != nil {
		d.fail(n, path, "%v", err)
		return
	}
	d.starts[v.Addr().Interface().(*spec.Healthcheck)] = int32(seconds)
}

// askAsDocker gives the health check of a service the numbers that it has in docker. There failures
// of the start period do not count, and its first success ends it. So Kubernetes, which kills what
// fails, asks only after that period whether it lives; but from the beginning whether it is ready.
func askAsDocker(s *Service, startInterval int32) {
	h := s.Healthcheck
	if h == nil || len(h.Test) == 0 || h.Test[0] == "NONE" {
		return
	}
	h.IntervalSeconds, h.TimeoutSeconds = cmp.Or(h.IntervalSeconds, dockerInterval), cmp.Or(h.TimeoutSeconds, dockerTimeout)
	if s.Readycheck != nil {
		return
	}
	h.HealthyThreshold = cmp.Or(h.HealthyThreshold, 1)
	if h.InitialDelaySeconds == 0 {
		return
	}
	ready := *h
	ready.InitialDelaySeconds = 0
	ready.IntervalSeconds = min(ready.IntervalSeconds, cmp.Or(startInterval, dockerStartInterval))
	h.HealthyThreshold, s.Readycheck = 0, &ready
}
