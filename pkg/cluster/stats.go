package cluster

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"regexp"
	"time"

	"github.com/kubectl-rio/kubectl-rio/pkg/rio"
)

// clusterPattern matches Istio's names for the subsets of a service, whatever the port:
// outbound|80|v2|foobar.default.svc.cluster.local. Those of a revision's own host have no
// subset and are left out: previews are not part of the split. Group 1 is the revision.
func clusterPattern(s rio.Service, domain string) string {
	return `outbound\|\d+\|([^|]+)\|` + regexp.QuoteMeta(s.Name+"."+s.Namespace+".svc.") + domain
}

// statsPattern matches the names of a service's statistics, for Envoy, which takes the
// same syntax, and for reading its answer. Group 2 is a response's code, or time.
//
// Envoy counts under upstream_rq_CODE what went to the caller in the end, once a request,
// retries not included: its own 503 and 504 too, for want of a healthy pod, a refused or
// broken connection, a timeout,
// https://www.envoyproxy.io/docs/envoy/latest/configuration/upstream/cluster_manager/cluster_stats#dynamic-http-statistics
// It counts nothing when the caller leaves before the answer, and the code when the
// answer is cut off in the middle. Istio ends the cluster's name with a semicolon
// (pilot/pkg/networking/util DelimitedStatsPrefix); before, it ended with the domain.
func statsPattern(s rio.Service) string {
	return `^cluster\.` + clusterPattern(s, `(?:[^;]*;|cluster\.local)`) + `\.upstream_rq_(\d{3}|time)$`
}

// statsAnswer is what Envoy answers to /stats?format=json&histogram_buckets=cumulative.
type statsAnswer struct {
	Stats []struct {
		Name       string `json:"name"`
		Value      int64  `json:"value"`
		Histograms []struct {
			Name    string `json:"name"`
			Buckets []struct {
				UpperBound float64 `json:"upper_bound"` // milliseconds
				Cumulative int64   `json:"cumulative"`  // since Envoy started; as of the last flush, every 5 s by default
			} `json:"buckets"`
		} `json:"histograms"`
	} `json:"stats"`
}

// figures reads from an answer what each revision's requests came to since Envoy started.
func (a statsAnswer) figures(pattern *regexp.Regexp) map[string]rio.Figures {
	byRevision := map[string]rio.Figures{}
	for _, stat := range a.Stats {
		if m := pattern.FindStringSubmatch(stat.Name); m != nil {
			byRevision[m[1]] = byRevision[m[1]].Add(answered(m[2], stat.Value))
		}
		for _, h := range stat.Histograms {
			m := pattern.FindStringSubmatch(h.Name)
			if m == nil {
				continue
			}
			var f rio.Figures
			for _, b := range h.Buckets {
				f.Latency = append(f.Latency, rio.Bucket{UpTo: milliseconds(b.UpperBound), Count: b.Cumulative})
			}
			byRevision[m[1]] = byRevision[m[1]].Add(f)
		}
	}
	return byRevision
}

// answered is a number of requests that were answered with a code. An interim response,
// 1xx but 101 Switching Protocols, is followed by another one, which counts.
func answered(code string, n int64) rio.Figures {
	switch {
	case code < "200" && code != "101":
		return rio.Figures{}
	case code >= "500":
		return rio.Figures{Requests: n, Errors: n}
	}
	return rio.Figures{Requests: n}
}

func milliseconds(n float64) time.Duration {
	if d := n * float64(time.Millisecond); d < float64(rio.Unbounded) {
		return time.Duration(d)
	}
	return rio.Unbounded
}

// figures asks for a service's statistics, of the many that a gateway has.
func (e *envoy) figures(ctx context.Context, s rio.Service) (map[string]rio.Figures, error) {
	pattern := statsPattern(s)
	query := url.Values{"format": {"json"}, "histogram_buckets": {"cumulative"}, "usedonly": {""}, "filter": {pattern}}
	var answer statsAnswer
	if err := e.ask(ctx, "/stats?"+query.Encode(), &answer); err != nil {
		return nil, err
	}
	return answer.figures(regexp.MustCompile(pattern)), nil
}

// ask reads one answer of the admin interface into v.
func (e *envoy) ask(ctx context.Context, path string, v any) error {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, e.base+path, nil)
	if err != nil {
		return err
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return fmt.Errorf("ask the Envoy of %s: %w", e.pod, err)
	}
	defer response.Body.Close()
	if response.StatusCode != http.StatusOK {
		return fmt.Errorf("ask the Envoy of %s: %s", e.pod, response.Status)
	}
	if err := json.NewDecoder(response.Body).Decode(v); err != nil {
		return fmt.Errorf("ask the Envoy of %s: %w", e.pod, err)
	}
	return nil
}
