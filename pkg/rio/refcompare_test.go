package rio_test

import (
	"slices"
	"testing"

	"github.com/kubectl-rio/kubectl-rio/pkg/rio"
)

func TestTheOrderOfReferences(t *testing.T) {
	want := []rio.Ref{{"a", "z", "v9"}, {"a-b", "a", ""}, {"a-b", "a", "v1"}, {"a-b", "b", ""}}
	got := slices.Clone(want)
	slices.Reverse(got)
	if slices.SortFunc(got, rio.Ref.Compare); !slices.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
}
