package cli

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"k8s.io/cli-runtime/pkg/genericiooptions"

	"github.com/kubectl-rio/kubectl-rio/pkg/plan"
	"github.com/kubectl-rio/kubectl-rio/pkg/printer"
	"github.com/kubectl-rio/kubectl-rio/pkg/rio"
)

// A gate that cannot be judged holds, and the line says why; without a gate time goes on.
func TestAGradualReleaseThatNobodyMeasures(t *testing.T) {
	gates := []rio.Gate{{Of: "errors", Percent: 1}}
	for sentence, c := range map[string]struct {
		gates  []rio.Gate
		broken int // so many queries are not answered
		bad    int // requests of a hundred that failed, when they are
		want   plan.Action
		err    error
		held   string
	}{
		"a gate, and it comes back":           {gates, 2, 0, plan.ActionGoOn, nil, "not measured: 503 Service Unavailable: it starts   next 100% waits for requests: 0/1"},
		"a gate, and it is bad then":          {gates, 1, 50, plan.ActionAbort, nil, "not measured: 503 Service Unavailable: it starts   next 100% waits for requests: 0/1"},
		"a gate, and it does not come back":   {gates, 1000, 0, plan.ActionHold, context.DeadlineExceeded, "not measured: 503 Service Unavailable: it starts   next 100% waits for requests: 0/1"},
		"no gate, and it does not come back ": {nil, 1000, 0, plan.ActionGoOn, nil, "not measured: 503 Service Unavailable: it starts   next 100% in 1s"},
	} {
		t.Run(sentence, func(t *testing.T) {
			prometheus := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				if c.broken--; c.broken >= 0 {
					w.WriteHeader(http.StatusServiceUnavailable)
					fmt.Fprint(w, `{"status":"error","error":"it starts"}`)
					return
				}
				element := `{"metric":{"cluster_name":"outbound|80|v2|web.shop.svc.cluster.local",%q:%q},"value":[1,"%d"]}`
				result := fmt.Sprintf(element+","+element, "response_code", "200", 100-c.bad, "response_code", "503", c.bad)
				if strings.Contains(r.URL.Query().Get("query"), "bucket") {
					result = ""
				}
				fmt.Fprintf(w, `{"status":"success","data":{"result":[%s]}}`, result)
			}))
			defer prometheus.Close()
			s := newStore()
			fill(t, s, []byte(gatewaySettings))
			server := httptest.NewServer(s)
			defer server.Close()
			given(t, s, server.URL, "given run --name web -p 80/http nginx")
			given(t, s, server.URL, "given stage --image httpd --weight 50% web:v2")
			useCluster(t, server.URL)
			var screen bytes.Buffer
			m := newMutation(NewOptions(genericiooptions.IOStreams{Out: &screen, ErrOut: &screen}))
			client, err := m.o.client("weight")
			if err != nil {
				t.Fatal(err)
			}
			m.client, m.show = client, &progress{live: true}
			ref := rio.Ref{Namespace: "shop", Service: "web", Revision: "v2"}
			r := &gradual{mutation: m, eyes: eyes{client, prometheus.URL}, ref: ref, share: 50, bars: printer.NewBars(false),
				g: rio.Gradual{Revision: "v2", To: 100, Step: 50, Every: time.Second, Gates: c.gates}}
			ctx, done := context.WithTimeout(t.Context(), 5*time.Second)
			if c.err != nil {
				done()
				ctx, done = context.WithTimeout(t.Context(), 2500*time.Millisecond)
			}
			defer done()
			verdict, err := r.watch(ctx)
			if verdict.Action != c.want || !errors.Is(err, c.err) || !strings.Contains(screen.String(), c.held) {
				t.Errorf("%+v, %v, want %s; shown is %q", verdict, err, c.want, screen.String())
			}
		})
	}
}
