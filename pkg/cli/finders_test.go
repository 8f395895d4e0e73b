package cli

import (
	"net/http/httptest"
	"testing"

	"github.com/google/go-cmp/cmp"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/cli-runtime/pkg/genericiooptions"

	"github.com/kubectl-rio/kubectl-rio/pkg/rio"
)

// wait and events take each form of a name, also of what is not there yet.
func TestWhatIsExpected(t *testing.T) {
	s := newStore()
	server := httptest.NewServer(s)
	defer server.Close()
	given(t, s, server.URL, "run --name web nginx")
	given(t, s, server.URL, "run --name other/api nginx")
	given(t, s, server.URL, "run --name hidden/api nginx")
	s.keep("/api/v1/namespaces/other", map[string]any{"apiVersion": "v1", "kind": "Namespace", "metadata": map[string]any{"name": "other"}})
	s.faults["/apis/apps/v1/namespaces/hidden/deployments"] = failure(403, metav1.StatusReasonForbidden, "no")
	useCluster(t, server.URL)
	o := NewOptions(genericiooptions.NewTestIOStreamsDiscard())
	client, err := o.client("wait")
	if err != nil {
		t.Fatal(err)
	}
	w := waiting{o: o, client: client}
	for arg, want := range map[string]rio.Ref{
		"web":          {Namespace: "shop", Service: "web"},
		"web:v2":       {Namespace: "shop", Service: "web", Revision: "v2"},
		"web:api":      {Namespace: "shop", Service: "web", Revision: "api"},
		"other:api":    {Namespace: "other", Service: "api"},
		"other:new":    {Namespace: "other", Service: "new"},
		"other:api:v2": {Namespace: "other", Service: "api", Revision: "v2"},
		"other/api:v2": {Namespace: "other", Service: "api", Revision: "v2"},
		"other/api":    {Namespace: "other", Service: "api"},
		"other/":       {Namespace: "other"},
		"other":        {Namespace: "shop", Service: "other"},
		"new:v2":       {Namespace: "shop", Service: "new", Revision: "v2"},
		"hidden:api":   {Namespace: "shop", Service: "hidden", Revision: "api"},
		"shop:web":     {Namespace: "shop", Service: "web"},
	} {
		got, err := w.meant(t.Context(), []string{arg}, "")
		if diff := cmp.Diff([]rio.Ref{want}, got); diff != "" || err != nil {
			t.Errorf("%s: error %v\n%s", arg, err, diff)
		}
	}
	if got, err := w.meant(t.Context(), []string{"other:api"}, typeService); err != nil || got[0].Namespace != "other" {
		t.Errorf("with its type it is %v, %v", got, err)
	}
	if got, err := w.meant(t.Context(), []string{"other"}, typeStack); err != nil || got[0] != (rio.Ref{Namespace: "other"}) {
		t.Errorf("as a stack it is %v, %v", got, err)
	}
}
