package traffic

import (
	"net/http"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

func TestSeries(t *testing.T) {
	var r Run
	b := &r.book
	b.begin("start", time.Now())
	b.series.add(0, answer{version: "v1"})
	b.series.add(99*time.Millisecond, answer{version: "v1"})
	b.series.add(320*time.Millisecond, answer{version: "v2"})
	b.series.mark(330*time.Millisecond, "promote")
	b.series.add(330*time.Millisecond, answer{failure: "503"})
	got := r.Series()
	b.series.add(0, answer{version: "v1"}) // what was given stays as it is
	want := Series{
		Slots: []Slot{{Versions: map[string]int{"v1": 2}}, {Versions: map[string]int{}}, {Versions: map[string]int{}}, {Versions: map[string]int{"v2": 1}, Lost: 1}},
		Marks: []MarkPoint{{0, "start"}, {3, "promote"}},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
}

func TestASeriesHasEveryAnswer(t *testing.T) {
	target, _ := serve(t, func(http.ResponseWriter, *http.Request) {})
	r, err := Start(t.Context(), small(target))
	if err != nil {
		t.Fatal(err)
	}
	if err := r.Reach(t.Context(), 200); err != nil {
		t.Fatal(err)
	}
	report := r.Stop()
	n := 0
	for _, s := range r.Series().Slots {
		n += s.Lost
		for _, hits := range s.Versions {
			n += hits
		}
	}
	if n != report.Total().Requests {
		t.Errorf("%d answers are in the series, of %d", n, report.Total().Requests)
	}
}
