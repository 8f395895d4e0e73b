package cli

import (
	"context"
	"errors"
	"net/http/httptest"
	"strings"
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

// An undo that replaced latest's pods and was stopped while it waited for them goes on waiting.
func TestAnUndoSaidAgainWaitsForItsPods(t *testing.T) {
	s := newStore()
	server := httptest.NewServer(s)
	defer server.Close()
	given(t, s, server.URL, "run --name db postgres:1")
	fill(t, s, []byte(`/apis/apps/v1/namespaces/shop/replicasets/db-two: {apiVersion: apps/v1, kind: ReplicaSet, metadata: {name: db-two, namespace: shop,
  labels: &labels {app: db, rio.cattle.io: "true", rio.cattle.io/namespace: shop, rio.cattle.io/service: db, rio.cattle.io/revision: latest},
  annotations: {deployment.kubernetes.io/revision: "3", kubernetes.io/change-cause: undo --to 1 db}, ownerReferences: [{apiVersion: apps/v1, kind: Deployment, name: db, uid: u, controller: true}]},
  spec: {replicas: 1, template: {metadata: {labels: *labels}, spec: {containers: [{name: db, image: "postgres:1"}]}}}}`))
	asObject(s.objects["/apis/apps/v1/namespaces/shop/deployments/db"]["status"])["availableReplicas"] = 0
	for _, command := range []string{"undo --timeout 2s db", "undo --timeout 2s --to 1 db"} {
		got := runAgainst(t, server.URL, strings.Fields(command)...)
		if got.Code != exitNotReady || !strings.Contains(got.Err, "0/1 ready") || got.Out != "" || len(s.writes) > 0 {
			t.Errorf("%s: %+v, %v", command, got, s.writes)
		}
	}
}
