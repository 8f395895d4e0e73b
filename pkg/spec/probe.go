package spec

import (
	"cmp"
	"fmt"
	"slices"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/equality"
	"k8s.io/apimachinery/pkg/util/intstr"

	"github.com/kubectl-rio/kubectl-rio/pkg/rio"
)

// probe is a check as Kubernetes has it; nil is one that asks nothing.
func (h Healthcheck) probe() (*corev1.Probe, error) {
	handler, err := parseTest(h.Test)
	if handler == nil || err != nil {
		return nil, err
	}
	for _, n := range []int32{h.IntervalSeconds, h.TimeoutSeconds, h.InitialDelaySeconds, h.HealthyThreshold, h.UnhealthyThreshold} {
		if n < 0 {
			return nil, fmt.Errorf("invalid check: %d is below 0", n)
		}
	}
	return &corev1.Probe{
		ProbeHandler: *handler, PeriodSeconds: cmp.Or(h.IntervalSeconds, defaultInterval), TimeoutSeconds: cmp.Or(h.TimeoutSeconds, defaultTimeout),
		InitialDelaySeconds: h.InitialDelaySeconds, SuccessThreshold: cmp.Or(h.HealthyThreshold, defaultHealthy), FailureThreshold: cmp.Or(h.UnhealthyThreshold, defaultUnhealthy),
	}, nil
}

// Check refuses what cannot be asked. One without a test may have it from latest, and one that
// asks nothing may say the rest as it likes.
func (h Healthcheck) Check() error {
	if len(h.Test) == 0 {
		h.Test = []string{testCmd, "true"}
	}
	_, err := h.probe()
	return err
}

// missing refuses a check of which only the rest is given; flag and key are how it is said what to ask.
func (h *Healthcheck) missing(flag, key string) error {
	if h == nil || len(h.Test) > 0 {
		return nil
	}
	return fmt.Errorf("a %s check needs what to ask: --%s-cmd or --%s-url, or test of %s in a file; %s", flag, flag, flag, key, testForms)
}

// asks reports whether there is anything to ask: nil and NONE ask nothing.
func (h *Healthcheck) asks() bool {
	return h != nil && !slices.Equal(h.Test, []string{testNone})
}

func checkFrom(p *corev1.Probe, ports []corev1.ContainerPort) *Healthcheck {
	return &Healthcheck{
		Test: testText(numbered(p.ProbeHandler, ports)), IntervalSeconds: cmp.Or(p.PeriodSeconds, 10), TimeoutSeconds: cmp.Or(p.TimeoutSeconds, 1),
		InitialDelaySeconds: p.InitialDelaySeconds, HealthyThreshold: cmp.Or(p.SuccessThreshold, 1), UnhealthyThreshold: cmp.Or(p.FailureThreshold, 3),
	}
}

// numbered is a check with the number of the port that it may name.
func numbered(h corev1.ProbeHandler, ports []corev1.ContainerPort) corev1.ProbeHandler {
	h = *h.DeepCopy()
	number := func(asked *intstr.IntOrString) {
		i := slices.IndexFunc(ports, func(cp corev1.ContainerPort) bool { return asked.Type == intstr.String && cp.Name == asked.StrVal })
		if i >= 0 {
			*asked = intstr.FromInt32(ports[i].ContainerPort)
		}
	}
	if h.HTTPGet != nil {
		number(&h.HTTPGet.Port)
	}
	if h.TCPSocket != nil {
		number(&h.TCPSocket.Port)
	}
	return h
}

// portProbe is what a container with ports is asked where nobody says anything: whether it
// takes connections, on the port of HTTP that is the lowest, else on the lowest. Without it
// Kubernetes sends requests to a program that has not begun to listen. It is nil where there
// is no such port.
func portProbe(k corev1.Container) *corev1.Probe {
	var asked *corev1.ContainerPort
	http := false
	for i, cp := range k.Ports {
		p, ours := rio.ParsePortName(cp.Name)
		if !ours || p.Transport() != corev1.ProtocolTCP {
			continue
		}
		if asked == nil || p.HTTP() && !http || p.HTTP() == http && cp.ContainerPort < asked.ContainerPort {
			asked, http = &k.Ports[i], p.HTTP()
		}
	}
	if asked == nil {
		return nil
	}
	return &corev1.Probe{
		ProbeHandler:  corev1.ProbeHandler{TCPSocket: &corev1.TCPSocketAction{Port: intstr.FromInt32(asked.ContainerPort)}},
		PeriodSeconds: portInterval, TimeoutSeconds: defaultTimeout, SuccessThreshold: 1, FailureThreshold: defaultUnhealthy,
	}
}

// overlayChecks writes the checks over those that there were: one that nothing is said of stays as
// it is, what is not said of a check stays, and what is asked of a port follows the ports. Kubernetes counts a single success of a
// liveness probe, so the number of them is the readiness probe's, which is the health check too
// where no ready check is given.
func (c Container) overlayChecks(k *corev1.Container, have Container) error {
	if c.Healthcheck == nil && c.Readycheck == nil {
		if have.Healthcheck == nil && have.Readycheck == nil {
			k.ReadinessProbe = portProbe(*k)
		}
		return nil
	}
	health, ready := merge(have.Healthcheck, c.Healthcheck), merge(have.Readycheck, c.Readycheck)
	if ready != nil && c.Healthcheck != nil && c.Healthcheck.HealthyThreshold > 1 {
		return fmt.Errorf("invalid health check with %d successes (--health-retries): one makes a container healthy in Kubernetes, and how many make it ready is the ready check's to say (--ready-retries); leave it out, or write it there", c.Healthcheck.HealthyThreshold)
	}
	if err := cmp.Or(health.missing("health", "healthcheck"), ready.missing("ready", "readycheck")); err != nil {
		return err
	}
	if ready == nil {
		ready = health
	}
	var err error
	if c.Healthcheck != nil {
		if k.LivenessProbe, err = health.probe(); err != nil {
			return err
		}
		if k.LivenessProbe != nil {
			k.LivenessProbe.SuccessThreshold = 1
		}
	}
	if c.Readycheck != nil || have.Readycheck == nil {
		k.ReadinessProbe, err = ready.probe()
	}
	return err
}

func merge(have, set *Healthcheck) *Healthcheck {
	if have == nil || set == nil {
		return cmp.Or(set, have)
	}
	test := set.Test
	if test == nil {
		test = have.Test
	}
	return &Healthcheck{
		Test: test, IntervalSeconds: cmp.Or(set.IntervalSeconds, have.IntervalSeconds), TimeoutSeconds: cmp.Or(set.TimeoutSeconds, have.TimeoutSeconds),
		InitialDelaySeconds: cmp.Or(set.InitialDelaySeconds, have.InitialDelaySeconds),
		HealthyThreshold:    cmp.Or(set.HealthyThreshold, have.HealthyThreshold), UnhealthyThreshold: cmp.Or(set.UnhealthyThreshold, have.UnhealthyThreshold),
	}
}

func (c *Container) checksFrom(k corev1.Container) {
	live, ready := k.LivenessProbe, k.ReadinessProbe
	if live != nil {
		c.Healthcheck = checkFrom(live, k.Ports)
	}
	usual := portProbe(k)
	switch {
	case ready == nil && (live != nil || usual != nil):
		c.Readycheck = &Healthcheck{Test: []string{testNone}}
	case ready == nil, live == nil && equality.Semantic.DeepEqual(usual, ready):
	case live != nil && sameCheck(*live, *ready):
		c.Healthcheck.HealthyThreshold = ready.SuccessThreshold
	default:
		c.Readycheck = checkFrom(ready, k.Ports)
	}
}

func sameCheck(live, ready corev1.Probe) bool {
	live.SuccessThreshold = ready.SuccessThreshold
	return equality.Semantic.DeepEqual(live, ready)
}
