package main

import (
	"fmt"
	"slices"
	"strings"

	dto "github.com/prometheus/client_model/go"
	"github.com/prometheus/common/expfmt"
	"github.com/prometheus/common/model"
)

// counted is how many of something the API server has timed since it started, and how many of them
// took at most so long.
type counted struct{ all, within uint64 }

func (c counted) since(before counted) counted {
	return counted{c.all - before.all, c.within - before.within}
}

// over is the part that took longer, percent.
func (c counted) over() float64 { return 100 * float64(c.all-c.within) / float64(c.all) }

// histogram is one of the API server's own, https://kubernetes.io/docs/reference/instrumentation/metrics/
type histogram struct {
	name, label, value string
	seconds            float64 // one of its buckets
}

// read adds up the histogram's series that have the label.
func (h histogram) read(metrics string) (c counted, err error) {
	parser := expfmt.NewTextParser(model.LegacyValidation)
	families, err := parser.TextToMetricFamilies(strings.NewReader(metrics))
	if err != nil {
		return c, fmt.Errorf("read the API server's metrics: %w", err)
	}
	for _, m := range families[h.name].GetMetric() { // none before the first
		if !slices.ContainsFunc(m.GetLabel(), func(l *dto.LabelPair) bool { return l.GetName() == h.label && l.GetValue() == h.value }) {
			continue
		}
		c.all += m.GetHistogram().GetSampleCount()
		i := slices.IndexFunc(m.GetHistogram().GetBucket(), func(b *dto.Bucket) bool { return b.GetUpperBound() == h.seconds })
		if i < 0 {
			return c, fmt.Errorf("%s has no bucket of %v seconds", h.name, h.seconds)
		}
		c.within += m.GetHistogram().GetBucket()[i].GetCumulativeCount()
	}
	return c, nil
}
