package cli

import (
	"bytes"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"k8s.io/cli-runtime/pkg/genericiooptions"
)

// A question that is new in an edited text is asked, with --prompt all are, and the answers are kept.
func TestEditAsks(t *testing.T) {
	s := newStore()
	server := httptest.NewServer(s)
	defer server.Close()
	useCluster(t, server.URL)
	file := filepath.Join(t.TempDir(), "shop-stack.yml")
	text := "configs:\n  site: {content: \"${COLOR}\"}\nquestions:\n- {variable: COLOR, description: Which, default: blue}\n"
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	run := func(in *os.File, words string) (out, errOut bytes.Buffer, code int) {
		code = Main(t.Context(), strings.Fields(words), genericiooptions.IOStreams{In: in, Out: &out, ErrOut: &errOut})
		return out, errOut, code
	}
	nobody, err := os.Open(os.DevNull)
	if err != nil {
		t.Fatal(err)
	}
	defer nobody.Close()
	if _, errOut, code := run(nobody, "up --yes "+file); code != 0 {
		t.Fatal(errOut.String())
	}
	for _, c := range []struct{ editor, words, reply, asked, want string }{
		{"true", "edit shop/", "", "", "blue"},
		{"true", "edit --prompt shop/", "red\n", "[COLOR] Which [blue]: ", "red"},
		{"true", "edit --prompt shop/", "\n", "[COLOR] Which [red]: ", "red"},
		{"sed -i s/COLOR/SIZE/", "edit shop/", "big\n", "[SIZE] Which [blue]: ", "big"},
		{"sed -i s/Which/What/", "edit shop/", "", "", "big"},
	} {
		t.Setenv("KUBE_EDITOR", c.editor)
		in, keys := terminal(t)
		if _, err := keys.WriteString(c.reply); err != nil {
			t.Fatal(err)
		}
		_, errOut, code := run(in, c.words)
		out, _, _ := run(nobody, "config cat -n shop site")
		if code != 0 || !strings.HasPrefix(errOut.String(), c.asked) || out.String() != c.want {
			t.Errorf("%s with %q: exit code %d, %q is in it, want %q; said %s", c.words, c.editor, code, &out, c.want, &errOut)
		}
	}
}
