package plan_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	corev1 "k8s.io/api/core/v1"

	"github.com/kubectl-rio/kubectl-rio/pkg/plan"
	"github.com/kubectl-rio/kubectl-rio/pkg/rio"
)

// running gives a revision an image, in the cluster's eyes.
func running(r rio.Revision, image string) rio.Revision {
	o := *r.Observed
	o.Template = corev1.PodTemplateSpec{Spec: corev1.PodSpec{Containers: []corev1.Container{{Image: image}}}}
	r.Observed = &o
	return r
}

func lines(events []rio.Event) []string {
	var all []string
	for _, e := range events {
		line := e.Type + " " + e.ID + " " + e.Message
		if e.By != "" {
			line += " (" + e.By + ": " + e.Command + ")"
		}
		all = append(all, line)
	}
	return all
}

func TestHappened(t *testing.T) {
	latest, v2 := running(seen("latest", 100, 2, 2, 2, 2), "nginx"), running(seen("v2", 0, 2, 2, 2, 2), "httpd")
	slow := running(seen("latest", 100, 2, 1, 1, 3), "httpd")
	slow.Cause = rio.Cause{By: "dev", Command: "promote foobar:v2"}
	edited := running(latest, "nginx")
	edited.Observed.Template.Annotations = map[string]string{"a": "b"}
	shared := latest
	shared.Weight = 70
	third := v2
	third.Weight = 30
	stuck := running(latest, "nginx")
	stuck.Observed.Problems = []rio.Condition{{Type: "Progressing", Reason: "ProgressDeadlineExceeded", Message: "it took too long"}, {Type: "Available", Transitioning: true}}
	unseen := running(seen("latest", 100, 5, 2, 2, 2), "nginx")
	unseen.Observed.UpToDate = false
	ending := running(latest, "nginx")
	ending.Observed.Deleting = true
	with := func(change func(*rio.Service), revisions ...rio.Revision) rio.Service {
		s := serviceOf("foobar", revisions...)
		if change != nil {
			change(&s)
		}
		return s
	}
	promoting := func(s *rio.Service) { s.Promoting = "v2" }
	undone := func(s *rio.Service) { s.Undone.Revision = "v2" }
	gradual := func(s *rio.Service) { s.Gradual = &rio.Gradual{Revision: "v2"} }
	for sentence, tc := range map[string]struct {
		before, after rio.Service
		want          []string
	}{
		"nothing":                 {with(nil, latest, v2), with(nil, latest, v2), nil},
		"it is made":              {with(nil), with(nil, latest), []string{"created shop:foobar created: image nginx, 2 replicas"}},
		"a revision is staged":    {with(nil, latest), with(nil, latest, v2), []string{"created shop:foobar:v2 staged: image httpd, 2 replicas"}},
		"one is removed":          {with(nil, latest, v2), with(nil, latest), []string{"removed shop:foobar:v2 removed"}},
		"all of it goes":          {with(nil, latest), with(nil), []string{"removed shop:foobar removed"}},
		"another image":           {with(nil, latest), with(nil, slow), []string{"template shop:foobar image nginx -> httpd (dev: promote foobar:v2)", "pods shop:foobar 1/2 ready, 2 old"}},
		"another template":        {with(nil, latest), with(nil, edited), []string{"template shop:foobar its pods get another template"}},
		"the weights":             {with(nil, latest, v2), with(nil, shared, third), []string{"weight shop:foobar weight latest 100% -> 70%, v2 0% -> 30%"}},
		"the scale, not yet seen": {with(nil, latest), with(nil, unseen), []string{"scale shop:foobar scale 2 -> 5"}},
		"it takes too long":       {with(nil, latest), with(nil, stuck), []string{"trouble shop:foobar ProgressDeadlineExceeded: it took too long"}},
		"it still does":           {with(nil, stuck), with(nil, stuck), nil},
		"its end begins":          {with(nil, latest), with(nil, ending), []string{"removed shop:foobar is being removed"}},
		"a promotion begins":      {with(nil, latest, v2), with(promoting, latest, v2), []string{"promotion shop:foobar promotion of v2 begins"}},
		"it ends":                 {with(promoting, latest), with(nil, latest), []string{"promotion shop:foobar promoted: what was v2 is latest"}},
		"it is taken back":        {with(promoting, latest, v2), with(undone, latest, v2), []string{"promotion shop:foobar promotion of v2 is taken back"}},
		"by steps":                {with(nil, latest, v2), with(gradual, latest, v2), []string{"release shop:foobar gradual release of v2 begins"}},
		"no more":                 {with(gradual, latest, v2), with(nil, latest, v2), []string{"release shop:foobar gradual release of v2 ends"}},
	} {
		t.Run(sentence, func(t *testing.T) {
			got := plan.Happened(tc.before, tc.after)
			if diff := cmp.Diff(tc.want, lines(got)); diff != "" {
				t.Error(diff)
			}
		})
	}
	moved := plan.Happened(with(nil, latest, v2), with(nil, shared, third))
	if diff := cmp.Diff(map[string]int{"latest": 70, "v2": 30}, moved[0].Weights); diff != "" {
		t.Error(diff)
	}
}
