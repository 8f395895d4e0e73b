package cli

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/kubectl-rio/kubectl-rio/pkg/rio"
)

func TestCompletionNames(t *testing.T) {
	of := func(namespace, name string, revisions ...string) rio.Service {
		s := rio.Service{Namespace: namespace, Name: name}
		for _, r := range revisions {
			s.Put(rio.Revision{Name: r})
		}
		return s
	}
	own := []rio.Service{of("shop", "front", "latest", "v2"), of("shop", "api", "latest")}
	other := []rio.Service{of("test", "svc", "latest", "v3")}
	for sentence, tc := range map[string]struct {
		services      []rio.Service
		typed, suffix string
		want          []string
	}{
		"all there are":                  {own, "", "", []string{"front", "front:v2", "api"}},
		"what begins so":                 {own, "fr", "", []string{"front", "front:v2"}},
		"of another stack":               {other, "test/", "", []string{"test/svc", "test/svc:v3"}},
		"of one's own, when it is named": {own, "shop/f", "", []string{"shop/front", "shop/front:v2"}},
		"a number is wanted next":        {own, "front:", "=", []string{"front:v2="}},
		"nothing begins so":              {own, "x", "", nil},
	} {
		t.Run(sentence, func(t *testing.T) {
			if diff := cmp.Diff(tc.want, names(tc.services, "shop", tc.typed, tc.suffix)); diff != "" {
				t.Error(diff)
			}
		})
	}
}
