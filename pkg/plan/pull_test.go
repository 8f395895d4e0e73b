package plan_test

import (
	"testing"

	corev1 "k8s.io/api/core/v1"

	"github.com/kubectl-rio/kubectl-rio/pkg/plan"
	"github.com/kubectl-rio/kubectl-rio/pkg/rio"
	"github.com/kubectl-rio/kubectl-rio/pkg/spec"
)

// pulled is an image and when it is pulled: as the template says, and as it runs, where the server
// has filled in what nobody said.
type pulled struct {
	image      string
	says, runs corev1.PullPolicy
}

func (p pulled) onto(r *rio.Revision) {
	r.Template.Spec.Containers[0].Image, r.Template.Spec.Containers[0].ImagePullPolicy = p.image, p.says
	r.Observed = &rio.Observed{Template: *r.Template.DeepCopy()}
	r.Observed.Template.Spec.Containers[0].ImagePullPolicy = p.runs
}

func policyOf(s rio.Service, revision string) corev1.PullPolicy {
	r, _ := s.Revision(revision)
	return r.Template.Spec.Containers[0].ImagePullPolicy
}

// What the server chose for latest's image is not taken for another one; what somebody said is.
func TestStageTakesOverWhenToPull(t *testing.T) {
	app1, app := pulled{"app:1", "", "IfNotPresent"}, pulled{"app", "", "Always"}
	never := of("app")
	never.ImagePullPolicy = "never"
	for sentence, c := range map[string]struct {
		latest pulled
		over   *pulled // the revision that is replaced
		ask    spec.Revision
		want   corev1.PullPolicy
	}{
		"the server chooses anew":                          {app1, nil, of("app"), ""},
		"also after a promotion wrote what it chose":       {pulled{"app", "Always", "Always"}, nil, of("app:1"), ""},
		"also of the same image":                           {app1, nil, spec.Revision{}, ""},
		"what the user said stays":                         {pulled{"app:1", "Always", "Always"}, nil, of("app:2"), "Always"},
		"and what another tool wrote":                      {pulled{"app:1", "", "Never"}, nil, of("app"), "Never"},
		"a flag counts":                                    {app1, nil, never, "Never"},
		"over another image, where it keeps what it chose": {app1, &app1, of("app"), "Always"},
		"the other way":                                    {app1, &app, of("app:2"), "IfNotPresent"},
		"over what another tool wrote":                     {app1, &pulled{"app", "", "Never"}, of("app:2"), ""},
		"over another image of the same way":               {app1, &app1, of("app:2"), ""},
		"over the same image":                              {app1, &app1, of("app:1"), ""},
		"over the same image, where it is ours":            {app1, &pulled{"app", "Always", "Always"}, of("app"), "Always"},
	} {
		t.Run(sentence, func(t *testing.T) {
			s := foobar()
			c.latest.onto(&s.Revisions[0])
			name := "v3"
			if c.over != nil {
				name = "v2"
				c.over.onto(&s.Revisions[1])
			}
			next, err := plan.Stage(s, name, c.ask)
			if err != nil {
				t.Fatal(err)
			}
			if got := policyOf(next, name); got != c.want {
				t.Errorf("pull policy %q, want %q", got, c.want)
			}
		})
	}
}

// A file says it or nobody does. Up again finds nothing to change.
func TestUpSaysWhenToPull(t *testing.T) {
	for sentence, c := range map[string]struct {
		there pulled
		image string
		says  string
		want  corev1.PullPolicy
	}{
		"another image, and the server keeps what it chose": {pulled{"app:1", "", "IfNotPresent"}, "app", "", "Always"},
		"and again":                              {pulled{"app", "Always", "Always"}, "app", "", "Always"},
		"back":                                   {pulled{"app", "Always", "Always"}, "app:1", "", "IfNotPresent"},
		"the same image":                         {pulled{"app:1", "", "IfNotPresent"}, "app:1", "", ""},
		"what the file said before, and not now": {pulled{"app:1", "Never", "Never"}, "app:1", "", ""},
		"what another tool wrote is not taken over": {pulled{"app:1", "", "Never"}, "app", "", ""},
		"the file says it":                          {pulled{"app:1", "", "IfNotPresent"}, "app", "not-present", "IfNotPresent"},
	} {
		t.Run(sentence, func(t *testing.T) {
			want := web(c.image)
			want.ImagePullPolicy = c.says
			s := up(t, rio.Service{Namespace: "shop", Name: "web"}, web("app:1"))
			c.there.onto(&s.Revisions[0])
			if got := policyOf(up(t, s, want), rio.Latest); got != c.want {
				t.Errorf("pull policy %q, want %q", got, c.want)
			}
		})
	}
	want := withV2(web("app"), 0)
	want.ImagePullPolicy = "always"
	if got := policyOf(up(t, rio.Service{Namespace: "shop", Name: "web"}, want), "v2"); got != "Always" {
		t.Errorf("v2 inherits %q of the file, want Always", got)
	}
}
