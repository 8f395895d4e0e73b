package rio_test

import (
	maps0 "maps"
	"testing"

	"github.com/google/go-cmp/cmp"
	corev1 "k8s.io/api/core/v1"

	"github.com/kubectl-rio/kubectl-rio/pkg/rio"
)

func TestLabels(t *testing.T) {
	foobar := rio.Ref{Namespace: "shop", Service: "foobar"}
	selector := map[string]string{
		"app": "foobar", "rio.cattle.io": "true", "rio.cattle.io/namespace": "shop", "rio.cattle.io/service": "foobar",
	}
	standard := map[string]string{
		"app.kubernetes.io/name": "foobar", "app.kubernetes.io/managed-by": "kubectl-rio", "app.kubernetes.io/part-of": "shop",
	}
	of := func(revision string) map[string]string { return map[string]string{"rio.cattle.io/revision": revision} }
	version := func(v string) map[string]string { return map[string]string{"app.kubernetes.io/version": v} }
	for sentence, tc := range map[string]struct{ got, want map[string]string }{
		"a service selects the pods of all revisions":  {rio.ServiceSelector(foobar.Of("v2")), selector},
		"a revision selects its own":                   {rio.Selector(foobar.Of("v2")), merge(selector, of("v2"))},
		"latest is a revision like another":            {rio.Selector(foobar), merge(selector, of("latest"))},
		"what revisions share names none of them":      {rio.ServiceLabels(foobar.Of("v2")), merge(selector, standard)},
		"what a revision has of its own names it":      {rio.Labels(foobar.Of("v2")), merge(selector, standard, of("v2"), version("v2"))},
		"latest is called so in its objects' labels":   {rio.Labels(foobar), merge(selector, standard, of("latest"), version("latest"))},
		"a user's labels are what is left of a pod's":  {rio.UserLabels(merge(rio.Labels(foobar.Of("v2")), map[string]string{"tier": "front"}), foobar.Of("v2")), map[string]string{"tier": "front"}},
		"none of them is in Rio's own name space":      {rio.UserLabels(map[string]string{"rio.cattle.io/old": "x", "rio.cattle.io": "true", "rio.cattle.iox": "kept"}, foobar), map[string]string{"rio.cattle.iox": "kept"}},
		"a pod without labels has none of the user's":  {rio.UserLabels(nil, foobar), nil},
		"what asks for a sidecar is the user's choice": {rio.UserLabels(map[string]string{rio.LabelInject: "true"}, foobar), map[string]string{rio.LabelInject: "true"}},
	} {
		t.Run(sentence, func(t *testing.T) {
			if diff := cmp.Diff(tc.want, tc.got); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func merge(maps ...map[string]string) map[string]string {
	all := map[string]string{}
	for _, m := range maps {
		maps0.Copy(all, m)
	}
	return all
}

func TestRevisionsKeepTheirOrder(t *testing.T) {
	s := rio.Service{Namespace: "default"}
	for _, name := range []string{"v3", "latest", "canary", "v2", "v3"} {
		s.Put(rio.Revision{Name: name})
	}
	names := func() (names []string) {
		for _, r := range s.Revisions {
			names = append(names, r.Name)
		}
		return names
	}
	if diff := cmp.Diff([]string{"latest", "canary", "v2", "v3"}, names()); diff != "" {
		t.Error(diff)
	}
	s.Drop("canary")
	s.Drop("gone")
	if diff := cmp.Diff([]string{"latest", "v2", "v3"}, names()); diff != "" {
		t.Error(diff)
	}
	s.Name = "foobar"
	wantError(t, `service "foobar" has no revision "v9" (have latest, v2, v3); see: kubectl rio ps -n default`, func() error {
		return rio.NoSuchRevision(s, "v9")
	})
	wantError(t, `service "foobar" has no revision "v9" (have latest, v2, v3); stage it first: kubectl rio stage -n default --image IMAGE foobar:v9`, func() error {
		return rio.NotStaged(s, "v9")
	})
}

func TestCloneSharesNothing(t *testing.T) {
	one := int32(1)
	s := rio.Service{Name: "foobar", Ports: []rio.Port{{Number: 80, Protocol: "http"}}, Revisions: []rio.Revision{{
		Name: rio.Latest, Replicas: &one,
		Template: corev1.PodTemplateSpec{Spec: corev1.PodSpec{Containers: []corev1.Container{{Name: "foobar", Image: "nginx"}}}},
	}}}
	c := s.Clone()
	c.Ports[0].Number = 81
	*c.Revisions[0].Replicas = 2
	c.Revisions[0].Weight = 50
	c.Revisions[0].Template.Spec.Containers[0].Image = "httpd"
	if s.Ports[0].Number != 80 || one != 1 || s.Revisions[0].Weight != 0 || s.Revisions[0].Template.Spec.Containers[0].Image != "nginx" {
		t.Errorf("a write to the copy reached the original: %+v", s)
	}
}

func TestHost(t *testing.T) {
	web, db, internal := rio.Port{Number: 80, Protocol: "http", Publish: true}, rio.Port{Number: 5432, Protocol: "tcp", Publish: true}, rio.Port{Number: 81, Protocol: "http"}
	for sentence, tc := range map[string]struct {
		ports    []rio.Port
		revision string
		want     string
	}{
		"latest has the service's name":      {[]rio.Port{web}, rio.Latest, "foobar.my-app.127.0.0.1.nip.io"},
		"a revision has its own":             {[]rio.Port{db, web}, "v2", "foobar-v2.my-app.127.0.0.1.nip.io"},
		"what is in the mesh only has none":  {[]rio.Port{internal}, rio.Latest, ""},
		"nor has what is on the nodes only":  {[]rio.Port{db}, rio.Latest, ""},
		"nor has a service without any port": {nil, rio.Latest, ""},
	} {
		t.Run(sentence, func(t *testing.T) {
			s := rio.Service{Namespace: "my-app", Name: "foobar", Domain: "127.0.0.1.nip.io", Ports: tc.ports}
			if got := s.Host(tc.revision); got != tc.want {
				t.Errorf("host %q, want %q", got, tc.want)
			}
		})
	}
}

func TestRolledOut(t *testing.T) {
	done := rio.Observed{Reported: true, UpToDate: true, Replicas: 3, Updated: 3, Available: 3, Ready: 3, Total: 3}
	with := func(change func(*rio.Observed)) *rio.Observed { o := done; change(&o); return &o }
	for sentence, tc := range map[string]struct {
		o    *rio.Observed
		want bool
	}{
		"all new pods are available":          {&done, true},
		"a service scaled to nothing is done": {&rio.Observed{Reported: true, UpToDate: true}, true},
		"nothing is known":                    {nil, false},
		"no status yet":                       {with(func(o *rio.Observed) { o.Reported = false }), false},
		"the status is of an older spec":      {with(func(o *rio.Observed) { o.UpToDate = false }), false},
		"an old pod still ends":               {with(func(o *rio.Observed) { o.Total = 4 }), false},
		"a new pod is not yet available":      {with(func(o *rio.Observed) { o.Available = 2 }), false},
		"a pod is still of the old template":  {with(func(o *rio.Observed) { o.Updated = 2 }), false},
	} {
		t.Run(sentence, func(t *testing.T) {
			if got := tc.o.RolledOut(); got != tc.want {
				t.Errorf("rolled out: %v, want %v", got, tc.want)
			}
		})
	}
}
