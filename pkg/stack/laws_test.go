package stack

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"pgregory.net/rapid"

	"github.com/kubectl-rio/kubectl-rio/pkg/rio"
	"github.com/kubectl-rio/kubectl-rio/pkg/spec"
)

var (
	name = rapid.StringMatching(`[a-z](-?[a-z0-9]){0,6}`)
	// What YAML might take for something else, beside any text.
	text = rapid.OneOf(rapid.SampledFrom([]string{"true", "no", "null", "~", "80", "0440", "1e3", "a: b", "- a", "#a", "a\nb\n", " a", "a\n\tb\t\n", "a\n \n  b", "a \nb\n\n", "*a", "&a", "<<", "", "${A}", "$${A", "$$", "a$", "{{ .Values.A }}", "{{{\n}}", "#notemplating", "\"", "'", "\ufeff$A {{b}}"}), rapid.StringN(1, 12, -1))
)

func texts(t *rapid.T, what string) []string {
	list := rapid.SliceOfN(text, 0, 3).Draw(t, what)
	if len(list) == 0 {
		return nil
	}
	return list
}

func maybe[T any](t *rapid.T, what string, of *rapid.Generator[T]) *T {
	if rapid.Bool().Draw(t, "has "+what) {
		v := of.Draw(t, what)
		return &v
	}
	return nil
}

func named[T any](t *rapid.T, what string, of func(*rapid.T) T) map[string]T {
	m := map[string]T{}
	for _, n := range rapid.SliceOfNDistinct(name, 0, 3, rapid.ID[string]).Draw(t, what) {
		m[n] = of(t)
	}
	if len(m) == 0 {
		return nil
	}
	return m
}

func container(t *rapid.T) spec.Container {
	number := rapid.Int64Range(0, 1<<40)
	program := texts(t, "entrypoint")
	if len(program) > 0 && program[0] == "" {
		program[0] = "sh"
	}
	c := spec.Container{
		Image: rapid.SampledFrom([]string{"nginx", "a/b:1.10", "true"}).Draw(t, "image"), WorkingDir: text.Draw(t, "directory"),
		Entrypoint: program, Command: texts(t, "command"), CapAdd: rapid.SampledFrom([][]string{nil, {"NET_ADMIN"}, {"SYS_TIME", "KILL"}}).Draw(t, "capabilities"),
		TTY: maybe(t, "tty", rapid.Bool()), Privileged: maybe(t, "privileged", rapid.Bool()),
		NanoCPUs: maybe(t, "cpus", number), MemoryLimitBytes: maybe(t, "memory", number),
	}
	for _, n := range rapid.SliceOfNDistinct(name, 0, 3, rapid.ID[string]).Draw(t, "variables") {
		c.Environment = append(c.Environment, n+"="+text.Draw(t, "value"))
	}
	for range rapid.IntRange(0, 2).Draw(t, "ports") {
		c.Ports, c.Expose = append(c.Ports, port(t)), append(c.Expose, port(t))
	}
	if rapid.Bool().Draw(t, "checked") {
		c.Healthcheck = &spec.Healthcheck{Test: append([]string{"CMD", "true"}, texts(t, "words")...), IntervalSeconds: rapid.Int32Range(0, 99).Draw(t, "interval")}
	}
	for i := range rapid.IntRange(0, 2).Draw(t, "mounts") {
		in := fmt.Sprintf("/%d", i) // each has a path of its own
		c.Volumes = append(c.Volumes, spec.Mount{
			Kind: "volume", Source: rapid.SampledFrom([]string{"", "data"}).Draw(t, "source"), Target: in + rapid.SampledFrom([]string{"/a", "/b:c"}).Draw(t, "target"), ReadOnly: rapid.Bool().Draw(t, "read-only"),
		}, spec.Mount{Kind: "bind", Source: "/a b", Target: in + "/c"})
		c.Configs = append(c.Configs, spec.FileFrom{Source: name.Draw(t, "config"), Target: in + "/f/" + name.Draw(t, "path"), Mode: rapid.SampledFrom([]string{"", "0440"}).Draw(t, "mode")})
		c.Secrets = append(c.Secrets, spec.FileFrom{Source: name.Draw(t, "secret"), Target: rapid.SampledFrom([]string{in + "/x", ""}[:2-i]).Draw(t, "path"), GID: maybe(t, "gid", rapid.Int64Range(0, 9))})
		c.Tmpfs = append(c.Tmpfs, spec.Tmpfs{Path: in + "/t/" + name.Draw(t, "tmpfs"), SizeBytes: rapid.Int64Range(0, 1<<30).Draw(t, "size")})
	}
	return c
}

// port is one that a service may have: udp is published by its own number.
func port(t *rapid.T) spec.Port {
	number := rapid.Int32Range(1, 65535)
	p := spec.Port{Port: number.Draw(t, "port"), TargetPort: number.Draw(t, "target"), Protocol: rapid.SampledFrom(append([]string{""}, rio.Protocols...)).Draw(t, "protocol")}
	if p.Protocol == "udp" {
		p.TargetPort = p.Port
	}
	return p
}

func revision(t *rapid.T) spec.Revision {
	r := spec.Revision{Container: container(t), Labels: named(t, "labels", func(t *rapid.T) string {
		return rapid.SampledFrom([]string{"", "true", "no", "null", "80", "0440", "1e3", "a.b_c"}).Draw(t, "label")
	})}
	r.DNS, r.ExtraHosts, r.DNSSearch = rapid.SampledFrom([][]string{nil, {"host"}, {"::1", "10.0.0.1"}}).Draw(t, "dns"), rapid.SampledFrom([][]string{nil, {"a:10.0.0.1", "b=::1"}}).Draw(t, "hosts"), texts(t, "search")
	r.StopGracePeriod, r.Global = maybe(t, "grace", rapid.Int64Range(0, 90)), maybe(t, "global", rapid.Bool())
	if low := rapid.Int32Range(0, 5).Draw(t, "scale"); low > 0 {
		r.Scale = &rio.Scale{Min: low, Max: rapid.Int32Range(low, 9).Draw(t, "to")}
	}
	if rapid.Bool().Draw(t, "permitted") {
		p, _ := rio.ParsePermission("write apps/deployments web")
		r.Permissions = []rio.Permission{p, {Verbs: []string{"get"}, Resource: "pods", Name: "a b"}}
	}
	r.Sidekicks = named(t, "sidekicks", func(t *rapid.T) spec.Sidekick {
		return spec.Sidekick{InitContainer: rapid.Bool().Draw(t, "init"), Container: container(t)}
	})
	return r
}

func route(t *rapid.T) rio.Route {
	pattern := rapid.Custom(func(t *rapid.T) rio.Pattern {
		path := "/" + name.Draw(t, "path")
		return rapid.SampledFrom([]rio.Pattern{{Exact: path}, {Prefix: path}, {Regexp: path + ".+"}}).Draw(t, "pattern")
	})
	target := func() rio.RouteTarget {
		return rio.RouteTarget{
			Service: name.Draw(t, "target"), Stack: rapid.SampledFrom([]string{"", "other"}).Draw(t, "stack"),
			Revision: rapid.SampledFrom([]string{"", "v2", rio.Latest}).Draw(t, "revision"), Port: rapid.Int32Range(0, 9).Draw(t, "port"),
		}
	}
	r := rio.Route{}
	for range rapid.IntRange(0, 2).Draw(t, "matches") {
		m := rio.RouteMatch{Path: maybe(t, "path", pattern), Port: rapid.Int32Range(1, 9).Draw(t, "port")}
		m.Headers = named(t, "headers", func(t *rapid.T) rio.Pattern { return pattern.Draw(t, "header") })
		if rapid.Bool().Draw(t, "called") {
			caller := target()
			m.From = &rio.RouteSource{Service: caller.Service, Stack: caller.Stack, Revision: caller.Revision}
		}
		r.Matches = append(r.Matches, m)
	}
	if rapid.Bool().Draw(t, "redirect") {
		r.Redirect = &rio.HostPath{Host: name.Draw(t, "host"), Path: "/" + name.Draw(t, "path")}
		return r
	}
	r.To = []rio.RouteTarget{target()}
	if weight := rapid.IntRange(0, 99).Draw(t, "weight"); weight > 0 {
		other := target()
		r.To[0].Service, other.Service = "a-"+r.To[0].Service, "b-"+other.Service
		r.To[0].Weight, other.Weight = weight, 100-weight
		r.To = append(r.To, other)
	}
	r.TimeoutMillis = rapid.IntRange(0, 5000).Draw(t, "timeout")
	r.Retry = maybe(t, "retry", rapid.SampledFrom([]rio.Retry{{}, {Attempts: 2}, {Attempts: 1, TimeoutMillis: 50}}))
	r.Fault = maybe(t, "fault", rapid.SampledFrom([]rio.Fault{{DelayMillis: 1}, {Percentage: new(3), Abort: &rio.Abort{HTTPStatus: 503}}}))
	return r
}

func file(t *rapid.T) File {
	f := File{
		Configs: named(t, "configs", func(t *rapid.T) Config { return Config{Content: new(text.Draw(t, "content"))} }),
		Secrets: named(t, "secrets", func(*rapid.T) Config { return Config{External: true} }),
		Volumes: named(t, "volumes", func(t *rapid.T) Volume { return Volume{SizeInGB: rapid.IntRange(0, 9).Draw(t, "size")} }),
	}
	// Names that no other may have in the cluster: of services without -, of routes with two.
	for n, s := range named(t, "services", func(t *rapid.T) Service { return Service{Service: spec.Service{Revision: revision(t)}} }) {
		if f.Services == nil {
			f.Services = map[string]Service{}
		}
		f.Services[strings.ReplaceAll(n, "-", "")] = s
	}
	for n, r := range named(t, "routes", route) {
		if f.Routes == nil {
			f.Routes = map[string][]rio.Route{}
		}
		f.Routes["r--"+n] = []rio.Route{r, {Matches: []rio.RouteMatch{{Port: 10}}, Redirect: &rio.HostPath{Path: "/"}}}
	}
	var before []string
	for _, n := range slices.Sorted(maps.Keys(f.Services)) {
		s := f.Services[n]
		s.Revisions = named(t, "revisions", func(t *rapid.T) spec.Revision {
			r := revision(t)
			r.Weight, r.Inherit = rapid.IntRange(0, 30).Draw(t, "weight"), maybe(t, "inherit", rapid.Bool())
			return r
		})
		s.DependsOn = before
		before = append(slices.Clip(before), n)
		f.Services[n] = s
	}
	return f
}

// withoutLines compares files, wherever in a text what they say stands.
var withoutLines = cmpopts.IgnoreFields(File{}, "Lines")

func TestReadIsTheInverseOfWrite(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		f := file(t)
		written, err := Write(f)
		if err != nil {
			t.Fatal(err)
		}
		back, err := Read(written, func(string) (string, error) { return "", errors.New("no file is named") })
		if err != nil {
			t.Fatalf("%v in\n%s", err, written)
		}
		if diff := cmp.Diff(f, back, withoutLines); diff != "" {
			t.Fatalf("(-written +read):\n%s\n%s", diff, written)
		}
		if changes, err := Compare(f, back, nil); err != nil || len(changes) > 0 {
			t.Fatalf("they compare as %v, %v", changes, err)
		}
		again, err := Write(back)
		if err != nil || again != written {
			t.Fatalf("error %v, written again it is\n%s\nnot\n%s", err, again, written)
		}
		readsAs(t, f, Literal(written))
		back, err = ReadCompose(Literal(written), func(string) (string, bool) { return "an answer", true }, open)
		composed := byCompose(t, f)
		back.Notes = nil
		if diff := cmp.Diff(composed, back, withoutLines); err != nil || diff != "" {
			t.Fatalf("as a docker-compose file: error %v (-written +read):\n%s", err, diff)
		}
		if s := (Source{Text: Literal(written), Compose: true}); cmp.Equal(f, composed) && s.Exported() != s.Text {
			t.Fatalf("what is the same by all rules is marked:\n%s", s.Text)
		}
		inJSON, err := WriteJSON(f)
		if err != nil || !json.Valid([]byte(inJSON)) {
			t.Fatalf("error %v, no JSON:\n%s", err, inJSON)
		}
		readsAs(t, f, inJSON)
	})
}

// byCompose is a file with what docker-compose's ports do not say: that tcp is spoken, and what is exposed as it is published;
// and with docker's numbers of checks.
func byCompose(t *rapid.T, f File) File {
	raw, err := json.Marshal(f)
	if err != nil {
		t.Fatal(err)
	}
	var out File
	if err := json.Unmarshal(raw, &out); err != nil {
		t.Fatal(err)
	}
	open := func(c spec.Container) {
		for i := range c.Ports {
			if c.Ports[i].Protocol == "tcp" {
				c.Ports[i].Protocol = ""
			}
		}
	}
	for name, s := range out.Services {
		for _, r := range append(slices.Collect(maps.Values(s.Revisions)), s.Revision) {
			open(r.Container)
			for _, sidekick := range r.Sidekicks {
				open(sidekick.Container)
			}
		}
		s.Expose = unpublished(s.Expose, s.Ports)
		askAsDocker(&s, 0)
		out.Services[name] = s
	}
	return out
}

// readsAs wants that a text which was made of a file, and is a template like any other, is that file.
func readsAs(t *rapid.T, f File, text string) {
	rendered, err := render(text, map[string]string{"A": "an answer"})
	if err != nil {
		t.Fatalf("%v in\n%s", err, text)
	}
	back, err := Read(rendered, nil)
	if diff := cmp.Diff(f, back, withoutLines); err != nil || diff != "" {
		t.Fatalf("error %v (-written +read):\n%s\n%s", err, diff, text)
	}
}

func FuzzRead(f *testing.F) {
	for _, seed := range []string{askedFor, "services: {a: {image: a, ports: [80:80]}}", "a: &a [*a]", "<<: 1", "services: []", "configs: {a: {file: a}}", "services: {a: {image: a, revisions: {b: {deploy: {replicas: 1}}}}}", "routes: {a: [{percentage: 1, retry: {percentage: 1}, fault: {percentage: 0}}]}"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		rendered, err := render(text, map[string]string{"A": "1"})
		if err != nil {
			return
		}
		read, err := Read(rendered, func(name string) (string, error) { return name, nil })
		if err != nil {
			return
		}
		written, err := Write(read)
		if err != nil {
			t.Fatal(err)
		}
		back, err := Read(written, nil)
		if err != nil {
			t.Fatalf("%v in\n%s", err, written)
		}
		if again, err := Write(back); err != nil || again != written {
			t.Fatalf("error %v, written again it is\n%s\nnot\n%s", err, again, written)
		}
	})
}
