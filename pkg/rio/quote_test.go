package rio_test

import (
	"testing"

	"github.com/kubectl-rio/kubectl-rio/pkg/rio"
)

func TestQuote(t *testing.T) {
	for word, want := range map[string]string{"a-b": "a-b", "a b": "'a b'", "": "''", "it's": `'it'\''s'`, "$(x)": "'$(x)'", `CORP\jane`: `'CORP\jane'`} {
		if got := rio.Quote(word); got != want {
			t.Errorf("%q: got %s, want %s", word, got, want)
		}
	}
}
