package controlplane

import (
	"io"
	"net/http"
	"testing"

	"github.com/google/go-cmp/cmp"
	"helm.sh/helm/v3/pkg/kube"
	helmrelease "helm.sh/helm/v3/pkg/release"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/cli-runtime/pkg/resource"
)

// What drifted gets back all that the chart set but the number of pods; the rest is left alone.
func TestRestore(t *testing.T) {
	var patches []string
	deployment := func(name string, wanted, has map[string]any) *resource.Info {
		o := object("apps/v1", "Deployment", rioNamespace, name, "", nil)
		o.SetManagedFields(nil)
		live := o.DeepCopy()
		o.Object["spec"], live.Object["spec"] = wanted, has
		return answered(deployments, o, func(r *http.Request) (int, *unstructured.Unstructured) {
			if r.Method == http.MethodPatch {
				patch, err := io.ReadAll(r.Body)
				if err != nil {
					t.Error(err)
				}
				patches = append(patches, string(patch))
			}
			return http.StatusOK, live
		})
	}
	s := newStage(t)
	s.building("").objects = kube.ResourceList{
		deployment("rio-webhook", map[string]any{"paused": true, "replicas": int64(1)}, map[string]any{"paused": true, "replicas": int64(3)}),
		deployment("rio-lb", map[string]any{"paused": true, "replicas": int64(1)}, map[string]any{"replicas": int64(3)}),
	}
	config, err := s.helm(rioNamespace)
	if err != nil {
		t.Fatal(err)
	}
	if err := restore(config, &helmrelease.Release{}); err != nil {
		t.Fatal(err)
	}
	want := `{"apiVersion":"apps/v1","kind":"Deployment","metadata":{"name":"rio-lb","namespace":"rio-system"},"spec":{"paused":true}}`
	if diff := cmp.Diff([]string{want}, patches); diff != "" {
		t.Errorf("patches (-want +got):\n%s", diff)
	}
}
