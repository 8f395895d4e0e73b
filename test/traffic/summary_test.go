package traffic

import (
	"strings"
	"testing"
	"time"
)

func TestSummary(t *testing.T) {
	var b strings.Builder
	Summary(&b, []Row{
		{Path: "run -> stage -> weight 30% -> promote", Total: Phase{Requests: 60000, Took: time.Minute}, Split: "v2 " + WithinSigma(60000, 17940, 30, 4).String()},
		{Path: "the same with plain kubectl apply", Total: Phase{Requests: 12000, Lost: 931}},
	})
	want := `path                                    requests  per second  lost  split set -> measured
run -> stage -> weight 30% -> promote     60,000       1,000     0  v2 30% -> 29.9% (±0.7)
the same with plain kubectl apply         12,000           -   931  -
`
	if b.String() != want {
		t.Errorf("got\n%swant\n%s", &b, want)
	}
}

func TestSummaryBesideTheNaiveWay(t *testing.T) {
	var b strings.Builder
	Summary(&b, []Row{
		{Path: "undo", Total: Phase{Requests: 1045000, Took: 1000 * time.Second}, Split: "v2 " + WithinSigma(60000, 17940, 30, 4).String(), Naive: &Phase{Requests: 9000, Lost: 31}},
		{Path: "istiod restarted", Total: Phase{Requests: 41000}},
	})
	want := `path                                    requests  per second  lost      naively lost  split set -> measured
undo                                    1,045,000       1,045     0       31 of 9,000  v2 30% -> 29.9% (±0.7)
istiod restarted                          41,000           -     0                 -  -
`
	if b.String() != want {
		t.Errorf("got\n%swant\n%s", &b, want)
	}
}
