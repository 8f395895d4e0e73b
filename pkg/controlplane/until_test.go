package controlplane

import (
	"context"
	"errors"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
	apierrors "k8s.io/apimachinery/pkg/api/errors"

	"github.com/kubectl-rio/kubectl-rio/pkg/cluster"
)

func TestUntil(t *testing.T) {
	p := newStage(t).plane
	var said []string
	left := 4
	err := p.until(t.Context(), func(s string) { said = append(said, s) }, func() (string, error) {
		switch left--; left {
		case 0:
			return "", nil
		case 1:
			return "", apierrors.NewServiceUnavailable("away") // is asked again
		}
		return "pods\nand why", nil
	})
	if diff := cmp.Diff([]string{"waiting for pods", "waiting for pods", "waiting for pods"}, said); err != nil || diff != "" {
		t.Error(err, diff)
	}
	broken := errors.New("broken")
	if err := p.until(t.Context(), nothing, func() (string, error) { return "pods", broken }); !errors.Is(err, broken) {
		t.Errorf("what no waiting mends: %v", err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := p.until(ctx, nothing, func() (string, error) { return "pods", nil }); !errors.Is(err, context.Canceled) {
		t.Errorf("when interrupted: %v", err)
	}
}

func TestUntilTheTimeIsUp(t *testing.T) {
	p := newStage(t).plane
	for sentence, tc := range map[string]struct {
		look func(ctx context.Context, number int) (string, error)
		want string
	}{
		"the same at every look": {func(context.Context, int) (string, error) { return "pods\nand why", nil }, "still waiting for pods\nand why"},
		"a look that the time limit cut off saw less": {func(ctx context.Context, number int) (string, error) {
			if number == 1 {
				return "pods\nand why", nil
			}
			<-ctx.Done()
			return "pods", nil
		}, "still waiting for pods\nand why"},
		"and so did one that failed for it": {func(ctx context.Context, number int) (string, error) {
			if number == 1 {
				return "pods\nand why", nil
			}
			<-ctx.Done()
			return "", ctx.Err()
		}, "still waiting for pods\nand why"},
		"the server goes away": {func(_ context.Context, number int) (string, error) {
			if number == 1 {
				return "pods\nand why", nil
			}
			return "", apierrors.NewTooManyRequestsError("too many")
		}, "still waiting for pods\nand why\nthe last look failed: Too many requests: too many"},
		"the server never answers": {func(context.Context, int) (string, error) {
			return "", apierrors.NewInternalError(errors.New("etcd is away"))
		},
			"still waiting for an answer\nthe last look failed: Internal error occurred: etcd is away"},
	} {
		t.Run(sentence, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				ctx, cancel := context.WithTimeout(t.Context(), 20*time.Millisecond)
				defer cancel()
				number := 0
				err := p.until(ctx, nothing, func() (string, error) {
					number++
					return tc.look(ctx, number)
				})
				if !errors.Is(err, cluster.ErrNotReady) || !strings.HasSuffix(text(err), tc.want) {
					t.Errorf("got %v, want %q", err, tc.want)
				}
			})
		})
	}
}
