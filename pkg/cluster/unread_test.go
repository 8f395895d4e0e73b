package cluster

import (
	"strings"
	"testing"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/kubectl-rio/kubectl-rio/pkg/manifest"
	"github.com/kubectl-rio/kubectl-rio/pkg/plan"
	"github.com/kubectl-rio/kubectl-rio/pkg/rio"
)

// guarded is foobar that may read pods, and that reads its copy of the secret db.
func guarded(t *testing.T) rio.Service {
	t.Helper()
	s := foobar()
	pods, err := rio.ParsePermission("read pods")
	if err != nil {
		t.Fatal(err)
	}
	latest := &s.Revisions[0]
	latest.Permissions = []rio.Permission{pods}
	latest.Template.Spec.Volumes = []corev1.Volume{{Name: "db", VolumeSource: corev1.VolumeSource{Secret: &corev1.SecretVolumeSource{SecretName: "db"}}}}
	db := rio.Config{Kind: rio.KindSecret, Namespace: "default", Name: "db", Data: map[string][]byte{"a": []byte("1"), "b": []byte("2")}}
	if s, err = plan.Pin(s, rio.Latest, []rio.Config{db}); err != nil {
		t.Fatal(err)
	}
	return s
}

// forTheRoleView is what a server holds of a service for a user who may read neither roles
// nor secrets.
func forTheRoleView(t *testing.T, s rio.Service) map[string]answer {
	t.Helper()
	whole := map[string]any{}
	ours := func(meta map[string]any) {
		meta["managedFields"] = []any{map[string]any{"manager": rio.FieldManager, "operation": "Apply", "fieldsType": "FieldsV1",
			"fieldsV1": map[string]any{"f:metadata": map[string]any{"f:labels": whole, "f:annotations": whole}, "f:spec": whole}}}
	}
	const rbac = "/apis/rbac.authorization.k8s.io/v1/namespaces/default/"
	refused := func(kind string) answer {
		return answer{403, status(403, metav1.StatusReasonForbidden, `User "ann" cannot list resource "`+kind+`" in API group "" in the namespace "default"`, nil)}
	}
	answers := map[string]answer{
		"GET " + rbac + "roles": refused("roles"), "GET " + rbac + "rolebindings": refused("rolebindings"), "GET " + core + "/secrets": refused("secrets"),
	}
	of := map[string]string{
		"Deployment": deployments, "Service": core + "/services", "ServiceAccount": core + "/serviceaccounts", "VirtualService": virtualServices,
		"DestinationRule": "/apis/networking.istio.io/v1/namespaces/default/destinationrules",
	}
	for _, o := range manifest.Render(s) {
		if path := of[manifest.Kind(o)]; path != "" {
			answers["GET "+path] = answer{200, listOf(o.GetObjectKind().GroupVersionKind().GroupVersion().String(), manifest.Kind(o), stored(t, o, ours))}
		}
	}
	return answers
}

// What may not be read is not in the way of who writes none of it, and is never written nor
// left behind.
func TestChangesWhereNotAllMayBeRead(t *testing.T) {
	answers := forTheRoleView(t, guarded(t))
	c, _ := with(t, answers)
	snap, err := c.Load(t.Context(), foobarRef)
	if err != nil {
		t.Fatal(err)
	}
	if got := snap.Service.Revisions[0].Permissions; len(got) != 1 || len(snap.Service.Configs) != 1 {
		t.Errorf("the workload says what it may and reads: %v, %v", got, snap.Service.Configs)
	}
	for sentence, tc := range map[string]struct {
		change func(*rio.Service)
		want   string // the end of the error, or what is written
	}{
		"nothing":             {func(*rio.Service) {}, ""},
		"the route":           {func(s *rio.Service) { s.Ports[0].Publish = false }, "update VirtualService"},
		"the pod":             {func(s *rio.Service) { s.Revisions[0].Template.Spec.Containers[0].Image = "httpd" }, "update Deployment"},
		"what it may":         {func(s *rio.Service) { s.Revisions[0].Permissions = []rio.Permission{{Role: "editor"}} }, "you (ann) may not list roles"},
		"that it may nothing": {func(s *rio.Service) { s.Revisions[0].Permissions = nil }, "you (ann) may not list roles"},
		"another that may": {func(s *rio.Service) {
			v2 := s.Revisions[0]
			v2.Name, v2.Weight = "v2", 0
			s.Put(v2)
		}, "you (ann) may not list roles"},
		"what it reads": {func(s *rio.Service) {
			s.Revisions[0].Template.Spec.Volumes, s.Revisions[0].Template.Annotations, s.Revisions[0].Observed = nil, nil, nil
		}, "you (ann) may not list secrets"},
		"that it is no more": {func(s *rio.Service) { s.Revisions = nil }, "you (ann) may not list roles"},
	} {
		t.Run(sentence, func(t *testing.T) {
			next := snap.Service.Clone()
			tc.change(&next)
			changes, err := snap.Changes(next)
			var got []string
			for _, c := range changes {
				got = append(got, string(c.Op)+" "+manifest.Kind(c.Object()))
			}
			if err != nil {
				got = []string{err.Error()}
			}
			if text := strings.Join(got, ", "); !strings.HasPrefix(text, tc.want) || tc.want == "" && text != "" {
				t.Errorf("got %q, want %q", text, tc.want)
			}
		})
	}
	if p, err := c.Path(t.Context(), foobarRef); err != nil || p.Denied != nil || !p.Service.Exists() {
		t.Errorf("why: %v, %+v", err, p.Denied)
	}
	// Who once had an account may have it still, whatever may be read of it.
	had := snap.Service.Clone()
	had.Revisions[0].Permissions = nil
	bare := Snapshot{Service: had, unread: snap.unread[:1]}
	for _, o := range manifest.Render(had) {
		if manifest.IsWorkload(o) {
			o.SetAnnotations(map[string]string{rio.AnnotationAlso: snap.unread[0].also})
		}
		bare.Objects = append(bare.Objects, o)
	}
	had.Revisions = nil
	if _, err := bare.Changes(had); err == nil {
		t.Error("a workload goes, and what only it told of stays")
	}
}
