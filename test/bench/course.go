package main

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"runtime"
	"syscall"
	"time"
)

// course is how a program ran.
type course struct {
	took, first time.Duration // first: the line below the heading
	memory      float64       // MiB at most, and at least what this program has
}

func watched(cmd *exec.Cmd) (c course, err error) {
	cmd.Stderr = os.Stderr
	out, err := cmd.StdoutPipe()
	if err != nil {
		return c, err
	}
	begin := time.Now()
	if err := cmd.Start(); err != nil {
		return c, err
	}
	lines := bufio.NewReader(out)
	for range 2 {
		if _, err = lines.ReadString('\n'); err != nil {
			break
		}
	}
	c.first = time.Since(begin)
	_, copyErr := io.Copy(io.Discard, lines)
	if waitErr := cmd.Wait(); waitErr != nil || copyErr != nil || err != nil {
		return c, fmt.Errorf("%s: %w", cmd, errors.Join(err, copyErr, waitErr))
	}
	c.took = time.Since(begin)
	c.memory = float64(cmd.ProcessState.SysUsage().(*syscall.Rusage).Maxrss) / 1024 // KiB on Linux
	if runtime.GOOS == "darwin" {
		c.memory /= 1024
	}
	return c, nil
}
