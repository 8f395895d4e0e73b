// Package faults stands between a client and its API server, counts the calls, and lets
// one of them go wrong. Which calls there are is read off a run that nothing disturbs,
// so that no list of them is kept by hand.
package faults

import (
	"fmt"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
)

// Call is one request as it arrived.
type Call struct {
	Point
	Write  bool // changes what is stored: not a question, a stream or a dry run
	Stream bool // a watch, or a connection that is upgraded
}

// Point names a call so that it is found again in another run of the same command in
// another namespace. Questions that are asked in parallel arrive in any order, so it is
// not the number.
type Point struct {
	Method string
	Path   string // with $NS for the namespace, and of the query only what says what is asked for
	Nth    int    // of the calls of this method and path; 1 is the first
}

func (p Point) String() string { return fmt.Sprintf("%s %s #%d", p.Method, p.Path, p.Nth) }

// said are the parameters that say what is asked for. The others say how, or where a list
// or watch goes on, which is another one each time.
var said = []string{"dryRun", "fieldSelector", "labelSelector", "watch"}

// aPod is a pod that a connection leads to: another one after a restart.
var aPod = regexp.MustCompile(`/pods/[^/]+/(portforward|exec|attach|log)$`)

// reviews are questions, though they are posted, like that for who one is.
var reviews = regexp.MustCompile(`/[a-z]+reviews$`)

// streams are the subresources that are a connection, whatever their method.
var streams = regexp.MustCompile(`/(portforward|exec|attach)$`)

// callOf is all of a call but which one of its kind it is.
func callOf(r *http.Request, namespace string) Call {
	query := r.URL.Query()
	upgrade := r.Header.Get("Upgrade") != "" || streams.MatchString(r.URL.Path)
	c := Call{Stream: upgrade || isTrue(query.Get("watch"))}
	c.Method, c.Path = r.Method, aPod.ReplaceAllString(r.URL.Path, "/pods/*/$1")
	question := r.Method == http.MethodGet || r.Method == http.MethodHead || query.Has("dryRun") || reviews.MatchString(r.URL.Path)
	c.Write = !c.Stream && !question
	for name := range query {
		if !slices.Contains(said, name) {
			query.Del(name)
		}
	}
	if asked := readable(query); asked != "" {
		c.Path += "?" + asked
	}
	c.Path = replaceName(c.Path, namespace, "$NS")
	return c
}

func isTrue(s string) bool { return s == "true" || s == "1" }

// readable is the query as people read it, sorted by name.
func readable(query url.Values) string {
	text, err := url.QueryUnescape(query.Encode())
	if err != nil {
		return query.Encode()
	}
	return text
}

// replaceName leaves alone what only begins like the name: "default" is not in "defaults".
func replaceName(text, name, by string) string {
	if name == "" {
		return text
	}
	whole := regexp.MustCompile(`(^|[^a-z0-9-])` + regexp.QuoteMeta(name) + `($|[^a-z0-9-])`)
	return whole.ReplaceAllString(text, "${1}"+strings.ReplaceAll(by, "$", "$$")+"${2}")
}
