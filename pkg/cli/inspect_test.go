package cli

import (
	"net/http/httptest"
	"strings"
	"testing"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/cli-runtime/pkg/genericiooptions"

	"github.com/kubectl-rio/kubectl-rio/pkg/rio"
)

// What had a name a request earlier may have gone since, or may be read no more.
func TestInspectWhatIsGone(t *testing.T) {
	s := newStore()
	server := httptest.NewServer(s)
	defer server.Close()
	useCluster(t, server.URL)
	client, err := NewOptions(genericiooptions.NewTestIOStreamsDiscard()).client("inspect")
	if err != nil {
		t.Fatal(err)
	}
	away := failure(500, metav1.StatusReasonInternalError, "etcd is away")
	for kind, tc := range map[string]struct{ path, want string }{
		typeStack:  {"/api/v1/namespaces/gone", `there is no stack "gone"; see: kubectl rio stack ls`},
		typeConfig: {"/api/v1/namespaces/gone/configmaps/data", `stack "gone" has no config "data"; see: kubectl rio config ls -n gone`},
		typeSecret: {"/api/v1/namespaces/gone/secrets/data", `stack "gone" has no secret "data"; see: kubectl rio secret ls -n gone`},
		typeVolume: {"/api/v1/namespaces/gone/persistentvolumeclaims/data", `stack "gone" has no volume "data"; see: kubectl rio volume ls -n gone`},
	} {
		for _, want := range []string{tc.want, "etcd is away"} {
			if _, err := inspectors[kind](t.Context(), client, rio.Ref{Namespace: "gone", Service: "data"}); err == nil || !strings.HasSuffix(err.Error(), want) {
				t.Errorf("%s: %v, want %s", kind, err, want)
			}
			s.faults[tc.path] = away
		}
	}
}
