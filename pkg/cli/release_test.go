package cli

import (
	"fmt"
	"net/http/httptest"
	"strings"
	"testing"
)

// Its routes go at the version that its own abort wrote, a moment after they were read.
func TestReleaseTakesItsOwnWriteForNobodyElses(t *testing.T) {
	s := newStore()
	fill(t, s, []byte(gatewaySettings))
	server := httptest.NewServer(s)
	defer server.Close()
	useCluster(t, server.URL)
	for _, command := range []string{"run --expose 80/http --name web nginx", "stage --image httpd web:v2", "weight web:v2=30%"} {
		given(t, s, server.URL, "given "+command)
	}
	fill(t, s, fmt.Appendf(nil, serving, "web", "latest"))
	if got := runMain(t, "release", "--timeout", "30s", "--force", "--yes", "web"); got.Code != 0 {
		t.Fatalf("%+v", got)
	}
	for path := range s.objects {
		if strings.Contains(path, "istio") {
			t.Errorf("left over: %s", path)
		}
	}
}
