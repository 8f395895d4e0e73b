package plan_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	corev1 "k8s.io/api/core/v1"

	"github.com/kubectl-rio/kubectl-rio/pkg/plan"
	"github.com/kubectl-rio/kubectl-rio/pkg/rio"
)

// What is told of the time before is what happened then, though today it is httpd with 5 pods.
func TestSince(t *testing.T) {
	noon := time.Date(2018, 10, 3, 12, 0, 0, 0, time.UTC)
	after := func(minutes int) time.Time { return noon.Add(time.Duration(minutes) * time.Minute) }
	release := func(number, made, at int, image, command string) rio.Release {
		r := rio.Release{Number: number, Made: after(made), Template: corev1.PodTemplateSpec{Spec: corev1.PodSpec{Containers: []corev1.Container{{Image: image}}}}}
		if r.Cause.At = after(at); command != "" {
			r.Cause.By, r.Cause.Command = "dev", command
		}
		return r
	}
	run, promoted := release(1, 0, 0, "nginx", "run nginx"), release(2, 10, 10, "caddy", "promote foobar:v1")
	set, back := release(3, 20, 20, "httpd", ""), release(4, 0, 30, "nginx", "undo foobar") // the template of run, again
	const (
		created    = "12:00 created shop:foobar created: image nginx (dev: run nginx)"
		caddy      = "12:10 template shop:foobar image nginx -> caddy (dev: promote foobar:v1)"
		caddyAlone = "12:10 template shop:foobar image caddy (dev: promote foobar:v1)"
		httpd      = "12:20 template shop:foobar image caddy -> httpd"
	)
	for sentence, tc := range map[string]struct {
		history []rio.Release
		begin   int // minutes after noon
		want    []string
	}{
		"all of it":                            {[]rio.Release{set, promoted, run}, -5, []string{created, caddy, httpd}},
		"what is older than asked for is not":  {[]rio.Release{set, promoted, run}, 5, []string{caddy, httpd}},
		"nothing happened in that time":        {[]rio.Release{set, promoted, run}, 25, nil},
		"what came back was there before":      {[]rio.Release{back, set, promoted}, -5, []string{"12:00 created shop:foobar created: image nginx", "12:10 template shop:foobar image caddy (dev: promote foobar:v1)", httpd, "12:30 template shop:foobar image httpd -> nginx (dev: undo foobar)"}},
		"what is forgotten is not made up":     {[]rio.Release{set, promoted}, -5, []string{"12:00 created shop:foobar created", "12:10 template shop:foobar image caddy (dev: promote foobar:v1)", httpd}},
		"what came back as it was has no time": {[]rio.Release{release(4, 0, 0, "nginx", "run nginx"), set, promoted}, 5, []string{caddyAlone, httpd}},
		"nothing is remembered":                {nil, -5, []string{"12:00 created shop:foobar created"}},
		"another template with the same image": {[]rio.Release{release(2, 10, 10, "nginx", "set"), run}, 5, []string{"12:10 template shop:foobar its pods get another template (dev: set)"}},
	} {
		t.Run(sentence, func(t *testing.T) {
			latest := running(seen("latest", 100, 5, 5, 5, 5), "httpd")
			latest.Observed.Created, latest.Cause = noon, promoted.Cause
			events := plan.Since(rio.Ref{Namespace: "shop", Service: "foobar"}, latest, tc.history, after(tc.begin))
			var got []string
			for i, line := range lines(events) {
				got = append(got, events[i].Time.Format("15:04 ")+line)
			}
			if diff := cmp.Diff(tc.want, got); diff != "" {
				t.Error(diff)
			}
		})
	}
	staged := running(seen("v2", 0, 1, 1, 1, 1), "echo")
	staged.Observed.Created = noon
	if got := lines(plan.Since(rio.Ref{Namespace: "shop", Service: "foobar", Revision: "v2"}, staged, []rio.Release{release(1, 0, 0, "echo", "")}, noon)); len(got) != 1 || got[0] != "created shop:foobar:v2 staged: image echo" {
		t.Errorf("a staged one: %q", got)
	}
}
