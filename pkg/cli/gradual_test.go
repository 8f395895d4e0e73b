package cli

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
)

// A gradual release that was stopped and is asked for again is judged where it stands, also at
// its last share, and taken back to where it first began: never to more than it had.
func TestAGradualReleaseThatIsAskedForAgain(t *testing.T) {
	cases := map[string]struct {
		given string // the step that it was stopped at
		again string
		want  []string // of what is said
		left  string   // the weights of latest and v2
	}{
		"midst": {"weight --step 40 midst:v2=80%", "weight --step 40 midst:v2=80%",
			[]string{"midst:v2   goes on at 40%, in steps of 40% every 1s, to 80%\n", "aborted at 40%: v2 errors 50.0% > 1%", "; back to 0%\n", "stays staged at 0%"}, "latest 100"},
		"other": {"weight --step 80 other:v2=80%", "weight --step 80 --min-requests 2 other:v2=80%", // at its end, on other terms
			[]string{"aborted at 80%: v2 errors 50.0% > 1%", "; back to 0%\n"}, "latest 100"},
		"further": {"weight --step 40 further:v2=40%", "weight --step 30 further:v2=90%",
			[]string{"aborted at 70%: v2 errors 50.0% > 1%", "; back to 0%\n"}, "latest 100"},
		"down": {"weight --step 30 down:v2=0%", "weight --step 30 down:v2=0%",
			[]string{"down:v2    goes on at 60%, in steps of 30% every 1s, to 0%\n", "aborted at 60%: v2 errors 50.0% > 1%", "; back to 60%\n"}, "latest 40, v2 60"},
		"some": {"promote --gradual --step 40 some:v2", "promote --gradual --step 40 some:v2",
			[]string{"some:v2    goes on at 40%, in steps of 40% every 1s, to 100%\n", "aborted at 40%: v2 errors 50.0% > 1%", "; back to 0%\n"}, "latest 100"},
		"all": {"promote --gradual --step 100 all:v2", "promote --gradual --step 100 all:v2",
			[]string{"aborted at 100%: v2 errors 50.0% > 1%", "; back to 0%\n"}, "latest 100"},
	}
	// half of what v2 of any of them is asked fails
	prometheus := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		var result []string
		for name := range cases {
			for _, code := range []string{"200", "503"} {
				result = append(result, fmt.Sprintf(`{"metric":{"cluster_name":"outbound|80|v2|%s.shop.svc.cluster.local","response_code":%q},"value":[1,"50"]}`, name, code))
			}
		}
		if strings.Contains(r.URL.Query().Get("query"), "bucket") {
			result = nil
		}
		fmt.Fprintf(w, `{"status":"success","data":{"result":[%s]}}`, strings.Join(result, ","))
	}))
	defer prometheus.Close()
	gate := " --every 1s --abort-if errors>1% --prometheus " + prometheus.URL
	s := newStore()
	server := httptest.NewServer(s)
	defer server.Close()
	commands := map[string]string{}
	for name, c := range cases {
		given(t, s, server.URL, "given run --name "+name+" --expose 80/http nginx")
		given(t, s, server.URL, "given stage --image httpd "+name+":v2")
		if name == "down" {
			given(t, s, server.URL, "given weight down:v2=90%")
		}
		given(t, s, server.URL, "given "+c.given+gate)
		serve(t, s, name)
		commands[name] = c.again + gate + " --wait=false"
	}
	useCluster(t, server.URL)
	playAll(t, commands, func(name string, got screen) {
		c := cases[name]
		for _, text := range c.want {
			if got.Code != exitError || !strings.Contains(got.Err, text) {
				t.Errorf("%s: exit code %d, and %q is not in: %s", name, got.Code, text, got.Err)
			}
		}
		if strings.Contains(got.Err, "(100 requests)   (Ctrl-C") {
			t.Errorf("%s: what a gate has ended can still be held: %s", name, got.Err)
		}
	})
	for name, c := range cases {
		noted := asObject(s.objects["/apis/networking.istio.io/v1/namespaces/shop/virtualservices/"+name]["metadata"])["annotations"]
		if got := splitOf(s, "shop", name); got != c.left || noted != nil {
			t.Errorf("%s: %s is left, want %s; noted is %v", name, got, c.left, noted)
		}
	}
}

// Somebody aborts while the last share of a gradual promotion is watched: the promotion does not
// begin, though all went well.
func TestAGradualPromotionThatIsAborted(t *testing.T) {
	const path = "/apis/networking.istio.io/v1/namespaces/shop/virtualservices/web"
	s := newStore()
	prometheus := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		s.mu.Lock()
		defer s.mu.Unlock()
		vs := s.objects[path]
		delete(asObject(vs["metadata"]), "annotations")
		routes, _ := asObject(vs["spec"])["http"].([]any)
		to, _ := asObject(routes[0])["route"].([]any)
		asObject(asObject(to[0])["destination"])["subset"] = "latest"
		s.keep(path, vs)
		fmt.Fprint(w, `{"status":"success","data":{"result":[{"metric":{"cluster_name":"outbound|80|v2|web.shop.svc.cluster.local","response_code":"200"},"value":[1,"50"]}]}}`)
	}))
	defer prometheus.Close()
	server := httptest.NewServer(s)
	defer server.Close()
	gate := " --every 1s --abort-if errors>1% --prometheus " + prometheus.URL
	for _, command := range []string{"run --name web --expose 80/http nginx", "stage --image httpd web:v2", "weight --step 100 web:v2=100%" + gate} {
		given(t, s, server.URL, "given "+command)
	}
	s.writes = nil
	got := runAgainst(t, server.URL, strings.Fields("promote --gradual --step 100 web:v2"+gate)...)
	if want := `error: somebody else changed the weights of "web" meanwhile, so this release of "v2" ends here; see: kubectl rio weight -n shop web`; got.Code != exitConflict || !strings.Contains(got.Err, want) {
		t.Errorf("exit code %d, %s", got.Code, got.Err)
	}
	if len(s.writes) > 0 {
		t.Errorf("written: %v", s.writes)
	}
}

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

// playAll runs commands, which take their time, at once.
func playAll(t *testing.T, commands map[string]string, judge func(name string, got screen)) {
	t.Helper()
	var group sync.WaitGroup
	for name, command := range commands {
		group.Go(func() { judge(name, runMain(t, strings.Fields(command)...)) })
	}
	group.Wait()
}

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
