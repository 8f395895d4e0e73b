package admission_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/kubectl-rio/kubectl-rio/pkg/admission"
	"github.com/kubectl-rio/kubectl-rio/test/labelled"
)

// TestLabel plays the table that the webhook and the policy are played with on a cluster.
func TestLabel(t *testing.T) {
	cases, err := labelled.Cases("shop")
	if err != nil {
		t.Fatal(err)
	}
	changed := 0
	for _, c := range cases {
		t.Run(c.Name, func(t *testing.T) {
			got := admission.Label(c.Before, c.Operation)
			if diff := cmp.Diff(c.After, got); diff != "" {
				t.Error(diff)
			}
			if !cmp.Equal(c.Before, c.After) {
				changed++
			}
		})
	}
	if changed < len(cases)/3 || changed > len(cases)*2/3 {
		t.Errorf("%d of %d cases change anything: a third of each kind is the least", changed, len(cases))
	}
}

// BenchmarkLabel is what the decision alone costs, per workload of the table.
func BenchmarkLabel(b *testing.B) {
	cases, err := labelled.Cases("shop")
	if err != nil {
		b.Fatal(err)
	}
	for i := 0; b.Loop(); i++ {
		c := cases[i%len(cases)]
		admission.Label(c.Before, c.Operation)
	}
}
