package lab

import (
	"context"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/kubectl-rio/kubectl-rio/pkg/manifest"
)

// flaky is an API server that knows Services only, and whose watches break after every
// event. What was stored is versions 3, 5 and 8; by the end the cluster is at 10.
type flaky struct {
	lists    atomic.Int64
	bookmark string // what a watch with a timeout is told when there is nothing left
	watch    string // when set, what every watch is answered
	code     int    // of that answer
	quiet    bool   // nothing happens: what is there stays version 3
}

func serviceJSON(version int) string {
	return fmt.Sprintf(`{"kind":"Service","apiVersion":"v1","metadata":{"namespace":"mine","name":"foobar","resourceVersion":"%d"}}`, version)
}

func (f *flaky) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Content-Type", "application/json")
	query := r.URL.Query()
	switch {
	case r.URL.Path != "/api/v1/namespaces/mine/services":
		http.NotFound(w, r)
	case query.Get("watch") == "" && f.lists.Add(1) == 1:
		fmt.Fprintf(w, `{"kind":"ServiceList","apiVersion":"v1","metadata":{"resourceVersion":"4"},"items":[%s]}`, serviceJSON(3))
	case query.Get("watch") == "" && f.quiet:
		fmt.Fprintf(w, `{"kind":"ServiceList","apiVersion":"v1","metadata":{"resourceVersion":"10"},"items":[%s]}`, serviceJSON(3))
	case query.Get("watch") == "":
		fmt.Fprint(w, `{"kind":"ServiceList","apiVersion":"v1","metadata":{"resourceVersion":"10"}}`)
	case f.watch != "":
		w.WriteHeader(f.code)
		fmt.Fprintln(w, f.watch)
	default:
		f.watchOne(w, r, query.Get("timeoutSeconds") != "")
	}
}

func (f *flaky) watchOne(w http.ResponseWriter, r *http.Request, ends bool) {
	from, _ := strconv.Atoi(r.URL.Query().Get("resourceVersion"))
	switch {
	case from < 5:
		fmt.Fprintf(w, `{"type":"MODIFIED","object":%s}`, serviceJSON(5))
	case from < 8:
		fmt.Fprintf(w, `{"type":"DELETED","object":%s}`, serviceJSON(8))
	case ends:
		fmt.Fprint(w, f.bookmark)
	default:
		w.(http.Flusher).Flush()
		<-r.Context().Done()
	}
}

func record(t *testing.T, f *flaky) (*Recording, error) {
	t.Helper()
	return Record(t.Context(), serve(t, f.ServeHTTP), "mine")
}

const atTen = `{"type":"BOOKMARK","object":{"kind":"Service","apiVersion":"v1","metadata":{"resourceVersion":"10"}}}`

func TestRecordMissesNothing(t *testing.T) {
	r, err := record(t, &flaky{bookmark: atTen})
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
	defer cancel()
	events, err := r.Stop(ctx)
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, e := range events {
		got = append(got, fmt.Sprintf("%d %s/%s %t %t", e.Revision, manifest.Kind(e.Object), e.Object.GetName(), e.Initial, e.Deleted))
	}
	want := []string{"3 Service/foobar true false", "5 Service/foobar false false", "8 Service/foobar false true"}
	if !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}

const expired = `{"kind":"Status","apiVersion":"v1","status":"Failure","reason":"Expired","code":410,"message":"too old resource version"}`

func TestRecordGoesOnWhereNothingHappened(t *testing.T) {
	r, err := record(t, &flaky{watch: expired, code: http.StatusGone, quiet: true})
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
	defer cancel()
	if events, err := r.Stop(ctx); err != nil || len(events) != 1 || events[0].Revision != 3 {
		t.Errorf("%v, %v", events, err)
	}
}

func TestRecordingThatMayMissSomethingFails(t *testing.T) {
	for name, tc := range map[string]struct {
		server  *flaky
		problem string
	}{
		"the server has forgotten the version": {&flaky{watch: expired, code: http.StatusGone}, "from version 4 on: too old"},
		"it says so in the watch":              {&flaky{watch: `{"type":"ERROR","object":` + expired + `}`, code: http.StatusOK}, "from version 4 on: too old"},
		"an older bookmark":                    {&flaky{bookmark: strings.ReplaceAll(atTen, "10", "9")}, "has got to version 9 only: context deadline exceeded"},
		"the watch is broken all the time":     {&flaky{watch: "?", code: http.StatusOK}, "has got to version 4 only: context deadline exceeded"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r, err := record(t, tc.server)
			if err != nil {
				t.Fatal(err)
			}
			ctx, cancel := context.WithTimeout(t.Context(), time.Second)
			defer cancel()
			if _, err := r.Stop(ctx); err == nil || !strings.Contains(err.Error(), tc.problem) {
				t.Errorf("got %v, want %q", err, tc.problem)
			}
		})
	}
}
