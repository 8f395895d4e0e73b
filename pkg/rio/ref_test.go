package rio_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/kubectl-rio/kubectl-rio/pkg/rio"
)

func TestParseRef(t *testing.T) {
	for sentence, tc := range map[string]struct {
		in   string
		want rio.Ref
	}{
		"a plain name is in the stack in use":     {"foobar", rio.Ref{Namespace: "shop", Service: "foobar"}},
		"a revision stands behind the colon":      {"foobar:v2", rio.Ref{Namespace: "shop", Service: "foobar", Revision: "v2"}},
		"latest is a revision like another":       {"foobar:latest", rio.Ref{Namespace: "shop", Service: "foobar", Revision: "latest"}},
		"a stack stands in front":                 {"test/svc", rio.Ref{Namespace: "test", Service: "svc"}},
		"stack, service and revision":             {"test/svc:v3", rio.Ref{Namespace: "test", Service: "svc", Revision: "v3"}},
		"an ID of a revision, as lists print it":  {"other:foobar:v2", rio.Ref{Namespace: "other", Service: "foobar", Revision: "v2"}},
		"a revision may begin with a digit":       {"foobar:2026-11-24", rio.Ref{Namespace: "shop", Service: "foobar", Revision: "2026-11-24"}},
		"a stack may begin with a digit":          {"9to5/foobar", rio.Ref{Namespace: "9to5", Service: "foobar"}},
		"a name of 63 characters is the longest":  {strings.Repeat("a", 63), rio.Ref{Namespace: "shop", Service: strings.Repeat("a", 63)}},
		"latest adds nothing to a name's length":  {strings.Repeat("a", 63) + ":latest", rio.Ref{Namespace: "shop", Service: strings.Repeat("a", 63), Revision: "latest"}},
		"service and revision may fill one label": {strings.Repeat("a", 60) + ":v2", rio.Ref{Namespace: "shop", Service: strings.Repeat("a", 60), Revision: "v2"}},
	} {
		t.Run(sentence, func(t *testing.T) {
			got, err := rio.ParseRef(tc.in, "shop")
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(tc.want, got); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// What validation.IsDNS1035Label and IsDNS1123Label say of a name's form.
const (
	want1035 = "a DNS-1035 label must consist of lower case alphanumeric characters or '-', start with an alphabetic character, " +
		"and end with an alphanumeric character (e.g. 'my-name',  or 'abc-123', regex used for validation is '[a-z]([-a-z0-9]*[a-z0-9])?')"
	want1123 = "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an " +
		"alphanumeric character (e.g. 'my-name',  or '123-abc', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?')"
)

func TestParseRefRefuses(t *testing.T) {
	long := strings.Repeat("a", 61)
	for sentence, tc := range map[string]struct{ in, want string }{
		"no name at all":               {"", `invalid name "": service "": ` + want1035},
		"an empty revision":            {"foobar:", `invalid name "foobar:": the revision after ":" is empty, want [STACK/]SERVICE[:REVISION]`},
		"an empty stack":               {"/foobar", `invalid name "/foobar": stack "": ` + want1123},
		"a stack alone":                {"shop/", `invalid name "shop/": it is a stack, want [STACK/]SERVICE[:REVISION]; what is in it: kubectl rio ps -n shop`},
		"capitals in the service":      {"Foobar", `invalid name "Foobar": service "Foobar": ` + want1035},
		"a service that begins with 1": {"1up", `invalid name "1up": service "1up": ` + want1035},
		"capitals in the stack":        {"Shop/foobar", `invalid name "Shop/foobar": stack "Shop": ` + want1123},
		"a revision with a dot":        {"foobar:v1.2", `invalid name "foobar:v1.2": revision "v1.2": must not contain dots`},
		"a third colon":                {"foobar:v2:v3:v4", `invalid name "foobar:v2:v3:v4": revision "v2:v3:v4": ` + want1123},
		"a second slash":               {"a/b/c", `invalid name "a/b/c": service "b/c": ` + want1035},
		"the name of the node ports": {"foobar:ports",
			`invalid name "foobar:ports": revision "ports": the name is taken by the Service of the node ports, choose another`},
		"a host name that is too long": {long + ":v2",
			`invalid name "` + long + `:v2": "` + long + `-v2" is used as a host name and has 64 characters, want at most 63`},
	} {
		t.Run(sentence, func(t *testing.T) {
			wantError(t, tc.want, func() error { _, err := rio.ParseRef(tc.in, "shop"); return err })
		})
	}
	t.Run("a context whose namespace is none", func(t *testing.T) {
		wantError(t, `invalid name "foobar": stack "Not A Stack": `+want1123, func() error {
			_, err := rio.ParseRef("foobar", "Not A Stack")
			return err
		})
	})
}

func TestRefNames(t *testing.T) {
	for sentence, tc := range map[string]struct {
		ref                                rio.Ref
		object, id, plain, inShop, inOther string
	}{
		"the service as a whole is its latest":         {rio.Ref{Namespace: "shop", Service: "foobar"}, "foobar", "shop:foobar", "foobar", "foobar", "shop/foobar"},
		"latest by name is the same":                   {rio.Ref{Namespace: "shop", Service: "foobar", Revision: "latest"}, "foobar", "shop:foobar", "foobar", "foobar", "shop/foobar"},
		"a revision has an object name of its own":     {rio.Ref{Namespace: "shop", Service: "foobar", Revision: "v2"}, "foobar-v2", "shop:foobar", "foobar:v2", "foobar:v2", "shop/foobar:v2"},
		"a dash in the service does not end it":        {rio.Ref{Namespace: "shop", Service: "foo-bar", Revision: "v2"}, "foo-bar-v2", "shop:foo-bar", "foo-bar:v2", "foo-bar:v2", "shop/foo-bar:v2"},
		"the node ports' name is made like a revision": {rio.Ref{Namespace: "shop", Service: "foobar"}.Of(rio.NodePortSuffix), "foobar-ports", "shop:foobar", "foobar:ports", "foobar:ports", "shop/foobar:ports"},
	} {
		t.Run(sentence, func(t *testing.T) {
			got := []string{tc.ref.ObjectName(), tc.ref.ID(), tc.ref.String(), tc.ref.In("shop"), tc.ref.In("other")}
			if diff := cmp.Diff([]string{tc.object, tc.id, tc.plain, tc.inShop, tc.inOther}, got); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestParsePodRef(t *testing.T) {
	foobar := rio.Ref{Namespace: "default", Service: "foobar"}
	for sentence, tc := range map[string]struct {
		in   string
		want rio.PodRef
		pod  string // its name; empty when any pod is meant
	}{
		"a service means any of its pods":            {"foobar", rio.PodRef{Ref: foobar}, ""},
		"a pod as ps shows it":                       {"foobar/f6985f578-schpv", rio.PodRef{Ref: foobar, Suffix: "f6985f578-schpv"}, "foobar-f6985f578-schpv"},
		"its sidecar":                                {"foobar/f6985f578-schpv/istio-proxy", rio.PodRef{Ref: foobar, Suffix: "f6985f578-schpv", Container: "istio-proxy"}, "foobar-f6985f578-schpv"},
		"a pod of a revision":                        {"foobar:v2/7c9b5d6f4-x2x9k", rio.PodRef{Ref: foobar.Of("v2"), Suffix: "7c9b5d6f4-x2x9k"}, "foobar-v2-7c9b5d6f4-x2x9k"},
		"a pod in another stack":                     {"test/svc:v3/7c9b5d6f4-x2x9k/svc", rio.PodRef{Ref: rio.Ref{Namespace: "test", Service: "svc", Revision: "v3"}, Suffix: "7c9b5d6f4-x2x9k", Container: "svc"}, "svc-v3-7c9b5d6f4-x2x9k"},
		"a service in another stack is no pod":       {"test/svc", rio.PodRef{Ref: rio.Ref{Namespace: "test", Service: "svc"}}, ""},
		"nor is one whose name looks a bit like one": {"test/front-12345", rio.PodRef{Ref: rio.Ref{Namespace: "test", Service: "front-12345"}}, ""},
		"a stateful set counts its pods":             {"db/0", rio.PodRef{Ref: rio.Ref{Namespace: "default", Service: "db"}, Suffix: "0"}, "db-0"},
		"a daemon set's has one random part":         {"foobar:latest/x7k2p", rio.PodRef{Ref: foobar.Of("latest"), Suffix: "x7k2p"}, "foobar-x7k2p"},
		"one with a name of its own":                 {"test/foobar:v2/legacy-0/web", rio.PodRef{Ref: rio.Ref{Namespace: "test", Service: "foobar", Revision: "v2"}, Suffix: "legacy-0", Container: "web"}, "foobar-v2-legacy-0"},
	} {
		t.Run(sentence, func(t *testing.T) {
			got, err := rio.ParsePodRef(tc.in, "default")
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(tc.want, got); diff != "" {
				t.Error(diff)
			}
			if tc.pod != "" && got.PodName() != tc.pod {
				t.Errorf("pod name %q, want %q", got.PodName(), tc.pod)
			}
			if tc.pod != "" {
				again, err := rio.ParsePodRef(rio.PodRef{Ref: got.Ref, Suffix: got.Suffix}.Shown("default"), "default")
				if err != nil || again.PodName() != tc.pod || again.ObjectName() != got.ObjectName() {
					t.Errorf("shown as %s, which is read as %v: %v", got.Shown("default"), again, err)
				}
			}
		})
	}
}

func TestParsePodRefRefuses(t *testing.T) {
	for sentence, tc := range map[string]struct{ in, want string }{
		"an empty container":     {"foobar/f6985f578-schpv/", `invalid name "foobar/f6985f578-schpv/": service "f6985f578-schpv/": ` + want1035},
		"a path in a container":  {"foobar/f6985f578-schpv/a/b", `invalid name "foobar/f6985f578-schpv/a/b": service "f6985f578-schpv/a/b": ` + want1035},
		"a pod of a bad service": {"Foobar/f6985f578-schpv", `invalid name "Foobar": service "Foobar": ` + want1035},
	} {
		t.Run(sentence, func(t *testing.T) {
			wantError(t, tc.want, func() error { _, err := rio.ParsePodRef(tc.in, "default"); return err })
		})
	}
}

func wantError(t *testing.T, want string, f func() error) {
	t.Helper()
	err := f()
	if err == nil {
		t.Fatalf("no error, want %s", want)
	}
	if diff := cmp.Diff(want, err.Error()); diff != "" {
		t.Error(diff)
	}
}

// The ID of a service looks like a revision, and only the cluster can tell.
func TestAsID(t *testing.T) {
	for name, want := range map[string]string{
		"default:foobar": `; if "default:foobar" is an ID, name it as default/foobar`,
		"foobar:2018":    "", // no service begins with a digit
		"foobar":         "",
	} {
		ref, err := rio.ParseRef(name, "shop")
		if err != nil {
			t.Fatal(err)
		}
		if got := ref.OrID(); got != want {
			t.Errorf("%s: got %q, want %q", name, got, want)
		}
	}
}
