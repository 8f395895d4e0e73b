package cli

import (
	"bytes"
	"fmt"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"k8s.io/cli-runtime/pkg/genericiooptions"

	"github.com/kubectl-rio/kubectl-rio/pkg/rio"
	"github.com/kubectl-rio/kubectl-rio/pkg/stack"
)

// Six people add a route of their own to one host, of which all saw that it is not there yet: all
// routes are there in the end.
func TestRoutesOfManyAtOnce(t *testing.T) {
	const people = 6
	s := newStore()
	fill(t, s, []byte(gatewaySettings))
	var looked atomic.Int32
	all := make(chan struct{})
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method == http.MethodPatch && strings.HasSuffix(r.URL.Path, "/services/www") {
			if looked.Add(1) == people {
				close(all)
			}
			select {
			case <-all:
			case <-time.After(5 * time.Second):
			}
		}
		s.ServeHTTP(w, r)
	}))
	defer server.Close()
	useCluster(t, server.URL)
	var group sync.WaitGroup
	for i := range people {
		group.Go(func() {
			if got := runMain(t, "route", "add", "--wait=false", fmt.Sprint("www/", i), "redirect", "www.example.org"); got.Code != 0 {
				t.Errorf("route %d: %+v", i, got)
			}
		})
	}
	group.Wait()
	if got := runMain(t, "route", "ls", "-q"); got.Out != strings.Repeat("shop:www\n", people) {
		t.Errorf("got %+v", got)
	}
}

// A route that is added while the last one of a host is removed stays.
func TestARouteAddedBesideTheLastOneGoing(t *testing.T) {
	s := newStore()
	fill(t, s, []byte(gatewaySettings))
	var added atomic.Bool
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method == http.MethodDelete && strings.HasSuffix(r.URL.Path, "/virtualservices/www") && added.CompareAndSwap(false, true) {
			if got := runMain(t, "route", "add", "--wait=false", "www/b", "redirect", "b.example.org"); got.Code != 0 {
				t.Errorf("%+v", got)
			}
		}
		s.ServeHTTP(w, r)
	}))
	defer server.Close()
	useCluster(t, server.URL)
	for _, words := range []string{"add --wait=false www/a redirect a.example.org", "rm --wait=false www/a"} {
		if got := runMain(t, append([]string{"route"}, strings.Fields(words)...)...); got.Code != 0 {
			t.Errorf("%s: %+v", words, got)
		}
	}
	if got := runMain(t, "route", "ls", "--format", "{{.target}}"); got.Out != "b.example.org\n" {
		t.Errorf("got %+v", got)
	}
}

// What others do to the same host while a command waits is a conflict only where it undoes what
// the command did. No gateway of this test ever serves anything, so time is all that ends the wait.
func TestRoutesThatOthersChange(t *testing.T) {
	for sentence, tc := range map[string]struct {
		command, other string
		want           int
	}{
		"a route beside":            {"add --wait-timeout 1500ms www/c redirect c.example.org", "add www/d redirect d.example.org", exitNotReady},
		"one in its place":          {"add --wait-timeout 1500ms www/c redirect c.example.org", "add www/c redirect d.example.org", exitConflict},
		"it is taken away":          {"add --wait-timeout 1500ms www/c redirect c.example.org", "rm www/c", exitConflict},
		"one beside what was":       {"rm --timeout 1500ms www/a", "add www/d redirect d.example.org", exitNotReady},
		"what was removed is back":  {"rm --timeout 1500ms www/a", "add www/a redirect a.example.org", exitConflict},
		"all is removed by another": {"rm --timeout 1500ms www/a", "rm www", exitNotReady},
	} {
		t.Run(sentence, func(t *testing.T) {
			s := newStore()
			fill(t, s, []byte(gatewaySettings))
			server := httptest.NewServer(s)
			defer server.Close()
			useCluster(t, server.URL)
			route := func(words string) screen { return runMain(t, append([]string{"route"}, strings.Fields(words)...)...) }
			at := func(command string) string { return strings.Replace(command, " ", " --wait=false ", 1) }
			for _, given := range []string{"add www/a redirect a.example.org", "add www/b redirect b.example.org"} {
				if got := route(at(given)); got.Code != 0 {
					t.Fatalf("%+v", got)
				}
			}
			before := routeWrites(s)
			done := make(chan screen)
			go func() { done <- route(tc.command) }()
			for routeWrites(s) == before {
				time.Sleep(time.Millisecond)
			}
			if got := route(at(tc.other)); got.Code != 0 {
				t.Errorf("%+v", got)
			}
			if got := <-done; got.Code != tc.want {
				t.Errorf("want code %d, got %+v", tc.want, got)
			}
		})
	}
}

// What a file's routes add to requests may be a password.
func TestAReplacedRouteShowsNoPassword(t *testing.T) {
	set := func(token string) rio.RouteSet {
		return rio.RouteSet{Namespace: "shop", Name: "www", Routes: []rio.Route{{To: []rio.RouteTarget{{Service: "api"}}, AddHeaders: []string{"authorization=" + token}}}}
	}
	var screen bytes.Buffer
	m := newMutation(NewOptions(genericiooptions.IOStreams{ErrOut: &screen}))
	m.mask = stack.Mask{"old-token"}
	m.tellRoutes(routesPlan{before: set("old-token"), after: set("new-token")})
	if want := "  replaced  http://www.shop to api (add-header=authorization=***)\n"; screen.String() != want {
		t.Errorf("got %q, want %q", screen.String(), want)
	}
}

// routeWrites is how often the routes of a host were written.
func routeWrites(s *store) int {
	s.mu.Lock()
	defer s.mu.Unlock()
	writes := slices.DeleteFunc(slices.Clone(s.writes), func(w string) bool { return !strings.HasSuffix(w, "/virtualservices/www") })
	return len(writes)
}

// Of two who bring up one stack by different files, the one whose file is not kept is told, though all
// of its writes were taken.
func TestOfTwoUpsAtOnceOneIsTold(t *testing.T) {
	s := newStore()
	fill(t, s, []byte(gatewaySettings))
	begun, ended := make(chan struct{}), make(chan struct{})
	var once sync.Once
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method == http.MethodPatch && strings.HasSuffix(r.URL.Path, "/deployments/slow") {
			once.Do(func() { close(begun) })
			<-ended
		}
		s.ServeHTTP(w, r)
	}))
	defer server.Close()
	useCluster(t, server.URL)
	slow, fast := file(t, "services: {slow: {image: nginx}}"), file(t, "services: {fast: {image: nginx}}")
	first := make(chan screen, 1)
	go func() { first <- runMain(t, "up", "--yes", "--wait=false", "shop", slow) }()
	<-begun
	if got := runMain(t, "up", "--yes", "--wait=false", "shop", fast); got.Code != 0 {
		t.Errorf("the second: %+v", got)
	}
	close(ended)
	if got := <-first; got.Code != exitError || got.Out != "" || !strings.Contains(got.Err, `stack "shop": another file was brought up meanwhile`) {
		t.Errorf("the first: %+v", got)
	}
	if got := runMain(t, "up", "--yes", "--wait=false", "shop", slow); got.Code != 0 {
		t.Errorf("the first again: %+v", got)
	}
}
