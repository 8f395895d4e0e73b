package main

import (
	"slices"
	"testing"
)

func TestHistogram(t *testing.T) {
	const metrics = `# TYPE admission_seconds histogram
admission_seconds_bucket{name="ours",operation="CREATE",le="0.005"} 90
admission_seconds_bucket{name="ours",operation="CREATE",le="+Inf"} 100
admission_seconds_sum{name="ours",operation="CREATE"} 0.4
admission_seconds_count{name="ours",operation="CREATE"} 100
admission_seconds_bucket{name="ours",operation="UPDATE",le="0.005"} 10
admission_seconds_bucket{name="ours",operation="UPDATE",le="+Inf"} 10
admission_seconds_sum{name="ours",operation="UPDATE"} 0.01
admission_seconds_count{name="ours",operation="UPDATE"} 10
admission_seconds_bucket{name="theirs",operation="CREATE",le="0.005"} 0
admission_seconds_bucket{name="theirs",operation="CREATE",le="+Inf"} 7
admission_seconds_sum{name="theirs",operation="CREATE"} 7
admission_seconds_count{name="theirs",operation="CREATE"} 7
`
	for name, tc := range map[string]struct {
		h       histogram
		metrics string
		want    counted
		fails   bool
	}{
		"of two operations":         {h: histogram{"admission_seconds", "name", "ours", 0.005}, metrics: metrics, want: counted{110, 100}},
		"it has not been used":      {h: histogram{"admission_seconds", "name", "nobody", 0.005}, metrics: metrics},
		"none has been used":        {h: histogram{"admission_seconds", "name", "ours", 0.005}},
		"no bucket ends there":      {h: histogram{"admission_seconds", "name", "ours", 0.004}, metrics: metrics, want: counted{all: 100}, fails: true},
		"what came are not metrics": {h: histogram{"admission_seconds", "name", "ours", 0.005}, metrics: "<html>\n", fails: true},
	} {
		got, err := tc.h.read(tc.metrics)
		if got != tc.want || (err != nil) != tc.fails {
			t.Errorf("%s: got %+v, %v", name, got, err)
		}
	}
	if over := (counted{110, 100}).since(counted{10, 10}).over(); over != 10 {
		t.Errorf("10 of 100 took longer, and it says %v %%", over)
	}
}

func TestReadWebhookMemory(t *testing.T) {
	const summary = `{"pods":[
		{"podRef":{"name":"rio-webhook-1","namespace":"rio-system"},"containers":[{"name":"rio-webhook","memory":{"workingSetBytes":12582912}}]},
		{"podRef":{"name":"rio-lb-1","namespace":"rio-system"},"containers":[{"memory":{"workingSetBytes":1}}]},
		{"podRef":{"name":"rio-webhook-1","namespace":"shop"},"containers":[{"memory":{"workingSetBytes":1}}]}]}`
	if got, err := readWebhookMemory(summary); err != nil || !slices.Equal(got, []float64{12}) {
		t.Errorf("got %v, %v", got, err)
	}
	if _, err := readWebhookMemory("node is away"); err == nil {
		t.Error("no error where a kubelet says something else")
	}
}
