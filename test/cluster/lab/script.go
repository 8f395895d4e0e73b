package lab

import (
	"errors"
	"os/exec"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/rogpeppe/go-internal/testscript"
	"k8s.io/apimachinery/pkg/util/wait"
)

// Need stops at a command that is not used as it is made to be.
func Need(ts *testscript.TestScript, ok bool, usage string) {
	if !ok {
		ts.Fatalf("usage: %s", usage)
	}
}

// Exit is a command of scripts: the program must end with one of the codes.
func Exit(ts *testscript.TestScript, neg bool, args []string) {
	Need(ts, !neg && len(args) >= 2, "exit CODE[,CODE] PROGRAM ARG...")
	code, err := 0, ts.Exec(args[1], args[2:]...)
	if exit := (*exec.ExitError)(nil); errors.As(err, &exit) {
		code = exit.ExitCode()
	} else {
		ts.Check(err)
	}
	if !slices.Contains(strings.Split(args[0], ","), strconv.Itoa(code)) {
		ts.Fatalf("exit code %d, want %s", code, args[0])
	}
}

// Eventually is a command of scripts: a program is run again until its output matches.
func Eventually(ts *testscript.TestScript, neg bool, args []string) {
	Need(ts, !neg && len(args) >= 3, "eventually DURATION REGEXP PROGRAM ARG...")
	limit, err := time.ParseDuration(args[0])
	ts.Check(err)
	pattern, err := regexp.Compile("(?m)" + args[1])
	ts.Check(err)
	pause := pauses()
	for begin := time.Now(); ; time.Sleep(pause.Step()) {
		err := ts.Exec(args[2], args[3:]...)
		if err == nil && pattern.MatchString(ts.ReadFile("stdout")+ts.ReadFile("stderr")) {
			return
		}
		if time.Since(begin) > limit {
			ts.Fatalf("no match for %q after %s", args[1], limit)
		}
	}
}

// pauses are those between looks, each of which is a program that starts, on a machine that has
// much to do.
func pauses() *wait.Backoff {
	return &wait.Backoff{Duration: 200 * time.Millisecond, Factor: 1.5, Cap: time.Second, Steps: 10}
}
