package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
)

// boxFile is there in a box only, and names the box's folder.
const boxFile = "/run/kubectl-rio-box"

// here is where this machine's sandbox, or this box's, has all that it writes, and the
// cgroup that its pods go below.
func here() (state, cgroup string) {
	folder, err := os.ReadFile(boxFile)
	if err != nil {
		return stateDir, "/"
	}
	return filepath.Join(string(folder), "state"), "/" + filepath.Base(string(folder))
}

// box runs a command in namespaces of its own, in which a second sandbox can be up
// beside the machine's. Nothing of it outlives the command: its processes, mounts
// and links go with the namespaces, its cgroups and files are removed. It reaches
// nothing outside of this machine, so all that it needs has to be built before.
// Until standard input ends it has only what processor time the machine's others leave.
func box(ctx context.Context, command []string) (err error) {
	if err := needRoot(); err != nil {
		return err
	}
	folder := fmt.Sprintf("%s.box-%d", stateDir, os.Getpid())
	cgroup := filepath.Base(folder)
	if err := errors.Join(os.MkdirAll(folder, 0o755), makeCgroup(cgroup)); err != nil {
		return err
	}
	defer func() {
		removeCgroups(cgroup)
		err = errors.Join(err, os.RemoveAll(folder))
	}()
	if err := setIdle(cgroup, true); err != nil {
		return err
	}
	go func() {
		_, _ = io.Copy(io.Discard, os.Stdin)
		if err := setIdle(cgroup, false); err != nil {
			fmt.Fprintln(os.Stderr, "warning: the box stays idle:", err)
		}
	}()
	cmd := exec.CommandContext(ctx, "/proc/self/exe", append([]string{"boxed", folder}, command...)...)
	cmd.Stdout, cmd.Stderr = os.Stdout, os.Stderr
	cmd.SysProcAttr = &syscall.SysProcAttr{
		Cloneflags: syscall.CLONE_NEWNS | syscall.CLONE_NEWNET | syscall.CLONE_NEWPID | syscall.CLONE_NEWIPC,
		Pdeathsig:  syscall.SIGKILL,
	}
	cmd.Cancel = func() error { return cmd.Process.Signal(syscall.SIGTERM) }
	return cmd.Run()
}

// boxed is the first process in a box: it furnishes it, runs the command, and takes in
// orphans until that has ended.
func boxed(ctx context.Context, folder string, command []string) error {
	if err := errors.Join(join(filepath.Base(folder)), furnish(ctx, folder)); err != nil {
		return fmt.Errorf("box: %w", err)
	}
	program, err := exec.LookPath(command[0])
	if err != nil {
		return err
	}
	p, err := os.StartProcess(program, command, &os.ProcAttr{Files: []*os.File{nil, os.Stdout, os.Stderr}})
	if err != nil {
		return err
	}
	go func() {
		<-ctx.Done()
		_ = p.Signal(syscall.SIGTERM) // it may have ended
	}()
	for {
		var status syscall.WaitStatus
		pid, err := syscall.Wait4(-1, &status, 0, nil)
		switch {
		case errors.Is(err, syscall.EINTR):
		case err != nil:
			return err
		case pid == p.Pid && status.ExitStatus() != 0:
			return fmt.Errorf("%s ended with code %d", strings.Join(command, " "), status.ExitStatus())
		case pid == p.Pid:
			return nil
		}
	}
}

// furnish gives a box files of its own, and a network with one address.
func furnish(ctx context.Context, folder string) error {
	if err := syscall.Mount("", "/", "", syscall.MS_REC|syscall.MS_PRIVATE, ""); err != nil {
		return fmt.Errorf("make mounts private: %w", err)
	}
	if err := syscall.Mount("proc", "/proc", "proc", syscall.MS_NOSUID|syscall.MS_NODEV|syscall.MS_NOEXEC, ""); err != nil {
		return fmt.Errorf("mount /proc: %w", err)
	}
	for _, dir := range []string{"/run", "/var/log/containers", "/var/lib/cni"} { // what sandboxes would share, and are not told to keep elsewhere
		own := filepath.Join(folder, strings.ReplaceAll(dir[1:], "/", "-"))
		for _, d := range []string{dir, own} {
			if err := os.MkdirAll(d, 0o755); err != nil {
				return err
			}
		}
		if err := syscall.Mount(own, dir, "", syscall.MS_BIND, ""); err != nil {
			return fmt.Errorf("mount %s: %w", dir, err)
		}
	}
	for _, args := range []string{
		"link set lo up",
		"link add eth0 type veth peer name eth0-peer",
		"address add 192.0.2.2/24 dev eth0", // of the network for documentation: nobody has it
		"link set eth0-peer up",
		"link set eth0 up",
		// Addresses of Services have to have a way out before kube-proxy turns them; nothing else does.
		"route add " + newSettings("", "").ServiceNet + " dev eth0",
	} {
		if _, err := output(exec.CommandContext(ctx, "ip", strings.Fields(args)...)); err != nil {
			return err
		}
	}
	return os.WriteFile(boxFile, []byte(folder), 0o644)
}
