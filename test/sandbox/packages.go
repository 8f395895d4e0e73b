package main

import (
	"context"
	"os"
	"os/exec"
	"strings"
)

// packages are Debian's, with a file that shows that each is there.
var packages = []struct{ name, file string }{
	{"containerd", "/usr/bin/containerd"},
	{"runc", "/usr/sbin/runc"},
	{"containernetworking-plugins", "/usr/lib/cni/ptp"},
	{"iptables", "/usr/sbin/xtables-nft-multi"},
	{"ipset", "/usr/sbin/ipset"},
	{"nftables", "/usr/sbin/nft"},
	{"conntrack", "/usr/sbin/conntrack"},
	{"iproute2", "/usr/sbin/ip"},
	{"mmdebstrap", "/usr/bin/mmdebstrap"},
	{"ca-certificates", "/etc/ssl/certs/ca-certificates.crt"},
}

// installPackages installs what is missing. A fresh containerd package may start
// its own daemon: that one is stopped again, for the sandbox runs its own.
func (s *sandbox) installPackages(ctx context.Context) error {
	var missing []string
	for _, p := range packages {
		if _, err := os.Stat(p.file); err != nil {
			missing = append(missing, p.name)
		}
	}
	if exec.CommandContext(ctx, "python3", "-m", "pip", "--version").Run() != nil {
		missing = append(missing, "python3-pip")
	}
	if len(missing) == 0 {
		return nil
	}
	if err := needRoot(); err != nil {
		return err
	}
	s.say("installing Debian packages: %s", strings.Join(missing, " "))
	if err := apt(ctx, append([]string{"install", "-y", "--no-install-recommends"}, missing...)...); err != nil {
		// Package lists that are missing or old: fetch them, once.
		if err := apt(ctx, "update"); err != nil {
			return err
		}
		if err := apt(ctx, append([]string{"install", "-y", "--no-install-recommends"}, missing...)...); err != nil {
			return err
		}
	}
	_, err := os.Stat("/run/systemd/system")
	if err == nil && missing[0] == "containerd" {
		_, err := output(exec.CommandContext(ctx, "systemctl", "disable", "--now", "containerd"))
		return err
	}
	return nil
}

func apt(ctx context.Context, args ...string) error {
	cmd := exec.CommandContext(ctx, "apt-get", append([]string{"-q"}, args...)...)
	cmd.Env = append(os.Environ(), "DEBIAN_FRONTEND=noninteractive")
	_, err := output(cmd)
	return err
}
