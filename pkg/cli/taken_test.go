package cli

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"k8s.io/cli-runtime/pkg/genericiooptions"
)

// A gradual release that holds ends where somebody else takes over, and names no way to go on with
// what is no more.
func TestAGradualReleaseThatIsTakenOver(t *testing.T) {
	cases := map[string]struct {
		flags string
		gone  bool // v2 is removed, not only set back
		stop  bool // by Ctrl-C, while it is watched
	}{
		"aborted": {flags: ""}, // and noticed in good time
		"overdue": {flags: " --timeout 1s"},
		"removed": {flags: " --timeout 1s", gone: true},
		"stopped": {stop: true},
	}
	const network = "/apis/networking.istio.io/v1/namespaces/shop/virtualservices/"
	s := newStore()
	stops, asked := map[string]context.CancelFunc{}, map[string]int{}
	prometheus := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { // who asks it has read the service before
		s.mu.Lock()
		defer s.mu.Unlock()
		for name, c := range cases {
			if stops[name] == nil || !strings.Contains(r.URL.Query().Get("query"), name) {
				continue // it is made ready
			}
			vs := s.objects[network+name]
			delete(asObject(vs["metadata"]), "annotations")
			routes, _ := asObject(vs["spec"])["http"].([]any)
			asObject(routes[0])["route"] = []any{map[string]any{"destination": map[string]any{"host": name, "subset": "latest"}}}
			s.keep(network+name, vs)
			if c.gone {
				delete(s.objects, network+name+"-v2")
				delete(s.objects, "/apis/apps/v1/namespaces/shop/deployments/"+name+"-v2")
			}
			if asked[name]++; c.stop && asked[name] > 2 {
				stops[name]()
			}
		}
		fmt.Fprint(w, `{"status":"success","data":{"result":[]}}`)
	}))
	defer prometheus.Close()
	server := httptest.NewServer(s)
	defer server.Close()
	gate := " --every 1s --min-requests 1000 --prometheus " + prometheus.URL
	for name := range cases {
		for _, command := range []string{"run --name " + name + " --expose 80/http nginx", "stage --image httpd " + name + ":v2", "weight --step 20 " + name + ":v2=100%" + gate} {
			given(t, s, server.URL, "given "+command)
		}
	}
	s.writes = nil
	useCluster(t, server.URL)
	ends := map[string]context.Context{}
	for name := range cases {
		ends[name], stops[name] = context.WithTimeout(t.Context(), 12*time.Second)
		defer stops[name]()
	}
	var group sync.WaitGroup
	for name, c := range cases {
		group.Go(func() {
			streams, _, _, errOut := genericiooptions.NewTestIOStreams()
			code := Main(ends[name], strings.Fields("weight --resume "+name+":v2 --prometheus "+prometheus.URL+c.flags), streams)
			want := fmt.Sprintf("error: somebody else changed the weights of %q meanwhile, so this release of \"v2\" ends here; see: kubectl rio weight -n shop %[1]s\n", name)
			if code != exitConflict || !strings.HasSuffix(errOut.String(), want) || strings.Contains(errOut.String(), "--resume") {
				t.Errorf("%s: exit code %d, %s", name, code, errOut)
			}
		})
	}
	group.Wait()
	if len(s.writes) > 0 {
		t.Errorf("written: %v", s.writes)
	}
}
