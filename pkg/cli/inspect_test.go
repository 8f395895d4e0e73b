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

// Pods and nodes are as kubectl prints them, and several things are YAML documents of their own.
func TestInspectPodsAndNodes(t *testing.T) {
	s := newStore()
	fill(t, s, []byte(`/api/v1/namespaces/shop/pods/one: {apiVersion: v1, kind: Pod, metadata: {name: one, namespace: shop, managedFields: [{manager: kubelet}]}}
/api/v1/nodes/two: {apiVersion: v1, kind: Node, metadata: {name: two, managedFields: [{manager: kubelet}]}}`))
	server := httptest.NewServer(s)
	defer server.Close()
	for _, kind := range []string{"pod", "node"} {
		name := map[string]string{"pod": "one", "node": "two"}[kind]
		got := runAgainst(t, server.URL, "inspect", "--format", "yaml", "-t", kind, name, name)
		one, other, several := strings.Cut(got.Out, "---\n")
		heading := "apiVersion: v1\nkind: " + strings.ToUpper(kind[:1]) + kind[1:] + "\n"
		if got.Code != 0 || !several || one != other || !strings.HasPrefix(one, heading) || strings.Contains(one, "managedFields") {
			t.Errorf("%s: %d, %s\n%s", kind, got.Code, got.Err, got.Out)
		}
	}
}
