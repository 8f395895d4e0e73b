package cluster

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"strings"
	"syscall"
	"testing"
	"time"

	"k8s.io/cli-runtime/pkg/genericiooptions"

	"github.com/kubectl-rio/kubectl-rio/pkg/cli"
	"github.com/kubectl-rio/kubectl-rio/test/cluster/lab"
	"github.com/kubectl-rio/kubectl-rio/test/nonsense"
)

const (
	lines     = 60              // of nonsense
	soakLines = 3000            // with RIO_SOAK=1
	patience  = 3 * time.Second // with a line that goes on: some wait, as they were told to
)

// TestNonsense types lines as nobody should, as a user with the right to edit one namespace
// in which a service runs, and wants an answer to each. Where that is code 2, for the line
// alone shows that it is wrong, the API server's audit log must have no try to write.
//
//	RIO_SEED=N   the lines of that seed
func TestNonsense(t *testing.T) {
	t.Parallel()
	count := lines
	if os.Getenv("RIO_SOAK") == "1" {
		count = soakLines
	}
	seed := lab.Number(t, "RIO_SEED", rand.IntN(1_000_000))
	fmt.Printf("nonsense: RIO_SEED=%d\n", seed)
	e := newEditor(t)
	e.do(runFoobar)
	e.do(stageFoobar)
	line := nonsense.Line(nonsense.Verbs(cli.NewRootCmd(cli.NewOptions(genericiooptions.NewTestIOStreamsDiscard()))))
	codes := map[int]int{}
	for i := range count {
		args := line.Example(seed + i)
		if strings.Contains(strings.Join(args, ""), "\x00") {
			continue // no program can be given that
		}
		codes[e.answers(args)]++
	}
	t.Logf("exit codes of %d lines: %v", count, codes)
	if codes[2] < count/4 || codes[2] == count {
		t.Error("most lines are to be wrong, and some right, or little is shown")
	}
}

// answers runs a line in an empty folder, judges what comes of it, and returns the exit code.
func (e editor) answers(args []string) int {
	e.t.Helper()
	before, err := lab.AuditSize()
	if err != nil {
		e.t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(e.t.Context(), patience)
	defer cancel()
	cmd := e.kubectl.Command(ctx, "kubectl-rio", args...)
	cmd.Env = append(cmd.Env, "KUBE_EDITOR=true")
	cmd.Dir = e.t.TempDir()
	cmd.Cancel = func() error { return cmd.Process.Signal(syscall.SIGINT) }
	cmd.WaitDelay = 30 * time.Second // for it to end as it is to, with what it was about
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	err = cmd.Run()
	if exit := (*exec.ExitError)(nil); err != nil && !errors.As(err, &exit) && ctx.Err() == nil {
		e.t.Fatalf("%q: %v", args, err)
	}
	code := cmd.ProcessState.ExitCode()
	if code < 0 || strings.Contains(stderr.String(), "goroutine ") {
		e.t.Errorf("%q ended with %v: %s", args, err, &stderr)
	}
	if err := nonsense.Judge(code, stderr.String()); err != nil && ctx.Err() == nil {
		e.t.Errorf("%q: %v", args, err)
	}
	if code == 2 {
		if writes, err := lab.WritesSince(before, e.kubectl.Namespace); err != nil || len(writes) > 0 {
			e.t.Errorf("%q ended with code 2 (%s) and had tried to write %q, %v", args, &stderr, writes, err)
		}
	}
	return code
}
