package main

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"syscall"
)

// makeCgroup makes one in each hierarchy there is: kubelet wants it to exist.
func makeCgroup(name string) error {
	for _, root := range cgroupRoots() {
		if err := os.MkdirAll(filepath.Join(root, name), 0o755); err != nil {
			return err
		}
	}
	return nil
}

// cgroupRoots are where hierarchies are mounted: one with cgroups of version 2, one for
// each controller with those of version 1, see cgroups(7).
func cgroupRoots() []string {
	const dir = "/sys/fs/cgroup"
	if _, err := os.Stat(filepath.Join(dir, "cgroup.controllers")); err == nil {
		return []string{dir}
	}
	roots, _ := filepath.Glob(filepath.Join(dir, "*"))
	return roots
}

// idleFile is where a cgroup is told to run only when nothing outside of it wants to, since
// Linux 5.15, in either version of cgroups. Where it is missing, a box competes with the others.
const idleFile = "cpu.idle"

// setIdle makes a cgroup wait for all others, or lets it compete with them again.
func setIdle(name string, idle bool) error {
	value := "0"
	if idle {
		value = "1"
	}
	var errs []error
	for _, file := range idleFiles(name) {
		errs = append(errs, os.WriteFile(file, []byte(value), 0o644))
	}
	return errors.Join(errs...)
}

// join puts this process into a cgroup of those that can be idle: below it, as one of version 2
// that has others below it holds no process itself.
func join(name string) error {
	var errs []error
	for _, file := range idleFiles(name) {
		dir := filepath.Join(filepath.Dir(file), "daemons")
		errs = append(errs, os.MkdirAll(dir, 0o755), os.WriteFile(filepath.Join(dir, "cgroup.procs"), []byte("0"), 0o644))
	}
	return errors.Join(errs...)
}

// idleFiles are those of a cgroup: none or one.
func idleFiles(name string) []string {
	var files []string
	for _, root := range cgroupRoots() {
		file := filepath.Join(root, name, idleFile)
		if _, err := os.Stat(file); err == nil {
			files = append(files, file)
		}
	}
	return files
}

// removeCgroups removes a cgroup and those below it that hold no process; those of
// another cluster do, and stay.
func removeCgroups(name string) {
	for _, root := range cgroupRoots() {
		var dirs []string
		_ = filepath.WalkDir(filepath.Join(root, name), func(path string, entry fs.DirEntry, err error) error {
			if err == nil && entry.IsDir() {
				dirs = append(dirs, path)
			}
			return nil
		})
		for _, dir := range slices.Backward(dirs) {
			_ = syscall.Rmdir(dir)
		}
	}
}
