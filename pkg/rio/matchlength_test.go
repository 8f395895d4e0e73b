package rio_test

import (
	"strings"
	"testing"

	"github.com/kubectl-rio/kubectl-rio/pkg/rio"
)

func TestTheLengthOfMatches(t *testing.T) {
	for form, longest := range map[string]int{"header:?=1": 128, "header:x=?": 256, "cookie:?=1": 128, "cookie:x=?": 256} {
		for n, taken := range map[int]bool{1: true, longest: true, longest + 1: false} {
			_, err := rio.ParseMatch(strings.Replace(form, "?", strings.Repeat("a", n), 1), "shop")
			if (err == nil) != taken {
				t.Errorf("%s of %d: %v", form, n, err)
			}
		}
	}
}
