package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"syscall"
	"time"
)

// start makes a new cluster: configuration, daemons in the order of their table,
// images meanwhile, and CoreDNS.
func (s *sandbox) start(ctx context.Context) error {
	nodeIP, err := nodeAddress(ctx)
	if err != nil {
		return err
	}
	c := newSettings(s.state, nodeIP)
	c.CgroupRoot = s.cgroup
	for _, d := range s.daemons(c) {
		if err := portsFree(ctx, d); err != nil {
			return err
		}
	}
	if listener, err := (&net.ListenConfig{}).Listen(ctx, "tcp", ":80"); err == nil {
		listener.Close()
	} else {
		s.say("note: a program has port 80; while a gateway with that hostPort runs, requests to it reach the gateway instead")
	}
	if err := writeConfig(c, time.Now()); err != nil {
		return err
	}
	if err := s.link(); err != nil {
		return err
	}
	if err := s.writeOwner(nodeIP); err != nil {
		return err
	}
	if err := s.startDaemons(ctx, c); err != nil {
		return err
	}
	if err := s.until(ctx, "CoreDNS objects", func(ctx context.Context) error {
		return s.kubectl(ctx, "apply", "--server-side", "-f", s.in("coredns.yaml"))
	}); err != nil {
		return err
	}
	if err := s.until(ctx, "node", func(ctx context.Context) error {
		return s.kubectl(ctx, "wait", "--for=condition=Ready", "node/"+c.Node, "--timeout=20s")
	}); err != nil {
		return err
	}
	return s.until(ctx, "CoreDNS", func(ctx context.Context) error {
		return s.kubectl(ctx, "-n", "kube-system", "rollout", "status", "deployment/coredns", "--timeout=20s")
	})
}

// startDaemons starts those that need no API server, then, when it answers, its
// clients. Images are pulled while it starts.
func (s *sandbox) startDaemons(ctx context.Context, c settings) error {
	client, err := newAPI(s.state)
	if err != nil {
		return err
	}
	pulling, stopPulling := context.WithCancel(ctx)
	defer stopPulling()
	images := make(chan error, 1)
	for _, d := range s.daemons(c) {
		if err := s.startDaemon(d); err != nil {
			return err
		}
		switch d.name {
		case "containerd":
			go func() { images <- s.loadImages(pulling) }()
		case "kube-apiserver":
			if err := s.until(ctx, "API server", client.ready); err != nil {
				return err
			}
		}
	}
	begin := time.Now()
	if err := <-images; err != nil {
		return err
	}
	s.sayReady("images", begin)
	return nil
}

// link puts what users of the cluster need at places that do not change with
// versions, and this program where go run does not remove it.
func (s *sandbox) link() error {
	for _, dir := range []string{"bin", "images"} {
		if err := os.MkdirAll(s.in(dir), 0o755); err != nil {
			return err
		}
	}
	for _, name := range []string{"kubectl", "istioctl", "networkpolicy"} {
		if err := os.Symlink(s.plan.file(name, name), s.in("bin", name)); err != nil {
			return err
		}
	}
	if err := os.Symlink(s.plan.dirs["istio-charts"], s.in("istio-charts")); err != nil {
		return err
	}
	for _, part := range imageParts {
		if err := os.Symlink(s.plan.dirs[part], s.in("images", part)); err != nil {
			return err
		}
	}
	in, err := os.Open("/proc/self/exe")
	if err != nil {
		return err
	}
	defer in.Close()
	out, err := os.OpenFile(s.in("bin", "sandbox"), os.O_CREATE|os.O_WRONLY, 0o755)
	if err != nil {
		return err
	}
	defer out.Close()
	_, err = io.Copy(out, in)
	return errors.Join(err, out.Close())
}

// startDaemon starts d in a session of its own, so that no terminal's signal
// reaches it, and records it.
func (s *sandbox) startDaemon(d daemon) error {
	log, err := os.OpenFile(s.in("log", d.name+".log"), os.O_CREATE|os.O_WRONLY|os.O_APPEND, 0o600)
	if err != nil {
		return err
	}
	defer log.Close()
	cmd := exec.Command(d.argv[0], d.argv[1:]...) //nolint:noctx // it is to outlive this command
	cmd.Env = append(slices.Clone(daemonEnv), "HOME="+s.state)
	cmd.Dir = s.state
	cmd.Stdout, cmd.Stderr = log, log
	cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true}
	if err := cmd.Start(); err != nil {
		return fmt.Errorf("start %s: %w", d.name, err)
	}
	p, err := identify(cmd.Process.Pid)
	go func() { _ = cmd.Wait() }() // should it end while this command runs, it is no zombie
	if err != nil {
		return fmt.Errorf("start %s: it ended at once; see %s", d.name, log.Name())
	}
	return os.WriteFile(s.in("run", d.name+".pid"), []byte(p.String()), 0o600)
}

// recorded gives the daemon's process as it was started; false when none was.
func (s *sandbox) recorded(name string) (process, bool) {
	record, err := os.ReadFile(s.in("run", name+".pid"))
	if err != nil {
		return process{}, false
	}
	p, err := parseProcess(string(record))
	return p, err == nil
}

func portsFree(ctx context.Context, d daemon) error {
	for _, port := range d.ports {
		listener, err := (&net.ListenConfig{}).Listen(ctx, "tcp", fmt.Sprintf("127.0.0.1:%d", port))
		if err != nil {
			return fmt.Errorf("%s needs port %d: %w; who has it: ss -ltnp 'sport = :%d'", d.name, port, err, port)
		}
		listener.Close()
	}
	return nil
}

// containerdSocket is where this sandbox's own containerd listens.
func (s *sandbox) containerdSocket() string { return filepath.Join(s.state, "containerd.sock") }
