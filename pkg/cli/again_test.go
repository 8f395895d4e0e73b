package cli

import (
	"context"
	"errors"
	"testing"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/runtime/schema"
)

func TestAgainEndsWithWhatEndedIt(t *testing.T) {
	stale := apierrors.NewConflict(schema.GroupResource{Resource: "virtualservices"}, "foobar", errors.New("changed"))
	broken := errors.New("it broke")
	for sentence, tc := range map[string]struct {
		ends []error // of one try after the other; the last of all further ones
		stop int     // the try during which the command is interrupted; 0: none
		want error
	}{
		"a won race":                 {[]error{stale, stale, nil}, 0, nil},
		"another error":              {[]error{stale, broken}, 0, broken},
		"races that are always lost": {[]error{stale}, 0, stale},
		"an interrupt":               {[]error{stale, context.Canceled}, 2, context.Canceled},
		"an interrupt between tries": {[]error{stale}, 1, context.Canceled},
		"time that is over":          {[]error{stale, context.DeadlineExceeded}, 0, context.DeadlineExceeded},
	} {
		t.Run(sentence, func(t *testing.T) {
			t.Parallel()
			ctx, cancel := context.WithCancel(t.Context())
			defer cancel()
			tries := 0
			err := again(ctx, func() error {
				if tries++; tries == tc.stop {
					cancel()
				}
				return tc.ends[min(tries, len(tc.ends))-1]
			})
			if !errors.Is(err, tc.want) || (err == nil) != (tc.want == nil) {
				t.Errorf("after %d tries it ended with %v, want %v", tries, err, tc.want)
			}
		})
	}
}
