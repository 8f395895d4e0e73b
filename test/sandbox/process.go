package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// process names one process for ever: its number may be given again to another
// one, but not with the same start time (clock ticks) in the same boot.
type process struct {
	pid   int
	start uint64
	boot  string
}

func (p process) String() string { return fmt.Sprintf("%d %d %s\n", p.pid, p.start, p.boot) }

func parseProcess(record string) (process, error) {
	var p process
	if n, err := fmt.Sscan(record, &p.pid, &p.start, &p.boot); err != nil || p.pid <= 1 {
		return process{}, fmt.Errorf("process record %q has %d of 3 fields: want PID START BOOT", record, n)
	}
	return p, nil
}

// parseStat reads state and start time of /proc/PID/stat. The program's name in
// it is in parentheses and may itself hold any character.
func parseStat(stat string) (state string, start uint64, err error) {
	end := strings.LastIndexByte(stat, ')')
	fields := strings.Fields(stat[end+1:])
	if end < 0 || len(fields) < 20 {
		return "", 0, fmt.Errorf("%q is not the content of /proc/PID/stat", stat)
	}
	start, err = strconv.ParseUint(fields[19], 10, 64)
	return fields[0], start, err
}

// identify gives the record of a process that runs now; a zombie does not run.
func identify(pid int) (process, error) {
	stat, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	if err != nil {
		return process{}, err
	}
	state, start, err := parseStat(string(stat))
	if err != nil {
		return process{}, err
	}
	if state == "Z" || state == "X" {
		return process{}, os.ErrProcessDone
	}
	boot, err := os.ReadFile("/proc/sys/kernel/random/boot_id")
	return process{pid: pid, start: start, boot: strings.TrimSpace(string(boot))}, err
}

func (p process) alive() bool {
	now, err := identify(p.pid)
	return err == nil && now == p
}

// stop ends processes: politely, and after the grace with SIGKILL. It gives
// back those that are there even then.
func stop(ctx context.Context, grace time.Duration, processes ...process) error {
	for _, signal := range []syscall.Signal{syscall.SIGTERM, syscall.SIGKILL} {
		for _, p := range processes {
			if p.alive() {
				_ = syscall.Kill(p.pid, signal) // it may have ended in between
			}
		}
		for deadline := time.Now().Add(grace); time.Now().Before(deadline); {
			if !anyAlive(processes) {
				return nil
			}
			if err := pause(ctx, 20*time.Millisecond); err != nil {
				return err
			}
		}
		grace = 10 * time.Second
	}
	var left []error
	for _, p := range processes {
		if p.alive() {
			left = append(left, fmt.Errorf("process %d outlived SIGKILL (%s)", p.pid, commandLine(p.pid)))
		}
	}
	return errors.Join(left...)
}

func anyAlive(processes []process) bool {
	for _, p := range processes {
		if p.alive() {
			return true
		}
	}
	return false
}

func commandLine(pid int) string {
	line, _ := os.ReadFile(filepath.Join("/proc", strconv.Itoa(pid), "cmdline"))
	return strings.TrimSpace(strings.ReplaceAll(string(line), "\x00", " "))
}
