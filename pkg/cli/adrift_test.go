package cli

import (
	"net/http/httptest"
	"strings"
	"testing"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// A revision is deleted while its promotion stands still: nobody waits for a split that no gateway will
// serve, and what helps is what is said to help.
func TestUndoAfterTheRevisionIsDeleted(t *testing.T) {
	s := newStore()
	fill(t, s, []byte(gatewaySettings))
	server := httptest.NewServer(s)
	defer server.Close()
	s.faults["/api/v1/namespaces/rio-system/pods"] = failure(403, metav1.StatusReasonForbidden, "no")
	given(t, s, server.URL, "run --name web -p 80/http nginx")
	given(t, s, server.URL, "stage --image httpd web:v2")
	fill(t, s, []byte(`/apis/apps/v1/namespaces/shop/replicasets/web-one: {apiVersion: apps/v1, kind: ReplicaSet, metadata: {name: web-one, namespace: shop,
  labels: &labels {app: web, rio.cattle.io: "true", rio.cattle.io/namespace: shop, rio.cattle.io/service: web, rio.cattle.io/revision: latest, pod-template-hash: one},
  annotations: {deployment.kubernetes.io/revision: "1"}, ownerReferences: [{apiVersion: apps/v1, kind: Deployment, name: web, uid: u, controller: true}]},
  spec: {replicas: 1, template: {metadata: {labels: *labels}, spec: {containers: [{name: web, image: nginx}]}}}}`))
	given(t, s, server.URL, "promote web:v2")
	fill(t, s, []byte(strings.ReplaceAll(strings.ReplaceAll(serving, "%[1]s", "web"), "%[2]s", "latest")))
	delete(s.objects, "/apis/apps/v1/namespaces/shop/deployments/web-v2")
	for _, command := range []string{"ps", "weight --window 0 web"} {
		got := runAgainst(t, server.URL, strings.Fields(command)...)
		if want := "v2 is lost with 100% of the traffic: kubectl rio undo -n shop web"; !strings.Contains(got.Out+got.Err, want) {
			t.Errorf("%s does not say %q: %+v", command, want, got)
		}
	}
	s.writes = nil
	early := screen{1, "", `error: revision "v2" of "web" was deleted with 100% of the traffic, before latest got its pod; go back: kubectl rio undo -n shop web` + "\n"}
	if got := runAgainst(t, server.URL, "promote", "web:v2"); got != early || len(s.writes) > 0 {
		t.Errorf("written: %v; %+v", s.writes, got)
	}
	got := runAgainst(t, server.URL, "undo", "web")
	if got.Code != 0 || strings.Count(got.Err, "unseen") != 1 {
		t.Errorf("exit code %d: %s", got.Code, got.Err)
	}
}
