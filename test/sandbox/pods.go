package main

import (
	"os"
	"path/filepath"
	"strconv"
	"strings"
)

// podProcesses are this containerd's shims, and all that runs on a root file
// system of this containerd: that finds also what lost its shim.
func (s *sandbox) podProcesses() ([]process, error) {
	entries, err := os.ReadDir("/proc")
	if err != nil {
		return nil, err
	}
	var found []process
	for _, entry := range entries {
		pid, err := strconv.Atoi(entry.Name())
		if err != nil {
			continue
		}
		mounts, _ := os.ReadFile(filepath.Join("/proc", entry.Name(), "mountinfo"))
		if !isShim(commandLine(pid), s.containerdSocket()) && !rootBelow(string(mounts), s.in("containerd")) {
			continue
		}
		if p, err := identify(pid); err == nil {
			found = append(found, p)
		}
	}
	return found, nil
}

func isShim(commandLine, socket string) bool {
	return strings.Contains(commandLine, "containerd-shim") && strings.Contains(commandLine, "-address "+socket)
}

// rootBelow says whether a process with these mounts has a root file system whose
// upper layer is in dir; a process of the machine has only mounts of such ones.
func rootBelow(mountinfo, dir string) bool {
	for line := range strings.Lines(mountinfo) {
		if fields := strings.Fields(line); len(fields) > 4 && fields[4] == "/" && strings.Contains(line, "upperdir="+dir+"/") {
			return true
		}
	}
	return false
}
