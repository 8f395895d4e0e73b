package printer

import (
	"cmp"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/kubectl-rio/kubectl-rio/pkg/rio"
)

// Route is one line of a list of routes. Its other JSON names are those of stack files.
type Route struct {
	ID     string    `json:"id"` // NAMESPACE:NAME
	Name   string    `json:"name"`
	Stack  string    `json:"stack"`
	URL    string    `json:"url"`
	Action string    `json:"action"`
	Target string    `json:"target"`
	Route  rio.Route `json:"route"`
}

// Routes lists the routes of sets, in the order in which they are tried. One that does several things
// has a line for each.
func Routes(sets []rio.RouteSet) []Route {
	var rows []Route
	for _, set := range sets {
		for _, r := range set.Routes {
			for _, does := range actions(r, set.Namespace) {
				rows = append(rows, Route{
					ID: set.Ref().ID(), Name: set.Name, Stack: set.Namespace, URL: routeURL(set, r.Match()),
					Action: does.name, Target: does.target, Route: r,
				})
			}
		}
	}
	return rows
}

// String is a route in one line: its URL, what it does, and in brackets how.
func (r Route) String() string {
	line := r.URL + " " + r.Action + " " + r.Target
	if opts := routeOptions(r.Route); len(opts) > 0 {
		line += " (" + strings.Join(opts, ",") + ")"
	}
	return line
}

// RouteTable draws them; ids adds a first column.
func RouteTable(w io.Writer, rows []Route, ids bool) error {
	var lines [][]string
	for _, r := range rows {
		lines = append(lines, []string{r.ID, r.URL, strings.Join(routeOptions(r.Route), ","), r.Action, r.Target})
	}
	return tableWithIDs(w, []string{"URL", "OPTS", "ACTION", "TARGET"}, lines, ids)
}

// RouteHost is how a set is named in a stack: HOST, or HOST.STACK of another one.
func RouteHost(set rio.RouteSet, namespace string) string {
	if set.Namespace == namespace {
		return set.Name
	}
	return set.Name + "." + set.Namespace
}

// RouteURL is the host under which a set is reached, from outside where it can be, with the
// port where it is not 80.
func RouteURL(set rio.RouteSet) string { return routeAddress(set, 0) }

func routeAddress(set rio.RouteSet, port int32) string {
	host := set.Host()
	if host != "" {
		port = cmp.Or(port, set.Entry)
	}
	host = cmp.Or(host, set.Name+"."+set.Namespace)
	if port != 0 && port != 80 {
		return fmt.Sprintf("%s:%d", host, port)
	}
	return host
}

func routeURL(set rio.RouteSet, m rio.RouteMatch) string {
	scheme := "http"
	if m.Scheme != nil {
		scheme = m.Scheme.String()
	}
	url := scheme + "://" + routeAddress(set, m.Port)
	switch {
	case m.Path == nil:
	case m.Path.Regexp != "":
		url += "/" + m.Path.String()
	default:
		url += m.Path.String()
	}
	return url
}

type action struct{ name, target string }

func actions(r rio.Route, namespace string) []action {
	var all []action
	var targets []string
	for _, t := range r.To {
		targets = append(targets, t.String())
	}
	if r.Redirect != nil {
		all = append(all, action{rio.ActionRedirect, r.Redirect.String()})
	}
	if said := strings.Join(targets, " "); said != "" && said != rewritten(r, namespace) {
		all = append(all, action{rio.ActionTo, said})
	}
	if r.Rewrite != nil {
		all = append(all, action{rio.ActionRewrite, r.Rewrite.String()})
	}
	if r.Mirror != nil {
		all = append(all, action{rio.ActionMirror, r.Mirror.String()})
	}
	return all
}

// rewritten is the target that a rewrite names by its host.
func rewritten(r rio.Route, namespace string) string {
	if r.Rewrite != nil {
		for _, t := range r.RewriteTargets(namespace) {
			return t.String()
		}
	}
	return ""
}

// routeOptions are what a route asks for beyond its URL, and what it does beyond its action,
// in the words of the flags of route add.
func routeOptions(r rio.Route) []string {
	var out []string
	add := func(flag, value string) { out = append(out, flag+"="+value) }
	m := r.Match()
	if m.Method != nil {
		add("method", m.Method.String())
	}
	for _, of := range []struct {
		flag     string
		patterns map[string]rio.Pattern
	}{{"header", m.Headers}, {"cookie", m.Cookies}, {"query", m.Query}} {
		for _, name := range slices.Sorted(maps.Keys(of.patterns)) {
			add(of.flag, name+"="+of.patterns[name].String())
		}
	}
	if m.From != nil {
		add("from", rio.RouteTarget{Service: m.From.Service, Stack: m.From.Stack, Revision: m.From.Revision}.String())
	}
	for _, pair := range r.AddHeaders {
		add("add-header", pair)
	}
	if r.TimeoutMillis > 0 {
		add("timeout", milliseconds(r.TimeoutMillis))
	}
	if r.Retry != nil {
		add("retry-attempts", fmt.Sprint(r.Retry.Attempts))
		if r.Retry.TimeoutMillis > 0 {
			add("retry-timeout", milliseconds(r.Retry.TimeoutMillis))
		}
	}
	if f := r.Fault; f != nil {
		out = append(out, faultOptions(*f)...)
	}
	if r.Websocket {
		out = append(out, "websocket")
	}
	return out
}

func faultOptions(f rio.Fault) []string {
	var out []string
	if f.DelayMillis > 0 {
		out = append(out, "fault-delay="+milliseconds(f.DelayMillis))
	}
	if f.Abort != nil && f.Abort.GRPCStatus != "" {
		out = append(out, "fault-grpcerror="+f.Abort.GRPCStatus)
	} else if f.Abort != nil {
		out = append(out, fmt.Sprintf("fault-httpcode=%d", f.Abort.HTTPStatus))
	}
	if f.Percentage != nil {
		out = append(out, fmt.Sprintf("fault-percentage=%d", *f.Percentage))
	}
	return out
}

func milliseconds(n int) string { return rio.Span(time.Duration(n) * time.Millisecond) }
