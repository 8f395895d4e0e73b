package cli

import (
	"bytes"
	"fmt"
	"net/http/httptest"
	"os"
	"strings"
	"testing"
	"time"

	"golang.org/x/sys/unix"
	"k8s.io/cli-runtime/pkg/genericiooptions"
)

// terminal is one, and what its user types on.
func terminal(t *testing.T) (in, keys *os.File) {
	t.Helper()
	keys, err := os.OpenFile("/dev/ptmx", os.O_RDWR, 0)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = keys.Close() })
	if err := unix.IoctlSetPointerInt(int(keys.Fd()), unix.TIOCSPTLCK, 0); err != nil {
		t.Fatal(err)
	}
	number, err := unix.IoctlGetInt(int(keys.Fd()), unix.TIOCGPTN)
	if err != nil {
		t.Fatal(err)
	}
	in, err = os.OpenFile(fmt.Sprintf("/dev/pts/%d", number), os.O_RDWR|unix.O_NOCTTY, 0)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = in.Close() })
	return in, keys
}

// Somebody at a terminal is asked, wherever standard error goes, and may think as long as they like.
func TestSomebodyIsAskedAboutAStack(t *testing.T) {
	const removal = "Remove stack shop with 1 service and all else that is in its namespace? [y/N] "
	t.Chdir(t.TempDir())
	if err := os.WriteFile("shop-stack.yml", []byte("configs: {site: {content: '${WORD}'}}\nquestions: [{variable: WORD}]\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		command, question, reply string
		after                    time.Duration
		writes                   int
	}{
		{"rm shop/", removal, "no\n", 0, 0},
		{"stack rm shop", removal, "yes\n", 2100 * time.Millisecond, 3},
		{"up --yes shop-stack.yml", "[WORD] []: ", "hello\n", 2100 * time.Millisecond, 2},
	} {
		s := newStore()
		server := httptest.NewServer(s)
		defer server.Close()
		given(t, s, server.URL, "run --name web nginx")
		fill(t, s, []byte(`/api/v1/namespaces/shop: {apiVersion: v1, kind: Namespace, metadata: {name: shop, labels: {rio.cattle.io/stack: "true"}}}`))
		useCluster(t, server.URL)
		in, keys := terminal(t)
		timer := time.AfterFunc(c.after, func() { _, _ = keys.WriteString(c.reply) })
		defer timer.Stop()
		var out, errOut bytes.Buffer
		code := Main(t.Context(), append(strings.Fields(c.command), "--wait=false", "--timeout", "2s"), genericiooptions.IOStreams{In: in, Out: &out, ErrOut: &errOut})
		asked := strings.HasPrefix(errOut.String(), c.question)
		if code != 0 || len(s.writes) != c.writes || !asked {
			t.Errorf("%s: exit code %d, writes %q, want 0 and %d; stderr %q", c.command, code, s.writes, c.writes, errOut.String())
		}
	}
}

// What is attached to is waited for as long as --timeout says.
func TestRunWaitsForWhatItAttachesTo(t *testing.T) {
	s := newStore()
	server := httptest.NewServer(s)
	defer server.Close()
	given(t, s, server.URL, "run --name try -i -t nginx")
	path := "/apis/apps/v1/namespaces/shop/deployments/try"
	s.objects[path]["status"] = map[string]any{"observedGeneration": 1, "replicas": 1, "updatedReplicas": 1}
	useCluster(t, server.URL)
	in, _ := terminal(t)
	var errOut bytes.Buffer
	begin := time.Now()
	code := Main(t.Context(), strings.Fields("run -it --name try --timeout 2s nginx"), genericiooptions.IOStreams{In: in, Out: in, ErrOut: &errOut})
	if want := `error: revision "latest" of "try" is not ready in time; see: kubectl rio why -n shop try`; code != exitNotReady || !strings.Contains(errOut.String(), want) || time.Since(begin) > 20*time.Second {
		t.Errorf("exit code %d after %s: %s", code, time.Since(begin), errOut.String())
	}
}
