package cli

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/runtime/schema"
	utilexec "k8s.io/client-go/util/exec"

	"github.com/kubectl-rio/kubectl-rio/pkg/cluster"
)

func TestReportGivesTextAndExitCode(t *testing.T) {
	conflict := apierrors.NewConflict(schema.GroupResource{Resource: "virtualservices"}, "foobar", errors.New("changed meanwhile"))
	for name, tc := range map[string]struct {
		err  error
		code int
		text string
	}{
		"done":                     {nil, 0, ""},
		"an error":                 {errors.New("broken"), exitError, "error: broken\n"},
		"usage":                    {usagef("want %d", 1), exitUsage, "error: want 1\n"},
		"wrapped usage":            {fmt.Errorf("run: %w", usagef("no")), exitUsage, "error: run: no\n"},
		"not ready":                {cluster.NotReady("v2 has no pod"), exitNotReady, "error: v2 has no pod\n"},
		"out of time":              {context.DeadlineExceeded, exitNotReady, "error: context deadline exceeded\n"},
		"a lost race":              {conflict, exitConflict, "error: " + conflict.Error() + "\n"},
		"the remote command's own": {utilexec.CodeExitError{Err: errors.New("exit 7"), Code: 7}, 7, ""},
		"an interrupt":             {context.Canceled, exitInterrupted, ""},
		"several, the worst counts": {
			errors.Join(errors.New("one"), errors.Join(usagef("two"), nil)), exitUsage, "error: one\nerror: two\n",
		},
		"more than a line": {errors.New("a\nb"), exitError, "error: a\n  b\n"},
	} {
		t.Run(name, func(t *testing.T) {
			var out bytes.Buffer
			if code := report(&out, tc.err); code != tc.code {
				t.Errorf("exit code %d, want %d", code, tc.code)
			}
			if out.String() != tc.text {
				t.Errorf("wrote %q, want %q", out.String(), tc.text)
			}
		})
	}
}

func TestAnInterruptedPromotionSaysHowToGoOn(t *testing.T) {
	var out bytes.Buffer
	p := promotion{mutation: &mutation{}}
	err := p.explainStop(refOf(t, "foobar:v2"), 2, context.Canceled)
	report(&out, err)
	want := "error: promotion of \"foobar:v2\" stopped after 2/5: context canceled; go on: kubectl rio promote -n default foobar:v2\n"
	if out.String() != want {
		t.Errorf("got %q, want %q", out.String(), want)
	}
	if err := p.explainStop(refOf(t, "foobar:v2"), 0, context.Canceled); !errors.Is(err, context.Canceled) || errors.Is(err, errStopped) {
		t.Errorf("before step 1 nothing has happened, got %v", err)
	}
}

func TestProgressWithoutATerminal(t *testing.T) {
	now := time.Date(2018, 10, 3, 12, 0, 0, 0, time.UTC)
	var out bytes.Buffer
	p := &progress{w: &out, now: func() time.Time { return now }}
	l := p.begin("pods")
	l.update("0/1 ready")
	l.update("0/1 ready") // nothing new, no line
	now = now.Add(2100 * time.Millisecond)
	l.update("1/1 ready")
	l.end("1/1 ready") // drawn just now
	p.step = "1/5 traffic to v2"
	l = p.begin("gateways")
	l.end("2/2 serve it")
	want := "  pods      0/1 ready                          0.0s\n" +
		"  pods      1/1 ready                          2.1s\n" +
		"  1/5 traffic to v2      gateways  2/2 serve it                       0.0s\n"
	if out.String() != want {
		t.Errorf("got\n%swant\n%s", out.String(), want)
	}
}

func TestAQuietCommandShowsNoProgress(t *testing.T) {
	var out bytes.Buffer
	p := &progress{w: &out, quiet: true, now: time.Now}
	l := p.begin("pods")
	l.update("0/1 ready")
	l.end("1/1 ready")
	if out.Len() > 0 {
		t.Errorf("wrote %q", out.String())
	}
}
