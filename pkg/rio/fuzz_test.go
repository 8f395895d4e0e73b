package rio_test

import (
	"fmt"
	"testing"

	"k8s.io/apimachinery/pkg/util/validation"

	"github.com/kubectl-rio/kubectl-rio/pkg/rio"
)

// The law of every parser here: it never panics, and what it accepts it prints back in
// a form that it reads as the same.

func FuzzParseRef(f *testing.F) {
	for _, s := range []string{"", "foobar", "foobar:v2", "test/svc:latest", "a/b/c", ":", "/", "foobar:ports", "bcd-bcdfg:0"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		ref, err := rio.ParseRef(s, "default")
		if err != nil {
			return
		}
		if errs := validation.IsDNS1035Label(ref.ObjectName()); len(errs) > 0 {
			t.Errorf("%q makes an object name that no Service may have: %v", s, errs)
		}
		for key, value := range rio.Labels(ref) {
			if errs := validation.IsValidLabelValue(value); len(errs) > 0 {
				t.Errorf("%q makes label %s=%q: %v", s, key, value, errs)
			}
		}
		for _, from := range []string{"default", "elsewhere"} {
			again, err := rio.ParseRef(ref.In(from), from)
			if err != nil || again.Of(again.RevisionName()) != ref.Of(ref.RevisionName()) {
				t.Errorf("%q -> %+v -> %q -> %+v, %v", s, ref, ref.In(from), again, err)
			}
		}
	})
}

func FuzzParsePodRef(f *testing.F) {
	for _, s := range []string{"foobar", "foobar/f6985f578-schpv", "test/svc:v3/7c9b5d6f4-x2x9k/svc", "db/0", "bc-bcdfg/0/c", "a/0/0/0", "x/\n/0"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		ref, err := rio.ParsePodRef(s, "default")
		if err != nil {
			return
		}
		printed := ref.In("default")
		if ref.Suffix != "" {
			printed += "/" + ref.Suffix
		}
		if ref.Container != "" {
			printed += "/" + ref.Container
		}
		again, err := rio.ParsePodRef(printed, "default")
		again.Ref, ref.Ref = again.Of(again.RevisionName()), ref.Of(ref.RevisionName())
		if err != nil || again != ref {
			t.Errorf("%q -> %+v -> %q -> %+v, %v", s, ref, printed, again, err)
		}
	})
}

func FuzzParseWeight(f *testing.F) {
	for _, s := range []string{"foobar:v2=30%", "foobar:v2=0", "a/b:c=100", "foobar:v2=-0", "foobar:v2=+5", "=", "foobar:v2==1"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		a, err := rio.ParseWeight(s, "default")
		if err != nil {
			return
		}
		if a.N < 0 || a.N > 100 || a.IsLatest() {
			t.Errorf("%q is taken as %d%% for %q", s, a.N, a.Ref)
		}
		printed := fmt.Sprintf("%s=%d%%", a.In("default"), a.N)
		if again, err := rio.ParseWeight(printed, "default"); err != nil || again != a {
			t.Errorf("%q -> %+v -> %q -> %+v, %v", s, a, printed, again, err)
		}
	})
}

func FuzzParsePort(f *testing.F) {
	for _, s := range []string{"80/http", "8443:8080/http", "5432", "53/udp", "1:2/tcp", "080/grpc", "0", ":/", "80/http/"} {
		f.Add(s, true)
		f.Add(s, false)
	}
	f.Fuzz(func(t *testing.T, s string, publish bool) {
		p, err := rio.ParsePort(s, publish)
		if err != nil {
			return
		}
		if p.Publish != publish || p.Number < 1 || p.Number > 65535 || p.Target < 1 || p.Target > 65535 {
			t.Errorf("%q is taken as %+v", s, p)
		}
		if errs := validation.IsValidPortName(p.Name()); len(errs) > 0 {
			t.Errorf("%q makes port name %q: %v", s, p.Name(), errs)
		}
		if named, ok := rio.ParsePortName(p.Name()); !ok || named.Name() != p.Name() {
			t.Errorf("%q has the name %q, which reads as %+v, %v", s, p.Name(), named, ok)
		}
		printed := fmt.Sprintf("%d:%d/%s", p.Number, p.Target, p.Protocol)
		if p.OnNode() {
			printed = fmt.Sprintf("%d/%s", p.Target, p.Protocol)
		}
		if again, err := rio.ParsePort(printed, publish); err != nil || again != p {
			t.Errorf("%q -> %+v -> %q -> %+v, %v", s, p, printed, again, err)
		}
	})
}
