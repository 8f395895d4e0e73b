package cli

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/cli-runtime/pkg/genericiooptions"
	utilexec "k8s.io/client-go/util/exec"

	"github.com/kubectl-rio/kubectl-rio/pkg/cluster"
	"github.com/kubectl-rio/kubectl-rio/pkg/plan"
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
		"what a terminal would obey":           {errors.New("a\x1b[2Jb\r\nsecond\a"), 1, "error: a [2Jb \n  second \n"},
		"each of several is told, on its line": {errors.Join(plain, nil, errors.Join(notReady, usagef("bad"))), 3, "error: it broke\nerror: revision \"v2\" is not ready\nerror: bad\n"},
		"nothing went wrong with any":          {errors.Join(nil, nil), 0, ""},
		"an interrupt is known to who did it":  {context.Canceled, exitInterrupted, ""},
		"and hides no other error":             {errors.Join(plain, fmt.Errorf("load: %w", context.Canceled)), exitInterrupted, "error: it broke\n"},
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

func TestAnInterruptedPromotionSaysHowToGoOn(t *testing.T) {
	var out bytes.Buffer
	j := journey{}
	err := j.explainStop(refOf(t, "foobar:v2"), plan.Step{Number: 2, Of: 5, Target: rio.Service{Promoting: "v2"}}, context.Canceled)
	report(&out, err)
	want := "error: promotion of \"foobar:v2\" stopped after 2/5; go on: kubectl rio promote -n default foobar:v2; go back: kubectl rio undo -n default foobar\n"
	if out.String() != want {
		t.Errorf("got %q, want %q", out.String(), want)
	}
	out.Reset() // a service without routes has nowhere to note it
	if report(&out, j.explainStop(refOf(t, "foobar:v2"), plan.Step{Number: 2, Of: 5}, context.Canceled)); out.String() != want {
		t.Errorf("got %q, want %q", out.String(), want)
	}
	for target, want := range map[*rio.Service]string{
		{Promoting: "v2"}: "error: undo of \"foobar\" stopped after 2/3; go on: kubectl rio undo -n default foobar; or promote \"v2\" after all: kubectl rio promote -n default foobar:v2\n",
		{}:                "error: undo of \"foobar\" stopped after 2/3; go on: kubectl rio undo -n default foobar\n",
		{Promoting: "undo", Before: &rio.Before{Undo: true}}: "error: undo of \"foobar\" stopped after 2/3; go on: kubectl rio undo -n default foobar\n",
	} {
		out.Reset()
		if report(&out, j.explainStop(refOf(t, "foobar"), plan.Step{Number: 2, Of: 3, Target: *target}, context.Canceled)); out.String() != want {
			t.Errorf("got %q, want %q", out.String(), want)
		}
	}
	if errors.Is(j.explainStop(refOf(t, "foobar:v2"), plan.Step{Number: 1, Of: 5, Target: rio.Service{Promoting: "v2"}}, plan.LostError{}), errStopped) {
		t.Error("what has nothing to go on with is told to go on")
	}
	begun := rio.Service{Namespace: "default", Name: "foobar", Promoting: "undo", Before: &rio.Before{Undo: true, From: 3}}
	for _, tc := range []struct {
		to   int
		step plan.Step
		want string
	}{
		{0, plan.Step{Number: 1, Of: 5, Target: begun}, "1/5; go on: kubectl rio undo -n default foobar; go back: kubectl rio undo -n default --to 3 foobar\n"},
		{3, plan.Step{Number: 2, Of: 3, Target: begun}, "2/3; go on: kubectl rio undo -n default --to 3 foobar; or finish that undo after all: kubectl rio undo -n default foobar\n"},
		{3, plan.Step{Number: 3, Of: 3}, "3/3; go on: kubectl rio undo -n default --to 3 foobar\n"},
	} {
		out.Reset()
		j.to = tc.to
		report(&out, j.explainStop(refOf(t, "foobar"), tc.step, context.Canceled))
		if want := "error: undo of \"foobar\" stopped after " + tc.want; out.String() != want {
			t.Errorf("got %q, want %q", out.String(), want)
		}
	}
	j.to = 0
	out.Reset()
	j.scale = "5"
	report(&out, j.explainStop(refOf(t, "foobar:v2"), plan.Step{Of: 5}, errors.New("it broke")))
	want = "error: promotion of \"foobar:v2\" stopped after 0/5: it broke; it is scaled up, and no traffic has moved; go on: kubectl rio promote -n default --scale 5 foobar:v2\n"
	if out.String() != want {
		t.Errorf("got %q, want %q", out.String(), want)
	}
	out.Reset()
	j.gradually = true // a promotion that moves no traffic at once is not to go on as one that does
	report(&out, j.explainStop(refOf(t, "foobar:v2"), plan.Step{Of: 5}, errors.New("it broke")))
	want = "error: promotion of \"foobar:v2\" stopped after 0/5: it broke; it is scaled up, and no traffic has moved; go on: the same command again\n"
	if out.String() != want {
		t.Errorf("got %q, want %q", out.String(), want)
	}
	j.gradually = false
	for to, want := range map[int]string{
		0: "error: undo of \"foobar\" stopped after 0/5; the earlier pod stays staged as \"foobar:undo\", without traffic; go on: kubectl rio undo -n default foobar; go back: kubectl rio rm -n default foobar:undo\n",
		3: "error: undo of \"foobar\" stopped after 0/5: it broke; the earlier pod stays staged as \"foobar:undo\", without traffic; go on: kubectl rio undo -n default --to 3 foobar; go back: kubectl rio rm -n default foobar:undo\n",
	} {
		out.Reset()
		err := context.Canceled
		if to > 0 {
			err = errors.New("it broke")
		}
		j.to = to
		if code := report(&out, j.explainStop(refOf(t, "foobar"), plan.Step{Of: 5, Stages: "undo"}, err)); out.String() != want || code != exitError {
			t.Errorf("got %q, exit code %d, want %q", out.String(), code, want)
		}
	}
	if err := j.explainStop(refOf(t, "foobar:v2"), plan.Step{}, context.Canceled); !errors.Is(err, context.Canceled) || errors.Is(err, errStopped) {
		t.Errorf("before the first step nothing has happened, got %v", err)
	}
}

// What an undo that was stopped has staged is said by the next one, too, and by no promotion.
func TestWhatAnEarlierUndoStaged(t *testing.T) {
	whole := rio.Service{Revisions: []rio.Revision{{Name: rio.Latest}, {Name: plan.UndoRevision}}}
	begun := whole
	begun.Promoting = plan.UndoRevision
	for sentence, tc := range map[string]struct {
		ref     string
		service rio.Service
		want    string
	}{
		"it is there":                     {"foobar", whole, plan.UndoRevision},
		"its promotion has begun":         {"foobar", begun, ""},
		"there is none":                   {"foobar", rio.Service{Revisions: whole.Revisions[:1]}, ""},
		"a promotion of another revision": {"foobar:v2", whole, ""},
	} {
		if got := stagedToUndo(refOf(t, tc.ref), tc.service); got != tc.want {
			t.Errorf("%s: %q, want %q", sentence, got, tc.want)
		}
	}
}

// What an undo costs is said of the pods that it replaces while nobody else serves.
func TestAnUndoSaysWhatItCosts(t *testing.T) {
	const gap = "its volume is one pod's at a time, so its pods end before others begin, and requests are lost meanwhile"
	alone := rio.Service{Name: "db", Ports: []rio.Port{{Number: 80, Protocol: "http"}}, Revisions: []rio.Revision{{Name: rio.Latest, Weight: 100, Replicas: new(int32(1)), Settings: rio.Settings{Rollout: rio.Rollout{Recreate: true}}}}}
	both := alone.Clone()
	both.Put(rio.Revision{Name: "v2"})
	both.Promoting, both.Before = "v2", &rio.Before{}
	ended := alone.Clone()
	ended.Promoting, ended.Before = "v2", &rio.Before{}
	undoing := alone.Clone()
	undoing.Promoting, undoing.Before = plan.UndoRevision, &rio.Before{Undo: true}
	lost := alone.Clone()
	lost.Revisions[0].Rollout = rio.Rollout{}
	row := lost.Clone()
	row.Revisions[0].Kind = "StatefulSet"
	for sentence, tc := range map[string]struct {
		service rio.Service
		first   plan.Step
		want    string
	}{
		"in place, of a StatefulSet": {row, plan.Step{Of: 1, Target: row, Last: true},
			"gets back what latest was before, its only pod ends before another begins, and requests are lost meanwhile"},
		"staged beside a StatefulSet":       {row, plan.Step{Of: 5, Target: row}, "gets back what latest was before, no request is dropped"},
		"in place":                          {alone, plan.Step{Of: 1, Target: alone, Last: true}, "gets back what latest was before, " + gap},
		"in place, with a volume anew":      {lost, plan.Step{Of: 1, Target: alone, Last: true}, "gets back what latest was before, " + gap},
		"staged first":                      {lost, plan.Step{Of: 5, Target: lost}, "gets back what latest was before, no request is dropped"},
		"back in the midst of a promotion":  {both, plan.Step{Of: 3, Target: both}, "goes back to before the promotion of v2, no request is dropped"},
		"back, with no revision to lead to": {both, plan.Step{Number: 2, Of: 3, Target: both}, "goes back to before the promotion of v2, " + gap},
		"of a promotion that had as good as ended": {ended, plan.Step{Of: 5, Target: alone},
			"gets back what latest was before; v2 itself has been removed already, so it is not staged again, " + gap},
		"of one that had not, without the revision": {ended, plan.Step{Of: 3, Target: alone, Last: true}, "goes back to before the promotion of v2, which has been removed, no request is dropped"},
		"gone on with": {undoing, plan.Step{Of: 5, Target: undoing}, "gets back what latest was before, no request is dropped"},
	} {
		var screen bytes.Buffer
		NewOptions(genericiooptions.IOStreams{Out: io.Discard, ErrOut: &screen}).announceUndo(refOf(t, "db"), tc.service, tc.first)
		if diff := cmp.Diff("db         "+tc.want+"\n", screen.String()); diff != "" {
			t.Errorf("%s: %s", sentence, diff)
		}
	}
}

// Output that is lost is an error, and the exit code says so.
func TestLostOutput(t *testing.T) {
	s := newStore()
	server := httptest.NewServer(withLogs(s))
	defer server.Close()
	given(t, s, server.URL, "run --name web nginx")
	fill(t, s, []byte(`/api/v1/namespaces/shop/pods/web-6c8b5d9f4-x7k2p: {apiVersion: v1, kind: Pod, metadata: {name: web-6c8b5d9f4-x7k2p, namespace: shop,
  labels: {rio.cattle.io: "true", rio.cattle.io/namespace: shop, rio.cattle.io/service: web, rio.cattle.io/revision: latest}}, spec: {containers: [{name: web}]}}`))
	useCluster(t, server.URL)
	for _, args := range []string{"logs web", "version --client"} {
		out, in := io.Pipe()
		_ = out.Close()
		streams := genericiooptions.IOStreams{In: strings.NewReader(""), Out: in, ErrOut: io.Discard}
		if code := Main(t.Context(), strings.Fields(args), streams); code != exitError {
			t.Errorf("%s: exit code %d, want %d", args, code, exitError)
		}
	}
}
