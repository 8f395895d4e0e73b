package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"math"
	"strings"

	"github.com/spf13/cobra"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	utilexec "k8s.io/client-go/util/exec"

	"github.com/kubectl-rio/kubectl-rio/pkg/cluster"
	"github.com/kubectl-rio/kubectl-rio/pkg/printer"
)

// Exit codes. exec passes the remote command's on.
const (
	exitError       = 1
	exitUsage       = 2
	exitNotReady    = 3
	exitConflict    = 4
	exitInterrupted = 130 // as a shell reports an interrupt
)

// coded is an error that ends the program with a code of its own.
type coded struct {
	error
	code int
}

func (c coded) Unwrap() error { return c.error }

// usageError marks an error that the arguments alone show.
func usageError(err error) error {
	if err == nil {
		return nil
	}
	return coded{err, exitUsage}
}

func usagef(format string, args ...any) error { return usageError(fmt.Errorf(format, args...)) }

// errStopped marks an interruption that leaves something to say.
var errStopped = errors.New("stopped")

// errSaid ends a command that has said what there is to say. It is no message.
var errSaid = errors.New("")

// say writes an error at once, of a command that goes on and ends with its exit code.
func (o *Options) say(err error) error {
	if err == nil {
		return nil
	}
	return coded{errSaid, report(o.connection().to(o.ErrOut), err)}
}

func exactly(n int, what string) cobra.PositionalArgs { return between(n, n, what) }

func atMost(n int, what string) cobra.PositionalArgs { return between(0, n, what) }

func atLeast(n int, what string) cobra.PositionalArgs { return between(n, math.MaxInt, what) }

// between checks the number of arguments.
func between(n, most int, what string) cobra.PositionalArgs {
	return func(_ *cobra.Command, args []string) error {
		if len(args) < n || len(args) > most {
			return usagef("%d arguments given, want %s", len(args), what)
		}
		return nil
	}
}

// report writes the error for people and gives the exit code.
func report(w io.Writer, err error) int {
	if err == nil {
		return 0
	}
	if remote, ok := errors.AsType[utilexec.CodeExitError](err); ok {
		return remote.Code
	}
	code := exitError
	for _, e := range flat(err) {
		if errors.Is(e, context.Canceled) && !errors.Is(e, errStopped) {
			code = exitInterrupted // who pressed Ctrl-C knows it
			continue
		}
		code = max(code, codeOf(e))
		if errors.Is(e, errSaid) {
			continue
		}
		fmt.Fprintln(w, "error: "+strings.ReplaceAll(printer.CleanText(e.Error()), "\n", "\n  "))
	}
	return code
}

func codeOf(err error) int {
	var c coded
	switch {
	case errors.As(err, &c):
		return c.code
	case errors.Is(err, cluster.ErrNotReady), errors.Is(err, context.DeadlineExceeded):
		return exitNotReady
	case apierrors.IsConflict(err), errors.Is(err, cluster.ErrOvertaken):
		return exitConflict
	}
	return exitError
}

// tryAll takes one thing after the other, all of them, though some may fail.
func tryAll[T any](things []T, do func(T) error) error {
	var errs []error
	for _, thing := range things {
		errs = append(errs, do(thing))
	}
	return errors.Join(errs...)
}

// flat lists the errors that were joined.
func flat(err error) []error {
	if err == nil {
		return nil
	}
	joined, ok := err.(interface{ Unwrap() []error })
	if !ok || !isJoin(err) {
		return []error{err}
	}
	var all []error
	for _, e := range joined.Unwrap() {
		all = append(all, flat(e)...)
	}
	return all
}

// isJoin tells errors.Join from fmt.Errorf with several %w.
func isJoin(err error) bool { return fmt.Sprintf("%T", err) == "*errors.joinError" }
