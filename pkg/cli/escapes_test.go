package cli

import (
	"bytes"
	"net/http/httptest"
	"strings"
	"testing"

	"k8s.io/cli-runtime/pkg/genericiooptions"

	"github.com/kubectl-rio/kubectl-rio/pkg/stack"
)

// The API server keeps an image of any characters. What is said of it does nothing to a terminal.
func TestMessagesAreNotObeyed(t *testing.T) {
	s := newStore()
	server := httptest.NewServer(s)
	defer server.Close()
	given(t, s, server.URL, "run --name web nginx")
	pod := asObject(asObject(asObject(s.objects["/apis/apps/v1/namespaces/shop/deployments/web"]["spec"])["template"])["spec"])
	asObject(pod["containers"].([]any)[0])["image"] = "nginx\x1b]0;x\a\x1b[2J"
	for args, want := range map[string]string{
		"stage --image httpd --dry-run=client web:v2": "web:v2  image nginx ]0;x  [2J -> httpd",
		"run --name web nginx":                        `error: service "web" exists in stack "shop" (nginx ]0;x  [2J)`,
	} {
		if got := runAgainst(t, server.URL, strings.Fields(args)...); !strings.Contains(got.Err, want) || strings.ContainsAny(got.Err, "\x1b\a") {
			t.Errorf("%s: %q, want %q", args, got.Err, want)
		}
	}
}

func TestQuestionsAreNotObeyed(t *testing.T) {
	var screen bytes.Buffer
	o := NewOptions(genericiooptions.IOStreams{In: strings.NewReader("c\na\n"), ErrOut: &screen})
	q := stack.Question{Variable: "TAG", Description: "which\x1b[2J", Options: []string{"a", "b\x1b[2J"}}
	if got, err := o.askQuestion(q, ""); err != nil || got != "a" || strings.Contains(screen.String(), "\x1b") || strings.Count(screen.String(), "b [2J") != 3 {
		t.Errorf("%q, %v: %q", got, err, screen.String())
	}
}
