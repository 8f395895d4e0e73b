package cli

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"k8s.io/cli-runtime/pkg/genericiooptions"

	"github.com/kubectl-rio/kubectl-rio/pkg/rio"
)

// The JSON is documented in docs/schema.md: a change of a name here breaks somebody's script.
func TestEventsAreWritten(t *testing.T) {
	noon := time.Date(2018, 10, 3, 12, 0, 0, 0, time.UTC)
	split := rio.EventOf(rio.Ref{Namespace: "shop", Service: "foobar"}, rio.EventWeight, "weight latest 100% -> 70%, v2 0% -> 30%")
	split.Time, split.By, split.Weights = noon, "kubectl-edit", map[string]int{"latest": 70, "v2": 30}
	staged := rio.EventOf(rio.Ref{Namespace: "other", Service: "foobar", Revision: "v2"}, rio.EventCreated, "staged: image \x1b[31mred\n, 1 replica")
	staged.Time, staged.By, staged.Command = noon.Add(-24*time.Hour), "dev", "stage --image red foobar:v2"
	restart := rio.EventOf(rio.Ref{Namespace: "shop", Service: "foobar", Revision: "latest"}, rio.EventRestarted, "restarted")
	restart.Time, restart.Pod = noon, "f6985f578-schpv"
	for flags, want := range map[eventFlags]string{
		{}: "12:00:00  foobar                weight latest 100% -> 70%, v2 0% -> 30% (kubectl-edit)\n" +
			"2018-10-02 12:00:00  other/foobar:v2       staged: image  [31mred , 1 replica (dev: stage --image red foobar:v2)\n" +
			"12:00:00  foobar/f6985f578-schpv  restarted\n",
		{output: "json"}: `{"time":"2018-10-03T12:00:00Z","type":"weight","id":"shop:foobar","stack":"shop","name":"foobar","message":"weight latest 100% -\u003e 70%, v2 0% -\u003e 30%","by":"kubectl-edit","weights":{"latest":70,"v2":30}}` + "\n" +
			`{"time":"2018-10-02T12:00:00Z","type":"created","id":"other:foobar:v2","stack":"other","name":"foobar:v2","revision":"v2","message":"staged: image \u001b[31mred\n, 1 replica","by":"dev","command":"stage --image red foobar:v2"}` + "\n" +
			`{"time":"2018-10-03T12:00:00Z","type":"restarted","id":"shop:foobar","stack":"shop","name":"foobar","revision":"latest","pod":"f6985f578-schpv","message":"restarted"}` + "\n",
		{format: "yaml"}: "by: kubectl-edit\nid: shop:foobar\nmessage: weight latest 100% -> 70%, v2 0% -> 30%\nname: foobar\nstack: shop\ntime: \"2018-10-03T12:00:00Z\"\ntype: weight\nweights:\n  latest: 70\n  v2: 30\n" +
			"---\nby: dev\ncommand: stage --image red foobar:v2\nid: other:foobar:v2\nmessage: \"staged: image \\e[31mred\\n, 1 replica\"\nname: foobar:v2\nrevision: v2\nstack: other\ntime: \"2018-10-02T12:00:00Z\"\ntype: created\n" +
			"---\nid: shop:foobar\nmessage: restarted\nname: foobar\npod: f6985f578-schpv\nrevision: latest\nstack: shop\ntime: \"2018-10-03T12:00:00Z\"\ntype: restarted\n",
		{format: "{{.id}} {{.type}} {{.weights.v2}}"}: "shop:foobar weight 30\nother:foobar:v2 created \nshop:foobar restarted \n",
	} {
		streams, _, out, _ := genericiooptions.NewTestIOStreams()
		o := NewOptions(streams)
		o.Now = func() time.Time { return noon }
		for _, e := range []rio.Event{split, staged, restart} {
			if err := flags.print(o, e, "shop"); err != nil {
				t.Fatal(err)
			}
		}
		if diff := cmp.Diff(want, out.String()); diff != "" {
			t.Errorf("%+v: %s", flags, diff)
		}
	}
}

func TestWhatAnEventConcerns(t *testing.T) {
	foobar := rio.Ref{Namespace: "shop", Service: "foobar"}
	split := rio.EventOf(foobar, rio.EventWeight, "weight")
	split.Weights = map[string]int{"v2": 30}
	release := rio.EventOf(foobar, rio.EventRelease, "gradual release of v2 begins")
	pods := rio.EventOf(foobar.Of("v2"), rio.EventPods, "1/1 ready")
	for sentence, tc := range map[string]struct {
		event rio.Event
		ref   rio.Ref
		want  bool
	}{
		"a service hears of its revisions":   {pods, foobar, true},
		"a revision of itself":               {pods, foobar.Of("v2"), true},
		"and of the split":                   {split, foobar.Of("v2"), true},
		"and of the release to it":           {release, foobar.Of("v2"), true},
		"not of another revision":            {pods, foobar.Of("latest"), false},
		"not of a service in another stack":  {pods, rio.Ref{Namespace: "other", Service: "foobar"}, false},
		"not of one whose name begins alike": {pods, rio.Ref{Namespace: "shop", Service: "foo"}, false},
	} {
		if got := concerns(tc.event, tc.ref); got != tc.want {
			t.Errorf("%s: got %v", sentence, got)
		}
	}
}
