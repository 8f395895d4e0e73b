package cluster

import (
	"context"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	discoveryv1 "k8s.io/api/discovery/v1"

	"github.com/kubectl-rio/kubectl-rio/pkg/rio"
)

// How long ago pods became ready, or died, is by the cluster's clock, whatever this machine's says.
func TestWaitsGoByTheClustersClock(t *testing.T) {
	for sentence, tc := range map[string]struct {
		ahead time.Duration // of this machine's clock
		ago   time.Duration // since the pod became ready
		waits bool
	}{
		"both are right, and it was just now": {0, time.Second, true},
		"both are right, and it was before":   {0, 5 * time.Second, false},
		"this one is ahead":                   {time.Hour, time.Second, true},
		"this one is behind":                  {-time.Hour, 5 * time.Second, false},
	} {
		t.Run(sentence, func(t *testing.T) {
			there := time.Now().Add(-tc.ahead)
			s := &server{answers: map[string]answer{
				"GET /api/v1/namespaces/shop/pods": {http.StatusOK, listOf("v1", "Pod", diedBefore(there.Add(-tc.ago-7*time.Second), 1))},
				"GET /apis/discovery.k8s.io/v1/namespaces/shop/endpointslices": {http.StatusOK, listOf("discovery.k8s.io/v1", "EndpointSlice", discoveryv1.EndpointSlice{
					Endpoints: []discoveryv1.Endpoint{{Addresses: []string{"192.0.2.1"}}},
				})},
			}}
			srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				w.Header().Set("Date", time.Now().Add(-tc.ahead).UTC().Format(http.TimeFormat))
				s.ServeHTTP(w, r)
			}))
			defer srv.Close()
			c := clientOf(t, srv.URL)
			limit := 5 * time.Second
			if tc.waits {
				limit = 300 * time.Millisecond
			}
			ctx, stop := context.WithTimeout(t.Context(), limit)
			defer stop()
			if _, err := c.settledAddresses(ctx, rio.Ref{Namespace: "shop", Service: "web", Revision: "v2"}); (err != nil) != tc.waits {
				t.Errorf("a pod that died: %v, want a wait: %v", err, tc.waits)
			}
			over, end := context.WithCancel(t.Context())
			end()
			if err := c.reachWorkers(over, Confirmation{Asked: 1}, there.Add(-tc.ago)); (err != nil) != tc.waits {
				t.Errorf("a pod that became ready: %v, want a wait: %v", err, tc.waits)
			}
		})
	}
}
