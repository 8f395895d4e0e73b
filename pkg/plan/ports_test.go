package plan_test

import (
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/kubectl-rio/kubectl-rio/pkg/plan"
	"github.com/kubectl-rio/kubectl-rio/pkg/rio"
	"github.com/kubectl-rio/kubectl-rio/pkg/spec"
)

// What was staged by hand stays as it is, and has no port that it had not then.
func TestUpOpensNoPortThatARevisionLacks(t *testing.T) {
	const refused = `revision "mine" of "web" is not in the file, gets 30% of the requests and has no port 9090/http; write it into the file, or take its share away first: kubectl rio weight -n shop web:mine=0%`
	metrics := func(protocol string) spec.Service {
		s := web("app:1")
		s.Expose = []spec.Port{{Port: 9090, TargetPort: 9090, Protocol: protocol}}
		return s
	}
	named := metrics("http")
	named.Revisions = map[string]spec.Revision{"mine": {Container: spec.Container{Image: "app:2"}, Weight: 30}}
	for sentence, c := range map[string]struct {
		had    spec.Service
		want   spec.Service
		weight int
		err    string
	}{
		"a new port":                       {web("app:1"), metrics("http"), 30, refused},
		"a port that speaks another":       {metrics("tcp"), metrics("http"), 30, refused},
		"one that it has":                  {metrics("http"), metrics("http"), 30, ""},
		"one less":                         {metrics("http"), web("app:1"), 30, ""},
		"it gets none":                     {web("app:1"), metrics("http"), 0, ""},
		"no share is of that port":         {web("app:1"), metrics("udp"), 30, ""},
		"the file has the revision itself": {web("app:1"), named, 30, ""},
	} {
		t.Run(sentence, func(t *testing.T) {
			s, err := plan.Stage(up(t, rio.Service{Namespace: "shop", Name: "web"}, c.had), "mine", spec.Revision{Container: spec.Container{Image: "app:2"}, Weight: c.weight})
			if err != nil {
				t.Fatal(err)
			}
			_, err = plan.Up(s, c.want, upGateway, asIs)
			if got := fmt.Sprint(err); got != c.err && (err != nil || c.err != "") {
				t.Errorf("got  %s\nwant %s", got, c.err)
			}
		})
	}
}

// A file opens a port beside a revision that gets no request, and leaves it as it is.
func TestNobodyIsLedToPodsWithoutThePort(t *testing.T) {
	had, opened := web("app:1"), web("app:1")
	opened.Expose = []spec.Port{{Port: 9090, TargetPort: 9090, Protocol: "http"}}
	s, err := plan.Stage(up(t, rio.Service{Namespace: "shop", Name: "web"}, had), "v2", spec.Revision{Container: spec.Container{Image: "app:2"}})
	if err != nil {
		t.Fatal(err)
	}
	s = up(t, s, opened)
	match := rio.Match{Kind: rio.MatchHeader, Name: "user", Value: "qa"}
	ways := map[string]func(rio.Service) error{
		"weight":  func(s rio.Service) error { return second(plan.Weight(s, map[string]int{"v2": 10})) },
		"match":   func(s rio.Service) error { return second(plan.Choose(s, "v2", []rio.Match{match})) },
		"promote": func(s rio.Service) error { _, err := plan.Promote(s, "v2", nil, nil); return err },
		"route": func(s rio.Service) error {
			to := []rio.RouteTarget{{Service: "web", Revision: "v2", Port: 9090}}
			_, err := plan.Route(rio.RouteSet{Namespace: "shop", Name: "www", Routes: []rio.Route{{To: to}}}, []rio.Service{s}, upGateway)
			return err
		},
	}
	const refused = `revision "v2" of "web" has no port 9090/http, so requests to that would be lost; ` +
		`stage it again, which gives it latest's: kubectl rio stage -n shop --image app:2%s web:v2, with all else that is its own: what no flag sets is taken from latest`
	for name, flags := range map[string]string{"weight": "", "match": " --match header:user=qa", "promote": "", "route": ""} {
		if got, want := fmt.Sprint(ways[name](s)), fmt.Sprintf(refused, flags); got != want {
			t.Errorf("%s:\n%s\nwant\n%s", name, got, want)
		}
	}
	if _, err := plan.Weight(s, map[string]int{"v2": 0}); err != nil {
		t.Errorf("no share is refused: %v", err)
	}
	again, err := plan.Stage(s, "v2", spec.Revision{Container: spec.Container{Image: "app:2"}})
	if err != nil {
		t.Fatal(err)
	}
	for name, lead := range ways {
		if err := lead(again); err != nil {
			t.Errorf("%s, staged again: %v", name, err)
		}
	}
	theirs := s.Clone()
	v2, _ := theirs.Revision("v2")
	v2.Foreign, v2.Observed = true, &rio.Observed{Template: v2.Template}
	const foreign = `port 9090/http of "web" leads to the container port that is called "http-9090", and the pods of revision "v2" have none, so requests to it would be lost; call theirs so in the pod template`
	if got := fmt.Sprint(ways["weight"](theirs)); got != foreign {
		t.Error(got)
	}
}

func TestUnreachedSaysWhatAnotherPortCosts(t *testing.T) {
	opened := func(number int32, protocol string, target int32) spec.Service {
		s := spec.Service{}
		s.Image = "app:1"
		s.Expose = []spec.Port{{Port: number, TargetPort: target, Protocol: protocol}}
		return s
	}
	none := spec.Service{}
	none.Image = "app:1"
	idle := opened(8080, "tcp", 8080)
	idle.Scale = &rio.Scale{}
	lost := func(number int32) []string {
		return []string{fmt.Sprintf("web: port %d speaks http now, and the pods that run have no such port: requests to it are lost until new ones are ready", number)}
	}
	for sentence, c := range map[string]struct {
		had, want spec.Service
		said      []string
	}{
		"another protocol":              {opened(8080, "tcp", 8080), opened(8080, "http", 8080), lost(8080)},
		"the port of what had none":     {none, opened(80, "http", 80), lost(80)},
		"another of what had none":      {none, opened(8080, "http", 8080), nil},
		"the same":                      {opened(8080, "http", 8080), opened(8080, "http", 8080), nil},
		"the program listens elsewhere": {opened(8080, "http", 8080), opened(8080, "http", 80), nil},
		"another port":                  {opened(8080, "http", 8080), opened(81, "http", 8080), nil},
		"udp beside tcp":                {opened(53, "tcp", 53), opened(53, "udp", 53), nil},
		"it has no pods":                {idle, opened(8080, "http", 8080), nil},
	} {
		t.Run(sentence, func(t *testing.T) {
			before := up(t, rio.Service{Namespace: "shop", Name: "web"}, c.had)
			if diff := cmp.Diff(c.said, plan.Unreached(before, up(t, before, c.want))); diff != "" {
				t.Error(diff)
			}
		})
	}
	if said := plan.Unreached(rio.Service{Namespace: "shop", Name: "web"}, up(t, rio.Service{Namespace: "shop", Name: "web"}, none)); said != nil {
		t.Errorf("of a new service: %v", said)
	}
}

// Back to a pod from before a port was opened: that is the way out of trouble, and closes the port.
func TestAnUndoMayCloseAPort(t *testing.T) {
	had, opened := web("app:1"), web("app:1")
	opened.Expose = []spec.Port{{Port: 9090, TargetPort: 9090, Protocol: "http"}}
	s := up(t, rio.Service{Namespace: "shop", Name: "web"}, had)
	was := s.Revisions[0].Template
	s = up(t, s, opened)
	history := []rio.Release{{Number: 2, Hash: "b", Current: true, Template: s.Revisions[0].Template}, {Number: 1, Hash: "a", Template: was}}
	for number := range 2 { // it is staged, and gets the traffic
		step, err := plan.Undo(s, history, 0, asIs)
		if err != nil || step.Number != number {
			t.Fatalf("step %d, %v", step.Number, err)
		}
		s = step.Target
	}
	closed := map[string][]rio.Port{plan.UndoRevision: {s.Ports[1]}, rio.Latest: nil, "none": nil}
	after := s.Clone() // of a latest without the port others are made, and may be as it is
	latest, _ := after.Latest()
	latest.Template, after.Promoting, after.Before = was, "", nil
	if _, err := plan.Weight(after, map[string]int{plan.UndoRevision: 50}); err != nil {
		t.Error(err)
	}
	for revision, want := range closed {
		if diff := cmp.Diff(want, plan.Closed(s, revision), cmpopts.EquateEmpty()); diff != "" {
			t.Errorf("%s: %s", revision, diff)
		}
	}
}
