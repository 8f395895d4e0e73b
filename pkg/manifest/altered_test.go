package manifest_test

import (
	"testing"
	"time"

	appsv1 "k8s.io/api/apps/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/kubectl-rio/kubectl-rio/pkg/manifest"
	"github.com/kubectl-rio/kubectl-rio/pkg/rio"
)

// Whose the newest template is, the server's times of the last writes tell.
func TestWhoWroteATemplateLast(t *testing.T) {
	const image = `{"f:spec":{"f:template":{"f:spec":{"f:containers":{"k:{\"name\":\"db\"}":{"f:image":{}}}}}}}`
	const replicas = `{"f:spec":{"f:replicas":{}}}`
	noon := time.Date(2026, 11, 30, 12, 0, 0, 0, time.UTC)
	entry := func(manager string, how metav1.ManagedFieldsOperationType, after time.Duration, fields string) metav1.ManagedFieldsEntry {
		return metav1.ManagedFieldsEntry{Manager: manager, Operation: how, Time: &metav1.Time{Time: noon.Add(after)}, FieldsV1: metav1.NewFieldsV1(fields)}
	}
	apply, update := metav1.ManagedFieldsOperationApply, metav1.ManagedFieldsOperationUpdate
	ours := entry(rio.FieldManager, apply, 0, image)
	for sentence, tc := range map[string]struct {
		fields []metav1.ManagedFieldsEntry
		want   bool
	}{
		"kubectl rio":               {[]metav1.ManagedFieldsEntry{ours}, false},
		"kubectl set, since":        {[]metav1.ManagedFieldsEntry{ours, entry("kubectl-set", update, time.Second, image)}, true},
		"argocd, since":             {[]metav1.ManagedFieldsEntry{entry("argocd", apply, time.Hour, image), ours}, true},
		"kubectl rio, after it":     {[]metav1.ManagedFieldsEntry{entry("kubectl-set", update, -time.Second, image), ours}, false},
		"a webhook, of our request": {[]metav1.ManagedFieldsEntry{ours, entry(rio.FieldManager, update, time.Second, image)}, false},
		"an autoscaler wrote else":  {[]metav1.ManagedFieldsEntry{ours, entry("autoscaler", update, time.Second, replicas)}, false},
		"another tool, all of it":   {[]metav1.ManagedFieldsEntry{entry("helm", update, 0, image)}, false},
		"nobody knows when":         {[]metav1.ManagedFieldsEntry{ours, {Manager: "old", Operation: update, FieldsV1: metav1.NewFieldsV1(image)}}, false},
	} {
		t.Run(sentence, func(t *testing.T) {
			set := &appsv1.StatefulSet{}
			set.ManagedFields = tc.fields
			if got := manifest.Observed(set).Altered; got != tc.want {
				t.Errorf("altered since: %t", got)
			}
		})
	}
}
