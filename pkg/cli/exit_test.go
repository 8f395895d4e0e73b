package cli

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/runtime/schema"
	utilexec "k8s.io/client-go/util/exec"

	"github.com/kubectl-rio/kubectl-rio/pkg/cluster"
	"github.com/kubectl-rio/kubectl-rio/pkg/rio"
)

func TestReport(t *testing.T) {
	plain := errors.New("it broke")
	conflict := apierrors.NewConflict(schema.GroupResource{Resource: "virtualservices"}, "foobar", errors.New("changed"))
	notReady := cluster.NotReady("revision %q is not ready", "v2")
	for sentence, tc := range map[string]struct {
		err  error
		code int
		text string
	}{
		"all went well":                        {nil, 0, ""},
		"an error":                             {plain, 1, "error: it broke\n"},
		"bad arguments":                        {usagef("invalid --tail %d", -5), 2, "error: invalid --tail -5\n"},
		"bad arguments, told where":            {fmt.Errorf("run: %w", usageError(plain)), 2, "error: run: it broke\n"},
		"not ready in time":                    {notReady, 3, "error: revision \"v2\" is not ready\n"},
		"no time left":                         {fmt.Errorf("load: %w", context.DeadlineExceeded), 3, "error: load: context deadline exceeded\n"},
		"a conflict":                           {fmt.Errorf("apply: %w", conflict), 4, "error: apply: Operation cannot be fulfilled on virtualservices \"foobar\": changed\n"},
		"several lines are one error":          {errors.New("first\nsecond"), 1, "error: first\n  second\n"},
		"each of several is told, on its line": {errors.Join(plain, nil, errors.Join(notReady, usagef("bad"))), 3, "error: it broke\nerror: revision \"v2\" is not ready\nerror: bad\n"},
		"nothing went wrong with any":          {errors.Join(nil, nil), 0, ""},
		"what a remote command ends with":      {utilexec.CodeExitError{Err: plain, Code: 42}, 42, ""},
		"an error about two others is one":     {fmt.Errorf("%w, after %w", plain, notReady), 3, "error: it broke, after revision \"v2\" is not ready\n"},
	} {
		t.Run(sentence, func(t *testing.T) {
			var b bytes.Buffer
			code := report(&b, tc.err)
			if diff := cmp.Diff(tc.text, b.String()); diff != "" || code != tc.code {
				t.Errorf("exit code %d, want %d; %s", code, tc.code, diff)
			}
		})
	}
}

func TestProgressWithoutATerminal(t *testing.T) {
	for sentence, tc := range map[string]struct {
		quiet bool
		play  func(*line, func(time.Duration))
		want  string
	}{
		"what is done at once is one line": {false, func(l *line, _ func(time.Duration)) { l.update("3/3 ready"); l.end("3/3 ready") },
			"  pods      3/3 ready                          0.0s\n"},
		"each change is a line, with its time": {false, func(l *line, wait func(time.Duration)) {
			l.update("0/3 ready")
			wait(1500 * time.Millisecond)
			l.update("1/3 ready")
			l.update("1/3 ready")
			wait(60 * time.Second)
			l.end("3/3 ready")
		}, "  pods      0/3 ready                          0.0s\n" +
			"  pods      1/3 ready                          1.5s\n" +
			"  pods      3/3 ready                         61.5s\n"},
		"quiet says nothing": {true, func(l *line, _ func(time.Duration)) { l.update("1/3 ready"); l.update("2/3 ready"); l.end("3/3 ready") }, ""},
	} {
		t.Run(sentence, func(t *testing.T) {
			var b bytes.Buffer
			now := time.Unix(0, 0)
			p := &progress{w: &b, quiet: tc.quiet, now: func() time.Time { return now }}
			tc.play(p.begin("pods"), func(d time.Duration) { now = now.Add(d) })
			if diff := cmp.Diff(tc.want, b.String()); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestCompletionNames(t *testing.T) {
	of := func(namespace, name string, revisions ...string) rio.Service {
		s := rio.Service{Namespace: namespace, Name: name}
		for _, r := range revisions {
			s.Put(rio.Revision{Name: r})
		}
		return s
	}
	own := []rio.Service{of("shop", "front", "latest", "v2"), of("shop", "api", "latest")}
	other := []rio.Service{of("test", "svc", "latest", "v3")}
	for sentence, tc := range map[string]struct {
		services      []rio.Service
		typed, suffix string
		want          []string
	}{
		"all there are":                  {own, "", "", []string{"front", "front:v2", "api"}},
		"what begins so":                 {own, "fr", "", []string{"front", "front:v2"}},
		"of another stack":               {other, "test/", "", []string{"test/svc", "test/svc:v3"}},
		"of one's own, when it is named": {own, "shop/f", "", []string{"shop/front", "shop/front:v2"}},
		"a number is wanted next":        {own, "front:", "=", []string{"front:v2="}},
		"nothing begins so":              {own, "x", "", nil},
	} {
		t.Run(sentence, func(t *testing.T) {
			if diff := cmp.Diff(tc.want, names(tc.services, "shop", tc.typed, tc.suffix)); diff != "" {
				t.Error(diff)
			}
		})
	}
}
