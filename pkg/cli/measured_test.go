package cli

import (
	"fmt"
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

// A wide list of many services is not worth what it would ask; the help says of how many it is.
func TestOfManyServicesNothingIsMeasured(t *testing.T) {
	s := newStore()
	fill(t, s, []byte(gatewaySettings))
	server := httptest.NewServer(s)
	defer server.Close()
	for n := range wideServices + 1 {
		given(t, s, server.URL, fmt.Sprintf("run --name web%d -p 80/http nginx", n))
	}
	got := runAgainst(t, server.URL, "ps", "-o", "wide")
	if want := "not measured: 21 services are published here, and at most 20 are asked about; see: kubectl rio weight SERVICE\n"; got.Code != 0 || got.Err != want {
		t.Errorf("exit code %d\n%s%s", got.Code, got.Out, got.Err)
	}
	if want := fmt.Sprintf("no more than %d published services", wideServices); !strings.Contains(psLong, want) {
		t.Errorf("the help of ps does not say %q", want)
	}
}
