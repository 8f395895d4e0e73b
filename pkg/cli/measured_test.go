package cli

import (
	"net/http/httptest"
	"strings"
	"testing"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// Who may not ask the gateways is told so once, not of each service.
func TestWhyNothingIsMeasuredIsSaidOnce(t *testing.T) {
	s := newStore()
	fill(t, s, []byte(gatewaySettings))
	server := httptest.NewServer(s)
	defer server.Close()
	for _, name := range []string{"web", "api", "db"} {
		given(t, s, server.URL, "run --name "+name+" -p 80/http nginx")
	}
	s.faults["/api/v1/namespaces/rio-system/pods"] = failure(403, metav1.StatusReasonForbidden, "no")
	got := runAgainst(t, server.URL, "ps", "-o", "wide")
	if got.Code != 0 || strings.Count(got.Err, "not measured: ") != 1 {
		t.Errorf("exit code %d\n%s%s", got.Code, got.Out, got.Err)
	}
}
