package cluster

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/kubectl-rio/kubectl-rio/pkg/rio"
)

// Prometheus measures where one scrapes the gateways: the same statistics that Measure
// reads from them. Sidecars that keep these statistics are counted with them.
type Prometheus struct {
	URL      string        // may carry USER:PASSWORD@
	Patience time.Duration // with each query; 0 is 10 s
}

const usualPatience = 10 * time.Second

// Measure gives the figures of the last window, by revision, those without a request
// included. What happened between two scrapes is estimated, so the window should be four
// scrapes long, https://prometheus.io/docs/prometheus/latest/querying/functions/#increase
func (p Prometheus) Measure(ctx context.Context, s rio.Service, window time.Duration) (map[string]rio.Figures, error) {
	clusters := clusterPattern(s, ".*")
	inWindow := func(by, metric string) string {
		return fmt.Sprintf("sum by (cluster_name, %s) (increase(%s{cluster_name=~%s}[%dms]))", by, metric, strconv.Quote(clusters), window.Milliseconds())
	}
	codes, err := p.query(ctx, inWindow("response_code", "envoy_cluster_upstream_rq"))
	if err != nil {
		return nil, err
	}
	buckets, err := p.query(ctx, inWindow("le", "envoy_cluster_upstream_rq_time_bucket"))
	if err != nil {
		return nil, err
	}
	sum, latency := map[string]rio.Figures{}, map[string]map[time.Duration]int64{}
	for _, r := range s.Revisions {
		sum[r.Name], latency[r.Name] = rio.Figures{Window: window}, map[time.Duration]int64{}
	}
	pattern := regexp.MustCompile("^" + clusters)
	for _, v := range codes {
		if m := pattern.FindStringSubmatch(v.Metric["cluster_name"]); m != nil && latency[m[1]] != nil {
			sum[m[1]] = sum[m[1]].Add(answered(v.Metric["response_code"], v.n))
		}
	}
	for _, v := range buckets {
		le, err := strconv.ParseFloat(v.Metric["le"], 64)
		if m := pattern.FindStringSubmatch(v.Metric["cluster_name"]); m != nil && latency[m[1]] != nil && err == nil {
			latency[m[1]][milliseconds(le)] += v.n
		}
	}
	for name, counts := range latency {
		f := sum[name]
		for upTo, n := range counts {
			f.Latency = append(f.Latency, rio.Bucket{UpTo: upTo, Count: n})
		}
		slices.SortFunc(f.Latency, func(a, b rio.Bucket) int { return cmp.Compare(a.UpTo, b.UpTo) })
		sum[name] = f
	}
	return sum, nil
}

// value is one element of an instant vector,
// https://prometheus.io/docs/prometheus/latest/querying/api/#instant-queries
type value struct {
	Metric map[string]string `json:"metric"`
	Value  [2]any            `json:"value"` // time, and the number as a string
	n      int64
}

func (p Prometheus) query(ctx context.Context, query string) ([]value, error) {
	patience := cmp.Or(p.Patience, usualPatience)
	late := fmt.Errorf("no answer within %s", patience)
	ctx, done := context.WithTimeoutCause(ctx, patience, late)
	defer done()
	address := strings.TrimSuffix(p.URL, "/") + "/api/v1/query?" + url.Values{"query": {query}}.Encode()
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
	if err != nil {
		return nil, p.failed(err)
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil && errors.Is(context.Cause(ctx), late) {
		return nil, p.failed(late)
	}
	if err != nil {
		return nil, p.failed(Innermost(err))
	}
	defer response.Body.Close()
	var answer struct {
		Status string `json:"status"`
		Error  string `json:"error"`
		Data   struct {
			Result []value `json:"result"`
		} `json:"data"`
	}
	err = json.NewDecoder(response.Body).Decode(&answer)
	if err != nil && errors.Is(context.Cause(ctx), late) {
		return nil, p.failed(late)
	}
	if err != nil {
		return nil, p.failed(fmt.Errorf("%s, and no answer of a Prometheus", response.Status))
	}
	if answer.Status != "success" {
		return nil, p.failed(fmt.Errorf("%s: %s", response.Status, answer.Error))
	}
	for i := range answer.Data.Result {
		v := &answer.Data.Result[i]
		f, err := strconv.ParseFloat(fmt.Sprint(v.Value[1]), 64)
		if err != nil || math.IsNaN(f) {
			return nil, p.failed(fmt.Errorf("%v is not a number", v.Value[1]))
		}
		v.n = int64(math.Round(f))
	}
	return answer.Data.Result, nil
}

// failed never shows the password of the address.
func (p Prometheus) failed(err error) error {
	address := p.URL
	if u, parseErr := url.Parse(p.URL); parseErr == nil {
		address = u.Redacted()
	}
	return fmt.Errorf("ask the Prometheus at %s: %w; see that --prometheus is its address, as http://127.0.0.1:9090", address, err)
}
