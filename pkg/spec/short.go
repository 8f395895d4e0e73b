package spec

import "maps"

// Short leaves out what goes without saying: the numbers of checks that they have when
// nothing is said of them.
func (r Revision) Short() Revision {
	r.Container = r.short()
	r.Sidekicks = maps.Clone(r.Sidekicks)
	for name, s := range r.Sidekicks {
		s.Container = s.short()
		r.Sidekicks[name] = s
	}
	return r
}

func (c Container) short() Container {
	c.Healthcheck, c.Readycheck = c.Healthcheck.short(), c.Readycheck.short()
	return c
}

func (h *Healthcheck) short() *Healthcheck {
	if h == nil {
		return nil
	}
	s := *h
	for _, n := range []struct {
		number *int32
		usual  int32
	}{{&s.IntervalSeconds, defaultInterval}, {&s.TimeoutSeconds, defaultTimeout}, {&s.HealthyThreshold, defaultHealthy}, {&s.UnhealthyThreshold, defaultUnhealthy}} {
		if *n.number == n.usual {
			*n.number = 0
		}
	}
	return &s
}
