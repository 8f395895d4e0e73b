package printer_test

import (
	"bytes"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/utils/ptr"

	"github.com/kubectl-rio/kubectl-rio/pkg/manifest"
	"github.com/kubectl-rio/kubectl-rio/pkg/plan"
	"github.com/kubectl-rio/kubectl-rio/pkg/printer"
	"github.com/kubectl-rio/kubectl-rio/pkg/rio"
	"github.com/kubectl-rio/kubectl-rio/pkg/spec"
	"github.com/kubectl-rio/kubectl-rio/pkg/stack"
)

// planned is foobar with v2 staged at 30 %, as it is written.
func planned() rio.Service {
	pod := func(image string) corev1.PodTemplateSpec {
		return corev1.PodTemplateSpec{Spec: corev1.PodSpec{Containers: []corev1.Container{{
			Name: "foobar", Image: image, Env: []corev1.EnvVar{{Name: "MODE", Value: "slow"}},
			Ports: []corev1.ContainerPort{{Name: "http-80", ContainerPort: 80, Protocol: "TCP"}},
		}}}}
	}
	return rio.Service{
		Namespace: "default", Name: "foobar", Domain: "127.0.0.1.nip.io", Gateway: "rio-system/rio-gateway",
		Ports: []rio.Port{{Number: 80, Protocol: "http", Publish: true}},
		Revisions: []rio.Revision{
			{Name: "latest", Kind: "Deployment", Replicas: ptr.To[int32](3), Weight: 70, Template: pod("nginx")},
			{Name: "v2", Kind: "Deployment", Replicas: ptr.To[int32](1), Weight: 30, Template: pod("httpd")},
		},
	}
}

func TestChanges(t *testing.T) {
	verb := func(next rio.Service, err error) func(t *testing.T) rio.Service {
		return func(t *testing.T) rio.Service {
			if err != nil {
				t.Fatal(err)
			}
			return next
		}
	}
	step := func(s rio.Service) func(t *testing.T) rio.Service {
		next, err := plan.Promote(s, "v2", nil, nil)
		return verb(next.Target, err)
	}
	ready := planned()
	ready.Revisions[1].Replicas = ptr.To[int32](3)
	for sentence, tc := range map[string]struct {
		before rio.Service
		after  func(t *testing.T) rio.Service
		want   string
	}{
		"nothing": {planned(), verb(planned(), nil), ""},
		"weight touches one object": {planned(), verb(plan.Weight(planned(), map[string]int{"v2": 50})), `
~ virtualservice/foobar
    split: latest 70% -> 50%, v2 30% -> 50%
`},
		"a service is made": {rio.Service{Namespace: "default", Name: "foobar"}, verb(planned(), nil), `
+ deployment/foobar
+ deployment/foobar-v2
+ service/foobar
+ service/foobar-v2
+ destinationrule/foobar
+ virtualservice/foobar-v2
+ virtualservice/foobar
`},
		"one is staged in another's place, with the path of each field": {planned(), verb(plan.Stage(planned(), "v2", spec.Revision{Weight: 30, Container: spec.Container{Image: "caddy", Environment: []string{"LEVEL=2"}}})), `
~ virtualservice/foobar
    split: latest 70% -> 100%, v2 30% -> 0%
~ deployment/foobar-v2
    replicas: 1 -> 3
    template.spec.containers[foobar].env[LEVEL].name: + LEVEL
    template.spec.containers[foobar].env[LEVEL].value: + 2
    template.spec.containers[foobar].image: httpd -> caddy
~ virtualservice/foobar
    split: latest 100% -> 70%, v2 0% -> 30%
`},
		"a revision is removed, top-down": {planned(), verb(plan.Remove(planned(), "v2", true)), `
~ virtualservice/foobar
    split: latest 70% -> 100%, v2 30% -> 0%
- virtualservice/foobar-v2
~ destinationrule/foobar
    subsets[v2].labels.rio.cattle.io/revision: - v2
    subsets[v2].name: - v2
- service/foobar-v2
- deployment/foobar-v2
`},
		"a promotion begins": {ready, step(ready), `
~ virtualservice/foobar
    split: latest 70% -> 0%, v2 30% -> 100%
    annotations.rio.cattle.io/before: + {"weight":30,"replicas":3}
    annotations.rio.cattle.io/promoting: + v2
`},
	} {
		t.Run(sentence, func(t *testing.T) {
			var b bytes.Buffer
			if err := printer.Changes(&b, plan.Diff(manifest.Render(tc.before), tc.after(t)), nil, false); err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(strings.TrimPrefix(tc.want, "\n"), b.String()); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// What is in a config is shown by its keys and lines, what is in a secret by its keys alone.
func TestChangesOfConfigs(t *testing.T) {
	object := func(kind string, data map[string][]byte) manifest.Object {
		return manifest.Config(rio.Config{Kind: kind, Namespace: "shop", Name: "site", Data: data}, "")
	}
	type data = map[string][]byte
	for sentence, c := range map[string]struct {
		kind          string
		before, after data
		want          string
	}{
		"lines of a text": {rio.KindConfigMap, data{"content": []byte("a\nlisten 80\nb\n")}, data{"content": []byte("a\nlisten 81\nb\n")},
			"~ configmap/site\n    data.content, from line 2:\n      - listen 80\n      + listen 81\n"},
		"keys that come and go": {rio.KindConfigMap, data{"a": []byte("one\ntwo\n")}, data{"b.conf": []byte("hush")},
			"~ configmap/site\n    data.a: - one... (8 bytes)\n    data.b.conf: + ***\n"},
		"what is no text": {rio.KindConfigMap, data{"logo": {0xff, 1}}, data{"logo": {0xff, 2}},
			"~ configmap/site\n    binaryData.logo: /wE= -> /wI=\n"},
		"a secret": {rio.KindSecret, data{"old": []byte("1"), "password": []byte("a")}, data{"new": []byte("2"), "password": []byte("b")},
			"~ secret/site\n    data.new: + ***\n    data.old: - ***\n    data.password: *** -> ***\n"},
		"a password in a text": {rio.KindConfigMap, data{"content": []byte("password is hush")}, data{"content": []byte("password is hush hush")},
			"~ configmap/site\n    data.content: password is *** -> password is *** ***\n"},
	} {
		t.Run(sentence, func(t *testing.T) {
			var b bytes.Buffer
			changes := plan.ChangeSet{{Op: plan.Update, Before: object(c.kind, c.before), After: object(c.kind, c.after)}}
			if err := printer.Changes(&b, changes, stack.Mask{"hush"}, false); err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(c.want, b.String()); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestSplitChange(t *testing.T) {
	for sentence, tc := range map[string]struct {
		before, after map[string]int
		want          string
	}{
		"nothing":                     {map[string]int{"latest": 100}, map[string]int{"latest": 100}, ""},
		"latest is named first":       {map[string]int{"latest": 100}, map[string]int{"latest": 70, "canary": 30}, "latest 100% -> 70%, canary 0% -> 30%"},
		"who keeps is not named":      {map[string]int{"latest": 60, "v2": 20, "v3": 20}, map[string]int{"latest": 50, "v2": 20, "v3": 30}, "latest 60% -> 50%, v3 20% -> 30%"},
		"who goes is named with 0%":   {map[string]int{"latest": 60, "v2": 40}, map[string]int{"latest": 100}, "latest 60% -> 100%, v2 40% -> 0%"},
		"there was nothing before it": {nil, map[string]int{"latest": 100}, "latest 0% -> 100%"},
	} {
		t.Run(sentence, func(t *testing.T) {
			if got := printer.SplitChange(tc.before, tc.after); got != tc.want {
				t.Errorf("%q, want %q", got, tc.want)
			}
		})
	}
}

// What comes from a cluster, an event's message or an image's name, can neither move a
// terminal's cursor nor break a table.
func TestTerminalEscapesDoNothing(t *testing.T) {
	evil := "a\x1b[2Jb\r\nc\td\x7f\u009b31m\xff\x00e"
	s := service("default", "foobar", evil, time.Minute, false)
	s.Revisions[0].Observed.Problems = []rio.Condition{{Reason: evil, Message: evil}}
	p := pod()
	p.Spec.Containers[1].Image = evil
	p.Status.ContainerStatuses[0].State = corev1.ContainerState{Waiting: &corev1.ContainerStateWaiting{Reason: evil}}
	changed := planned()
	changed.Revisions[0].Template.Spec.Containers[0].Env[0].Value = evil
	for what, draw := range map[string]func(*bytes.Buffer) error{
		"services": func(b *bytes.Buffer) error {
			return printer.ServiceTable(b, printer.Services([]rio.Service{s}), "default", now, true, false)
		},
		"containers": func(b *bytes.Buffer) error {
			return printer.ContainerTable(b, printer.Containers([]corev1.Pod{p}, "default", true), now)
		},
		"a split": func(b *bytes.Buffer) error { return printer.MeasuredTable(b, s, nil, 0, printer.NewBars(true)) },
		"changes": func(b *bytes.Buffer) error {
			return printer.Changes(b, plan.Diff(manifest.Render(planned()), changed), nil, false)
		},
	} {
		t.Run(what, func(t *testing.T) {
			var b bytes.Buffer
			if err := draw(&b); err != nil {
				t.Fatal(err)
			}
			if i := strings.IndexFunc(b.String(), func(r rune) bool { return r != '\n' && (r < ' ' || (r >= 0x7f && r < 0xa0)) }); i >= 0 {
				t.Errorf("%q", b.String()[max(0, i-20):i+1])
			}
			if !strings.Contains(b.String(), "a [2Jb") {
				t.Errorf("the text itself is gone: %s", b.String())
			}
		})
	}
	if got := printer.Clean("päth/ü – ok █"); got != "päth/ü – ok █" {
		t.Errorf("what is no control character stays, got %q", got)
	}
}

type closed struct{}

func (closed) Write([]byte) (int, error) { return 0, errors.New("closed pipe") }

func TestAFailedWriteIsNotHidden(t *testing.T) {
	s := service("default", "foobar", "nginx", time.Minute, true)
	for what, err := range map[string]error{
		"services":   printer.ServiceTable(closed{}, printer.Services([]rio.Service{s}), "default", now, false, false),
		"containers": printer.ContainerTable(closed{}, nil, now),
		"a split":    printer.MeasuredTable(closed{}, s, nil, 0, printer.NewBars(false)),
		"changes":    printer.Changes(closed{}, plan.Diff(nil, planned()), nil, false),
	} {
		if err == nil {
			t.Errorf("%s: no error", what)
		}
	}
}
