package main

import (
	"context"
	"slices"
	"time"
)

// down ends the cluster, whatever is left of it.
func (s *sandbox) down(ctx context.Context, force bool) error {
	if err := needRoot(); err != nil {
		return err
	}
	unlock, err := s.lock(ctx)
	if err != nil {
		return err
	}
	defer unlock()
	o, exists, err := s.readOwner()
	if err != nil && !force {
		return err
	}
	if exists && !force {
		if err := mayEnd(o, s.checkout); err != nil {
			return err
		}
	}
	begin := time.Now()
	if err := s.clean(ctx); err != nil {
		return err
	}
	s.say("the sandbox is down after %.1fs", time.Since(begin).Seconds())
	return nil
}

// stopDaemons ends the daemons that were recorded: who asks the API server before
// the API server, and that one before etcd; containerd after the pods.
func (s *sandbox) stopDaemons(ctx context.Context) error {
	var users []process
	last := map[string]process{}
	for _, d := range slices.Backward(s.daemons(newSettings(s.state, ""))) {
		p, ok := s.recorded(d.name)
		if !ok || !p.alive() {
			continue
		}
		switch d.name {
		case "etcd", "kube-apiserver", "containerd":
			last[d.name] = p
		default:
			users = append(users, p)
		}
	}
	if err := stop(ctx, 5*time.Second, users...); err != nil {
		return err
	}
	pods, err := s.podProcesses()
	if err != nil {
		return err
	}
	// Nothing in a pod is worth a goodbye: the cluster goes with it.
	if err := stop(ctx, 0, pods...); err != nil {
		return err
	}
	for _, name := range []string{"kube-apiserver", "containerd", "etcd"} {
		if p, ok := last[name]; ok {
			if err := stop(ctx, 5*time.Second, p); err != nil {
				return err
			}
		}
	}
	// A shim that containerd started while it ended.
	if pods, err = s.podProcesses(); err != nil {
		return err
	}
	return stop(ctx, 0, pods...)
}
