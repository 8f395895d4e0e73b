package cluster

import (
	"errors"
	"testing"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/runtime/schema"
)

func TestWhatTheServerMeansForEver(t *testing.T) {
	pods := schema.GroupResource{Resource: "pods"}
	no, unknown, busy, expired := apierrors.NewForbidden(pods, "", nil), apierrors.NewNotFound(pods, ""), errors.New("busy"), apierrors.NewUnauthorized("expired")
	for sentence, tc := range map[string]struct {
		heard []error
		final bool // of the last one
	}{
		"a right is missing":                    {[]error{no}, true},
		"there is no such kind":                 {[]error{unknown}, true},
		"it may answer a moment later":          {[]error{busy, busy, busy}, false},
		"credentials may yet be renewed":        {[]error{expired}, false},
		"they were not":                         {[]error{expired, expired}, true},
		"they were, and are expired once more":  {[]error{expired, nil, expired}, false},
		"trouble in between says nothing of it": {[]error{expired, busy, expired}, true},
	} {
		t.Run(sentence, func(t *testing.T) {
			var h hearing
			final := false
			for _, err := range tc.heard {
				final = h.final(err)
			}
			if final != tc.final {
				t.Errorf("final %t, want %t", final, tc.final)
			}
		})
	}
}
