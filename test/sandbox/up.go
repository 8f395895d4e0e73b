package main

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"time"
)

// up builds what is missing and starts a new, empty cluster. One that runs is
// left alone; what a crash left of an earlier one is cleared away first.
func (s *sandbox) up(ctx context.Context) error {
	if err := needRoot(); err != nil {
		return err
	}
	unlock, err := s.lock(ctx)
	if err != nil {
		return err
	}
	defer unlock()
	o, exists, err := s.readOwner()
	if err != nil {
		return err
	}
	if exists && s.allAlive() == nil {
		// One that is slow to answer is somebody's cluster all the same.
		if err := s.healthy(ctx); err != nil {
			return fmt.Errorf("the sandbox runs, but does not answer; wait, or restart it: make sandbox-down sandbox-up: %w", err)
		}
		notice, err := mayUse(o, s.checkout, s.plan.key)
		if err != nil {
			return err
		}
		s.say("%s", notice)
		return s.printUse()
	}
	if exists && s.anyDaemonAlive() {
		if err := mayEnd(o, s.checkout); err != nil {
			return err
		}
	}
	begin := time.Now()
	if err := s.build(ctx); err != nil {
		return err
	}
	if exists {
		s.say("clearing away what is left of the last one")
	}
	if err := s.clean(ctx); err != nil {
		return err
	}
	if err := s.start(ctx); err != nil {
		return fmt.Errorf("%w\nlogs: %s; the next up begins anew", err, s.in("log"))
	}
	s.say("the sandbox is up after %.0fs", time.Since(begin).Seconds())
	return s.printUse()
}

// lock lets one up or down at a time work on the machine's sandbox.
func (s *sandbox) lock(ctx context.Context) (func(), error) {
	return lock(ctx, s.state+".lock", func() { s.say("another up or down is under way; waiting for it") })
}

// until repeats check until it succeeds, at most 90 s and while all daemons live.
func (s *sandbox) until(ctx context.Context, what string, check func(context.Context) error) error {
	begin := time.Now()
	for {
		try, cancel := context.WithTimeout(ctx, 30*time.Second)
		err := check(try)
		cancel()
		if err == nil {
			s.sayReady(what, begin)
			return nil
		}
		if died := s.died(); died != nil {
			return died
		}
		if time.Since(begin) > 90*time.Second {
			return fmt.Errorf("%s is not ready after 90s: %w", what, err)
		}
		if err := pause(ctx, 100*time.Millisecond); err != nil {
			return err
		}
	}
}

func (s *sandbox) sayReady(what string, begin time.Time) {
	s.say("  %-16s ready %6.1fs", what, time.Since(begin).Seconds())
}

// died names a daemon that was started and runs no more, with its last words.
func (s *sandbox) died() error {
	for _, d := range s.daemons(newSettings(s.state, "")) {
		if p, ok := s.recorded(d.name); ok && !p.alive() {
			log, _ := os.ReadFile(s.in("log", d.name+".log"))
			return fmt.Errorf("%s has ended: %s", d.name, lastLines(string(log), 5))
		}
	}
	return nil
}

func (s *sandbox) kubectl(ctx context.Context, args ...string) error {
	cmd := exec.CommandContext(ctx, s.plan.file("kubectl", "kubectl"), append([]string{"--kubeconfig", s.in("kubeconfig")}, args...)...)
	_, err := output(cmd)
	return err
}
