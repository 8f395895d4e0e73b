package cli

import (
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// Somebody deleted a service's route or its Service: the command that why gives brings back just
// what was there, and touches no pod, whatever else was done to the service.
func TestAdoptBringsBackWhatWasDeleted(t *testing.T) {
	const vs, svc = "/apis/networking.istio.io/v1/namespaces/shop/virtualservices/foobar", "/api/v1/namespaces/shop/services/foobar"
	for sentence, lost := range map[string][]string{"its route": {vs}, "its Service": {svc}, "both": {vs, svc}} {
		t.Run(sentence, func(t *testing.T) {
			s := newStore()
			fill(t, s, []byte(gatewaySettings))
			server := httptest.NewServer(s)
			defer server.Close()
			given(t, s, server.URL, "run --name foobar --scale 3 -e MODE=fast -p 80:8080/http --expose 9090/http nginx")
			made := asObject(asObject(asObject(s.objects[svc]["metadata"])["managedFields"].([]any)[0])["fieldsV1"])
			made["f:spec"] = map[string]any{"f:selector": map[string]any{}, "f:ports": map[string]any{}, "f:type": map[string]any{}}
			was := map[string]any{}
			for _, path := range lost {
				was[path] = s.objects[path]["spec"]
				delete(s.objects, path)
			}
			command := []string{"adopt", "-q", "--wait=false", "-n", "shop", "-p", "80:8080/http", "--expose", "9090:9090/http", "deployment/foobar"}
			if got := runAgainst(t, server.URL, command...); got != (screen{0, "shop:foobar\n", ""}) {
				t.Fatalf("%+v", got)
			}
			is := map[string]any{}
			for _, path := range lost {
				is[path] = s.objects[path]["spec"]
			}
			if diff := cmp.Diff(was, is); diff != "" || len(s.writes) != len(lost) {
				t.Errorf("written: %v\n%s", s.writes, diff)
			}
		})
	}
}

// What is left of a service without its latest is in no file, and not left out of one: it comes back first.
func TestNoFileIsMadeOfAServiceWithoutLatest(t *testing.T) {
	t.Setenv("KUBE_EDITOR", "false")
	s := newStore()
	fill(t, s, []byte(gatewaySettings))
	server := httptest.NewServer(s)
	defer server.Close()
	given(t, s, server.URL, "run --name web -p 80/http nginx")
	given(t, s, server.URL, "run --name api -p 80/http nginx")
	given(t, s, server.URL, "stage --image httpd web:v2")
	delete(s.objects, "/apis/apps/v1/namespaces/shop/deployments/web")
	want := screen{1, "", `error: service "web" has lost its latest, whose workload somebody deleted; make another revision latest: kubectl rio promote -n shop web:v2` + "\n"}
	for _, command := range []string{"export", "export shop/", "export web", "export web:latest", "inspect web", "edit web", "edit"} {
		if got := runAgainst(t, server.URL, strings.Fields(command)...); got != want {
			t.Errorf("%s: %+v", command, got)
		}
	}
}
