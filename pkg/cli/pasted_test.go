package cli

import (
	"os"
	"testing"
)

// What a usage error says to type does what was meant, with all that was typed before.
func TestUsageErrorsCanBePasted(t *testing.T) {
	t.Chdir(t.TempDir())
	if err := os.WriteFile("My Shop-stack.yml", []byte("services: {}"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile("My Shop.yml", []byte("name: shop"), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		args []string
		want string
	}{
		{[]string{"stage", "--image", "httpd", "-e", "A=1 2", "--dry-run=client", "-n", "web", "foobar:v2", "foo", "a;b"},
			`"foo" is no flag; an image goes behind --image, and arguments for the program behind --: kubectl rio stage --dry-run=client --env 'A=1 2' --image httpd -n web foobar:v2 -- foo 'a;b'`},
		{[]string{"stage", "foobar:v2", "a", "--", "b"}, `"a" is no flag; an image goes behind --image, and arguments for the program behind --: kubectl rio stage foobar:v2 -- a b`},
		{[]string{"up", "My Shop-stack.yml"}, `invalid file "My Shop-stack.yml": its name is of stack "My Shop", which is a namespace: a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an alphanumeric character (e.g. 'my-name',  or '123-abc', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?'); rename it, or name the stack: kubectl rio up STACK 'My Shop-stack.yml'`},
		{[]string{"diff", "-n", "web", "My Shop.yml"}, `My Shop.yml: it is of stack "shop", and -n says "web"; name the stack that is meant before the file: STACK 'My Shop.yml'`},
	} {
		if got := try(t, c.args...); got.Code != exitUsage || got.Err != "error: "+c.want+"\n" {
			t.Errorf("%q: exit code %d, %s", c.args, got.Code, got.Err)
		}
	}
}
