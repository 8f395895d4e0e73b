package cli

import (
	"net/http/httptest"
	"strings"
	"testing"
)

func TestManagedFieldsAreShownWhenAskedFor(t *testing.T) {
	s := newStore()
	server := httptest.NewServer(s)
	defer server.Close()
	given(t, s, server.URL, "run --name web nginx")
	for args, want := range map[string]bool{
		"scale web=2 -q -o yaml":                       false,
		"scale web=3 -q -o yaml --show-managed-fields": true,
		"scale web=4 -q -o json":                       false,
		"scale web=5 -q -o json --show-managed-fields": true,
	} {
		got := runAgainst(t, server.URL, strings.Fields(args)...)
		if shown := strings.Contains(got.Out, "managedFields"); got.Code != 0 || got.Out == "" || shown != want {
			t.Errorf("%s: exit code %d, shown: %v\n%s%s", args, got.Code, shown, got.Out, got.Err)
		}
	}
}
