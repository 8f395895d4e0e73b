package rio_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/kubectl-rio/kubectl-rio/pkg/rio"
)

func TestScaleIsWrittenShort(t *testing.T) {
	for text, want := range map[string]rio.Scale{`3`: {Min: 3, Max: 3}, `"2-5"`: {Min: 2, Max: 5}, `0`: {}} {
		var got rio.Scale
		if err := json.Unmarshal([]byte(text), &got); err != nil || got != want {
			t.Errorf("%s is %v, %v", text, got, err)
		}
		if raw, err := json.Marshal(want); err != nil || string(raw) != text {
			t.Errorf("%v is written %s, %v", want, raw, err)
		}
	}
	for _, text := range []string{`"5-2"`, `{}`, `1.5`, `"many"`, `-1`} {
		var got rio.Scale
		if err := json.Unmarshal([]byte(text), &got); err == nil || !strings.Contains(err.Error(), "invalid scale") {
			t.Errorf("%s is taken for %v, %v", text, got, err)
		}
	}
}
