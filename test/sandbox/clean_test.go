package main

import (
	"os"
	"path/filepath"
	"slices"
	"testing"
)

const mountinfo = `22 1 254:0 / / rw,relatime - ext4 /dev/vda rw
90 22 0:50 / /var/lib/kubectl-rio-sandbox/containerd/state/a/rootfs rw - overlay overlay rw,lowerdir=/l,upperdir=/var/lib/kubectl-rio-sandbox/containerd/root/1/fs
91 22 0:4 net:[40] /var/lib/kubectl-rio-sandbox/containerd/state/netns/cni-1 rw - nsfs nsfs rw
92 90 0:51 / /var/lib/kubectl-rio-sandbox/kubelet/pods/a\040b rw - tmpfs tmpfs rw
93 22 0:52 / /var/lib/kubectl-rio-sandbox-of-another rw - tmpfs tmpfs rw
`

func TestMountPoints(t *testing.T) {
	want := []string{
		"/var/lib/kubectl-rio-sandbox/containerd/state/a/rootfs",
		"/var/lib/kubectl-rio-sandbox/containerd/state/netns/cni-1",
		"/var/lib/kubectl-rio-sandbox/kubelet/pods/a b",
	}
	if got := mountPoints(mountinfo, "/var/lib/kubectl-rio-sandbox"); !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestRootBelowTellsPodsFromTheMachine(t *testing.T) {
	const dir = "/var/lib/kubectl-rio-sandbox/containerd"
	const inPod = "90 22 0:50 / / rw - overlay overlay rw,upperdir=/var/lib/kubectl-rio-sandbox/containerd/root/1/fs\n"
	const inOther = "90 22 0:50 / / rw - overlay overlay rw,upperdir=/var/lib/containerd/root/1/fs\n"
	for name, tt := range map[string]struct {
		mounts string
		want   bool
	}{
		"a process of the machine sees the pods' mounts": {mountinfo, false},
		"a process in a pod":                             {inPod, true},
		"a process in a pod of another containerd":       {inOther, false},
	} {
		if got := rootBelow(tt.mounts, dir); got != tt.want {
			t.Errorf("%s: got %v", name, got)
		}
	}
}

func TestIsShim(t *testing.T) {
	const socket = "/var/lib/kubectl-rio-sandbox/containerd.sock"
	const shim = "/usr/bin/containerd-shim-runc-v2 -namespace k8s.io -id 0a1b -address "
	if !isShim(shim+socket, socket) {
		t.Error("its own shim is not known")
	}
	if isShim(shim+"/run/containerd/containerd.sock", socket) {
		t.Error("another containerd's shim would be ended")
	}
	if isShim("vi notes-about-"+socket, socket) {
		t.Error("an editor would be ended")
	}
}

func TestRemovePodLogLinks(t *testing.T) {
	dir := t.TempDir()
	for name, target := range map[string]string{"ours": "/state/pod-logs/x.log", "theirs": "/var/log/pods/x.log"} {
		if err := os.Symlink(target, filepath.Join(dir, name)); err != nil {
			t.Fatal(err)
		}
	}
	if err := removePodLogLinks(dir, "/state"); err != nil {
		t.Fatal(err)
	}
	left, err := os.ReadDir(dir)
	if err != nil || len(left) != 1 || left[0].Name() != "theirs" {
		t.Errorf("left are %v, %v", left, err)
	}
	if err := removePodLogLinks(filepath.Join(dir, "none"), "/state"); err != nil {
		t.Errorf("no folder, no links: %v", err)
	}
}
