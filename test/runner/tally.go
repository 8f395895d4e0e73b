package main

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os/exec"
	"slices"
	"strings"
	"sync"
)

// event is a line of go test -json, see: go doc test2json.
type event struct {
	Action, Package, ImportPath, Test, Output, FailedBuild string
	Elapsed                                                float64
}

// tally counts tests, says how far they are, and shows what failed. Several groups may run
// at a time.
type tally struct {
	mu                      sync.Mutex
	out                     io.Writer
	passed, failed, skipped int
	notPassed               []string // names, and the last words of each
}

// stream is what one go test -json prints. Two may be of one package.
type stream struct {
	*tally
	pending map[string][]string // output of tests that have not ended
	counts  map[string]int      // tests by package
	broken  map[string]bool     // packages in which a test failed
}

func newTally(out io.Writer) *tally { return &tally{out: out} }

func (t *tally) String() string {
	return fmt.Sprintf("%d passed, %d failed, %d skipped", t.passed, t.failed, t.skipped)
}

// verdict is nil when all tests ran and passed.
func (t *tally) verdict() error {
	if t.failed+t.skipped == 0 && t.passed > 0 {
		return nil
	}
	return fmt.Errorf("%s:\n  %s", t, strings.Join(t.notPassed, "\n  "))
}

// goTest runs a group; that tests fail is no error here. A group may begin with -C DIR.
func (t *tally) goTest(ctx context.Context, env, group []string) error {
	return t.readFrom(command(ctx, env, "go", goTestArgs(group...)...))
}

// goTestArgs leaves vet to make verify: on a new machine it takes a minute and more to look through all
// that the tests use.
func goTestArgs(group ...string) []string {
	args := []string{"test", "-json", "-count=1", "-vet=off", "-timeout=60m"}
	if group[0] == "-C" {
		args, group = append([]string{"-C", group[1]}, args...), group[2:]
	}
	return append(args, group...)
}

// readFrom runs a command that prints what go test -json does.
func (t *tally) readFrom(cmd *exec.Cmd) error {
	out, err := cmd.StdoutPipe()
	if err != nil {
		return err
	}
	if err := cmd.Start(); err != nil {
		return err
	}
	failed, err := t.read(out)
	if err != nil {
		return errors.Join(err, cmd.Wait())
	}
	err = cmd.Wait()
	if exit := (*exec.ExitError)(nil); errors.As(err, &exit) && failed {
		return nil
	}
	return err
}

// read says whether a test failed.
func (t *tally) read(in io.Reader) (failed bool, err error) {
	s := &stream{t, map[string][]string{}, map[string]int{}, map[string]bool{}}
	lines := bufio.NewScanner(in)
	lines.Buffer(nil, 1<<26)
	for lines.Scan() {
		var e event
		if err := json.Unmarshal(lines.Bytes(), &e); err != nil {
			return failed, fmt.Errorf("go test printed %q: %w", lines.Text(), err)
		}
		s.add(e)
		failed = failed || e.Action == "fail"
	}
	return failed, lines.Err()
}

func (s *stream) add(e event) {
	s.mu.Lock()
	defer s.mu.Unlock()
	name := strings.TrimSuffix(e.Package+" "+e.Test, " ")
	switch e.Action {
	case "output":
		if e.Test != "" && own(e.Output) {
			fmt.Fprint(s.out, e.Output)
			return
		}
		s.pending[name] = append(s.pending[name], e.Output)
		return
	case "build-output":
		s.pending[e.ImportPath] = append(s.pending[e.ImportPath], e.Output)
		return
	case "pass", "fail", "skip":
	default:
		return
	}
	output := s.pending[name]
	delete(s.pending, name)
	if e.Test == "" {
		s.endPackage(e, output)
		return
	}
	s.counts[e.Package]++
	switch e.Action {
	case "pass":
		s.passed++
		if e.Elapsed >= 1 {
			fmt.Fprintf(s.out, "     %-56s %6.1fs\n", e.Test, e.Elapsed)
		}
	case "skip":
		s.skipped++
		s.notPassed = append(s.notPassed, "skipped: "+name)
	case "fail":
		s.failed++
		s.broken[e.Package] = true
		s.notPassed = append(s.notPassed, name+lastWords(output))
		fmt.Fprintf(s.out, "FAIL %s\n%s", name, strings.Join(output, ""))
	}
}

func (s *stream) endPackage(e event, output []string) {
	n := s.counts[e.Package]
	switch {
	case e.Action == "fail" && s.broken[e.Package]:
		fmt.Fprintf(s.out, "FAIL %-56s %6.1fs  %d tests\n", short(e.Package), e.Elapsed, n)
	case e.Action == "fail": // it did not build, or ended outside of its tests
		s.failed++
		s.notPassed = append(s.notPassed, e.Package+lastWords(output))
		fmt.Fprintf(s.out, "FAIL %s\n%s%s", e.Package, strings.Join(s.pending[e.FailedBuild], ""), strings.Join(output, ""))
	case n > 0:
		fmt.Fprintf(s.out, "ok   %-56s %6.1fs  %d tests\n", short(e.Package), e.Elapsed, n)
	}
}

// lastWords is the end of what a test that failed printed, for the summary: the whole may be far
// above it by then, or cut out of a log.
func lastWords(output []string) string {
	const most = 12
	output = slices.DeleteFunc(slices.Clone(output), func(line string) bool {
		return strings.TrimSpace(line) == "" || framing(line)
	})
	var words strings.Builder
	for _, line := range output[max(0, len(output)-most):] {
		words.WriteString("\n    " + strings.TrimRight(line, "\n"))
	}
	return words.String()
}

// short is a package's name without the module's.
func short(pkg string) string {
	return strings.TrimPrefix(pkg, "github.com/kubectl-rio/kubectl-rio/")
}

// own reports whether a line is what a test wrote to standard output itself: how far it
// is, and the tables that are there to be read.
func own(line string) bool {
	return !framing(line) && !strings.HasPrefix(line, "    ")
}

// framing reports whether a line is what go test itself says of a test.
func framing(line string) bool {
	return strings.HasPrefix(line, "=== ") || strings.HasPrefix(strings.TrimLeft(line, " "), "--- ")
}
