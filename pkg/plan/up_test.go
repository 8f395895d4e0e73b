package plan_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/kubectl-rio/kubectl-rio/pkg/manifest"
	"github.com/kubectl-rio/kubectl-rio/pkg/plan"
	"github.com/kubectl-rio/kubectl-rio/pkg/rio"
	"github.com/kubectl-rio/kubectl-rio/pkg/spec"
)

var upGateway = plan.Gateway{Name: "rio-system/rio-gateway", Domain: "example.com", Ports: []rio.Port{{Number: 80, Protocol: "http"}}}

// asIs furnishes nothing: these pods name nothing.
func asIs(s rio.Service, _ string) (rio.Service, error) { return s, nil }

func web(image string) spec.Service {
	s := spec.Service{}
	s.Image, s.Environment = image, []string{"A=1", "B=2"}
	s.Ports = []spec.Port{{Port: 80, TargetPort: 8080}} // as docker-compose writes it
	return s
}

func withV2(s spec.Service, weight int) spec.Service {
	v2 := spec.Revision{Weight: weight}
	v2.Image = "app:2"
	s.Revisions = map[string]spec.Revision{"v2": v2}
	return s
}

func up(t *testing.T, s rio.Service, want spec.Service) rio.Service {
	t.Helper()
	next, err := plan.Up(s, want, upGateway, asIs)
	if err != nil {
		t.Fatal(err)
	}
	return next
}

func TestUp(t *testing.T) {
	empty := rio.Service{Namespace: "shop", Name: "web"}
	first := up(t, empty, withV2(web("app:1"), 30))
	weights := func(s rio.Service) map[string]int {
		m := map[string]int{}
		for _, r := range s.Revisions {
			m[r.Name] = r.Weight
		}
		return m
	}
	if diff := cmp.Diff([]rio.Port{{Number: 80, Protocol: "http", Publish: true}}, first.Ports); diff != "" {
		t.Errorf("a port of the gateway is http:\n%s", diff)
	}
	if diff := cmp.Diff(map[string]int{"latest": 70, "v2": 30}, weights(first)); diff != "" {
		t.Error(diff)
	}
	again := up(t, first, withV2(web("app:1"), 30))
	if diff := cmp.Diff(first, again, cmpopts.EquateEmpty()); diff != "" {
		t.Errorf("again, something changes:\n%s", diff)
	}
	unencrypted := first.Clone()
	if unencrypted.TLS = !first.TLS; up(t, unencrypted, web("app:1")).TLS != first.TLS {
		t.Error("TLS, which the gateway has got since, does not come to a service that is there")
	}
	byHand, err := plan.Stage(first, "mine", spec.Revision{Container: spec.Container{Image: "app:3"}, Weight: 10})
	if err != nil {
		t.Fatal(err)
	}
	next := up(t, byHand, web("app:1"))
	if diff := cmp.Diff(map[string]int{"latest": 90, "mine": 10}, weights(next)); diff != "" {
		t.Errorf("only what left the file goes:\n%s", diff)
	}
	byHand.Gradual = &rio.Gradual{Revision: "mine", From: 0, To: 80, Step: 10}
	for share, goesOn := range map[int]bool{30: true, 20: false} {
		if next := up(t, byHand, withV2(web("app:2"), share)); (next.Gradual != nil) != goesOn {
			t.Errorf("v2 gets %d%%, and the gradual release of another revision goes on: %v", share, !goesOn)
		}
	}
	scaled := first.Clone()
	scaled.Revisions[0].Replicas = nil // an autoscaler's to set
	if next := up(t, scaled, web("app:1")); next.Revisions[0].Replicas != nil {
		t.Error("the number of pods is taken from an autoscaler")
	}
}

// A port of a sidekick is the service's as well.
func TestUpGuessesWhatASidekickSpeaks(t *testing.T) {
	want := spec.Service{}
	want.Image = "app:1"
	proxy := spec.Sidekick{}
	proxy.Image, proxy.Ports = "proxy:1", []spec.Port{{Port: 80, TargetPort: 8080}}
	want.Sidekicks = map[string]spec.Sidekick{"proxy": proxy}
	s := up(t, rio.Service{Namespace: "shop", Name: "web"}, want)
	if diff := cmp.Diff([]rio.Port{{Number: 80, Protocol: "http", Publish: true}}, s.Ports); diff != "" {
		t.Error(diff)
	}
	if want.Sidekicks["proxy"].Ports[0].Protocol != "" {
		t.Error("what was wanted is changed")
	}
}

// An editor shows all of a service, and makes it nobody else's.
func TestEdit(t *testing.T) {
	editShown := func(s, shown rio.Service, want spec.Service) rio.Service {
		t.Helper()
		next, err := plan.Edit(s, shown, want, upGateway, asIs)
		if err != nil {
			t.Fatal(err)
		}
		return next
	}
	edit := func(s rio.Service, want spec.Service) rio.Service { return editShown(s, s, want) }
	filed := up(t, rio.Service{Namespace: "shop", Name: "web"}, web("app:1"))
	byHand, err := plan.Stage(filed, "mine", spec.Revision{Container: spec.Container{Image: "app:3"}, Weight: 10})
	if err != nil {
		t.Fatal(err)
	}
	text := plan.Write(byHand)
	text.Image = "app:2"
	text.Revisions["new"] = spec.Revision{Container: spec.Container{Image: "app:4"}}
	next := edit(byHand, text)
	if mine, ok := next.Revision("mine"); !ok || mine.Filed || mine.Weight != 10 || !next.Filed {
		t.Errorf("what was staged by hand is the file's: %+v", mine)
	}
	if added, ok := next.Revision("new"); !ok || added.Filed {
		t.Errorf("what was written in the editor is the file's: %+v", added)
	}
	if _, there := up(t, next, web("app:2")).Revision("mine"); !there {
		t.Error("the next up of the file removes what was staged by hand")
	}
	delete(text.Revisions, "mine")
	next = edit(byHand, text)
	if latest, _ := next.Latest(); latest.Weight != 100 || len(next.Revisions) != 2 {
		t.Errorf("what was taken out is still there: %+v", next.Revisions)
	}
	if mine, there := editShown(byHand, filed, text).Revision("mine"); !there || mine.Weight != 10 {
		t.Error("what was staged after the text was shown goes")
	}
	ran := filed.Clone()
	ran.Filed = false
	if edit(ran, web("app:2")).Filed {
		t.Error("what run made is the file's")
	}
	theirs := byHand.Clone()
	mine, _ := theirs.Revision("mine")
	mine.Foreign = true
	if _, there := edit(theirs, text).Revision("mine"); !there {
		t.Error("what another tool made goes")
	}
}

func TestUpRefuses(t *testing.T) {
	there := up(t, rio.Service{Namespace: "shop", Name: "web"}, web("app:1"))
	foreign, promoting := there.Clone(), there.Clone()
	foreign.Revisions[0].Foreign = true
	promoting.Promoting = "v2"
	closed, daemon := web("app:1"), web("app:1")
	closed.Ports = []spec.Port{{Port: 81, TargetPort: 80, Protocol: "http"}}
	daemon.Global = new(true)
	row, ordered := web("app:1"), web("app:1")
	row.UpdateStrategy, ordered.DeploymentStrategy = "on-delete", "ordered"
	rows := up(t, rio.Service{Namespace: "shop", Name: "web"}, row)
	claimed := rows.Clone()
	claimed.Revisions[0].Claims = []corev1.PersistentVolumeClaim{{ObjectMeta: metav1.ObjectMeta{Name: "data"}}}
	const fixed = "and Kubernetes cannot change these; remove the service first, which keeps the volumes: kubectl rio rm -n shop web"
	for sentence, c := range map[string]struct {
		s    rio.Service
		want spec.Service
		err  string
	}{
		"what another tool made":             {foreign, web("app:1"), "take it out of the file"},
		"a service in a promotion":           {promoting, web("app:1"), "is being promoted"},
		"a port that is not open":            {there, closed, "port 81/http is not open"},
		"another kind of workload":           {there, daemon, "is a Deployment, and the file makes a DaemonSet of it"},
		"another order of pods":              {rows, ordered, fixed},
		"other volumes of each pod":          {claimed, row, fixed},
		"more than there is to weight":       {there, withV2(web("app:1"), 130), "130%"},
		"a service that has no image at all": {there, spec.Service{}, "has no image"},
	} {
		t.Run(sentence, func(t *testing.T) {
			_, err := plan.Up(c.s, c.want, upGateway, asIs)
			if err == nil || !strings.Contains(err.Error(), c.err) {
				t.Errorf("error %v, want one with %q", err, c.err)
			}
		})
	}
}

// What up made can be written down, and up of that is the same.
func TestDescribeIsTheInverseOfUp(t *testing.T) {
	want := withV2(web("app:1"), 30)
	want.Scale = &rio.Scale{Min: 2, Max: 2}
	want.UpdateOrder, want.BatchSize = "stop-first", 2
	made := up(t, rio.Service{Namespace: "shop", Name: "web"}, want)
	described := plan.Write(made)
	want.Ports[0].Protocol = "http"
	if diff := cmp.Diff(want, described, cmpopts.EquateEmpty()); diff != "" {
		t.Errorf("(-said +described):\n%s", diff)
	}
	if changes := plan.Diff(manifest.Render(made), up(t, made, described)); len(changes) > 0 {
		t.Errorf("up of what is described changes %d objects", len(changes))
	}
}

func TestStacks(t *testing.T) {
	own, other, going := &rio.Stack{Name: "shop", Own: true}, &rio.Stack{Name: "kube-system"}, &rio.Stack{Name: "shop", Own: true, Removing: true}
	object := manifest.Stack(*own)
	for sentence, c := range map[string]struct {
		f    func() (plan.ChangeSet, error)
		want string
	}{
		"a new one":            {func() (plan.ChangeSet, error) { return plan.CreateStack(nil, nil, rio.Stack{Name: "shop"}) }, "create"},
		"one that is there":    {func() (plan.ChangeSet, error) { return plan.CreateStack(own, object, *own) }, `stack "shop" exists`},
		"of a plain namespace": {func() (plan.ChangeSet, error) { return plan.CreateStack(other, manifest.Stack(*other), *other) }, "update"},
		"one that goes":        {func() (plan.ChangeSet, error) { return plan.CreateStack(going, object, *going) }, "is being removed"},
		"described": {func() (plan.ChangeSet, error) {
			return plan.UpdateStack(own, object, rio.Stack{Name: "shop", Description: "x"})
		}, "update"},
		"described as it is":   {func() (plan.ChangeSet, error) { return plan.UpdateStack(own, object, *own) }, "nothing"},
		"described, not there": {func() (plan.ChangeSet, error) { return plan.UpdateStack(nil, nil, *own) }, `there is no stack "shop"`},
		"removed":              {func() (plan.ChangeSet, error) { return plan.RemoveStack(own, object, "shop") }, "delete"},
		"removed, not there":   {func() (plan.ChangeSet, error) { return plan.RemoveStack(nil, nil, "shop") }, `there is no stack "shop"`},
		"removed, others' own": {func() (plan.ChangeSet, error) { return plan.RemoveStack(other, nil, "kube-system") }, "was not made as a stack"},
		"the default namespace": {func() (plan.ChangeSet, error) {
			return plan.RemoveStack(&rio.Stack{Name: "default", Own: true}, nil, "default")
		}, "was not made as a stack"},
	} {
		t.Run(sentence, func(t *testing.T) {
			changes, err := c.f()
			got := "nothing"
			if err != nil {
				got = err.Error()
			} else if len(changes) > 0 {
				got = fmt.Sprint(changes[0].Op)
			}
			if !strings.Contains(got, c.want) {
				t.Errorf("%s, want %s", got, c.want)
			}
		})
	}
}
