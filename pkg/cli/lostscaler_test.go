package cli

import (
	"net/http/httptest"
	"strings"
	"testing"
)

// Somebody deleted latest, which an autoscaler kept: what is promoted is not driven by one that nobody knows
// any more. It is removed, and it is said how to have it again.
func TestTheAutoscalerOfALostLatestGoes(t *testing.T) {
	const scaler = "/apis/autoscaling/v2/namespaces/shop/horizontalpodautoscalers/web"
	s := newStore()
	fill(t, s, []byte(gatewaySettings))
	server := httptest.NewServer(s)
	defer server.Close()
	given(t, s, server.URL, "run --name web --scale 2-5 --cpus 100m -p 80/http nginx")
	given(t, s, server.URL, "stage --image httpd web:v2")
	if s.objects[scaler] == nil {
		t.Fatal("there is no autoscaler")
	}
	delete(s.objects, "/apis/apps/v1/namespaces/shop/deployments/web")
	got := runAgainst(t, server.URL, "promote", "--dry-run", "web:v2")
	for _, want := range []string{
		"web        the autoscaler of the latest that was deleted goes; when there is one again: kubectl rio scale -n shop web=2-5\n",
		"- horizontalpodautoscaler/web\n",
	} {
		if got.Code != 0 || !strings.Contains(got.Err, want) {
			t.Errorf("exit code %d, and %q is not in: %s", got.Code, want, got.Err)
		}
	}
}
