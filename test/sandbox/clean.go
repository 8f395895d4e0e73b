package main

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

// clean takes away every process, mount, link, packet rule and file of a cluster.
// It goes by what it finds, not by what was once started, so it serves after a
// good run, a crash and a reboot alike.
func (s *sandbox) clean(ctx context.Context) error {
	if err := s.stopDaemons(ctx); err != nil {
		return err
	}
	if err := removeShimSockets("/run/containerd/s"); err != nil {
		return err
	}
	if err := unmountBelow(s.state); err != nil {
		return err
	}
	if err := removeVeths(ctx, newSettings(s.state, "").PodNet); err != nil {
		return err
	}
	if err := removeRules(ctx); err != nil {
		return err
	}
	removeCgroups(filepath.Join(s.cgroup, "kubepods"))
	if err := removePodLogLinks("/var/log/containers", s.state); err != nil {
		return err
	}
	return os.RemoveAll(s.state)
}

// removeShimSockets removes the sockets that killed shims leave outside of the
// state folder: those that no process has open, whoever's they were.
func removeShimSockets(dir string) error {
	open, err := os.ReadFile("/proc/net/unix")
	if err != nil {
		return err
	}
	sockets, err := filepath.Glob(filepath.Join(dir, "*"))
	for _, socket := range sockets {
		if !strings.Contains(string(open), socket) {
			err = errors.Join(err, os.Remove(socket))
		}
	}
	return err
}

// removePodLogLinks removes the links that kubelet makes outside of its folder.
func removePodLogLinks(dir, state string) error {
	entries, err := os.ReadDir(dir)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	for _, entry := range entries {
		link := filepath.Join(dir, entry.Name())
		if target, err := os.Readlink(link); err == nil && strings.HasPrefix(target, state+"/") {
			if err := os.Remove(link); err != nil {
				return err
			}
		}
	}
	return err
}
