package cli

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
)

// underWay puts a gradual release of a service into a store, with others' commands before it, and gives
// the command that goes on with it.
func underWay(t *testing.T, s *store, url, name string, prometheus http.Handler, also ...string) string {
	t.Helper()
	judge := httptest.NewServer(prometheus)
	t.Cleanup(judge.Close)
	command := "weight --wait=false --step 50 --every 1s --abort-if errors>1% --prometheus " + judge.URL + " " + name + ":v2=100%"
	before := append([]string{"run --name " + name + " --expose 80/http nginx", "stage --image httpd " + name + ":v2"}, also...)
	for _, c := range append(before, command) {
		given(t, s, url, "given "+c)
	}
	serve(t, s, name)
	return command
}

// serve puts a pod of each revision into a store.
func serve(t *testing.T, s *store, name string) {
	t.Helper()
	for _, revision := range []string{"latest", "v2"} {
		fill(t, s, fmt.Appendf(nil, serving, name, revision))
	}
}

// playAll runs commands, which take their time, at once.
func playAll(t *testing.T, commands map[string]string, judge func(name string, got screen)) {
	t.Helper()
	var group sync.WaitGroup
	for name, command := range commands {
		group.Go(func() { judge(name, runMain(t, strings.Fields(command)...)) })
	}
	group.Wait()
}

// serving is a pod of a revision.
const serving = `
/api/v1/namespaces/shop/pods/%[1]s-6f9c-%[2]s:
  apiVersion: v1
  kind: Pod
  metadata:
    name: %[1]s-6f9c-%[2]s
    namespace: shop
    labels: {app: %[1]s, rio.cattle.io: "true", rio.cattle.io/namespace: shop, rio.cattle.io/service: %[1]s, rio.cattle.io/revision: %[2]s}
  status: {podIP: 10.0.0.1, conditions: [{type: Ready, status: "True", lastTransitionTime: "2026-01-01T00:00:00Z"}]}
/apis/discovery.k8s.io/v1/namespaces/shop/endpointslices/%[1]s:
  apiVersion: discovery.k8s.io/v1
  kind: EndpointSlice
  metadata: {name: %[1]s, namespace: shop, labels: {kubernetes.io/service-name: %[1]s}}
  endpoints: [{addresses: [10.0.0.1], conditions: {ready: true}}]
`

// answering is a Prometheus by which so many of a hundred requests to v2 of a service fail.
func answering(service string, failed int) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		element := `{"metric":{"cluster_name":"outbound|80|v2|%s.shop.svc.cluster.local","response_code":%q},"value":[1,"%d"]}`
		result := fmt.Sprintf(element+","+element, service, "200", 100-failed, service, "503", failed)
		if strings.Contains(r.URL.Query().Get("query"), "bucket") {
			result = ""
		}
		fmt.Fprintf(w, `{"status":"success","data":{"result":[%s]}}`, result)
	}
}

// splitOf is where a VirtualService's first route leads.
func splitOf(s *store, namespace, name string) string {
	vs := s.objects["/apis/networking.istio.io/v1/namespaces/"+namespace+"/virtualservices/"+name]
	var to []string
	routes, _ := asObject(vs["spec"])["http"].([]any)
	first, _ := asObject(routes[0])["route"].([]any)
	for _, d := range first {
		to = append(to, fmt.Sprint(asObject(asObject(d)["destination"])["subset"], " ", asObject(d)["weight"]))
	}
	return strings.Join(to, ", ")
}
