package invariant

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	istio "istio.io/client-go/pkg/apis/networking/v1"
	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/labels"

	"github.com/kubectl-rio/kubectl-rio/pkg/manifest"
	"github.com/kubectl-rio/kubectl-rio/pkg/rio"
)

// weightsSum is I1. A lone destination gets all, and its weight must not say otherwise.
func weightsSum(_ *world, c change) []string {
	vs, ok := c.after.(*istio.VirtualService)
	if !ok {
		return nil
	}
	var texts []string
	for _, r := range routes(vs) {
		var sum int32
		var parts []string
		for _, s := range r.to {
			sum += s.weight
			parts = append(parts, fmt.Sprintf("%s=%d%%", s.subset, s.weight))
		}
		if sum == 100 || len(r.to) == 0 || len(r.to) == 1 && sum == 0 {
			continue
		}
		texts = append(texts, fmt.Sprintf("%s: weights of %s sum to %d%%, want 100%% (%s)", nameOf(vs), r.name, sum, strings.Join(parts, ", ")))
	}
	return texts
}

// namedAsService is I4. What is named as its service, in its service's namespace, is the only one there can be.
func namedAsService(_ *world, c change) []string {
	_, isRule := c.after.(*istio.DestinationRule)
	if c.after == nil || !managed(c.after) || !isRule && !isMain(c.after) {
		return nil
	}
	want := rio.Ref{Namespace: c.after.GetLabels()[rio.LabelNamespace], Service: c.after.GetLabels()[rio.LabelService]}
	if c.after.GetNamespace() == want.Namespace && c.after.GetName() == want.Service {
		return nil
	}
	return []string{fmt.Sprintf("%s is labelled as of service %q; the only one of a service is named as it is, in its namespace", nameOf(c.after), want.Namespace+"/"+want.Service)}
}

// revisionStays is I5. An object that was deleted and made anew is another one, and one that
// was released is no revision's any more.
func revisionStays(_ *world, c change) []string {
	if c.before == nil || c.after == nil || !managed(c.before) || !managed(c.after) {
		return nil
	}
	before, after := revisionLabels(c.before), revisionLabels(c.after)
	var texts []string
	for _, place := range slices.Sorted(maps.Keys(before)) {
		if before[place] != after[place] {
			texts = append(texts, fmt.Sprintf("%s of %s changes from %q to %q, and must never change", place, nameOf(c.after), before[place], after[place]))
		}
	}
	return texts
}

// revisionLabels are those of workloads and pods, by where they are.
func revisionLabels(o manifest.Object) map[string]string {
	all := map[string]string{}
	template := templateOf(o)
	if _, isPod := o.(*corev1.Pod); isPod || template != nil {
		all["revision label"] = o.GetLabels()[rio.LabelRevision]
	}
	if template != nil {
		all["pod template's revision label"] = template.Labels[rio.LabelRevision]
	}
	return all
}

// templateOf is a workload's pod template; other objects have none.
func templateOf(o manifest.Object) *corev1.PodTemplateSpec {
	switch o := o.(type) {
	case *appsv1.Deployment:
		return &o.Spec.Template
	case *appsv1.StatefulSet:
		return &o.Spec.Template
	case *appsv1.DaemonSet:
		return &o.Spec.Template
	}
	return nil
}

// selectsAll is I6. A Service of another tool is left as it is, adopted pods may have an app of
// their own, and one that is on its way out leads to latest alone.
func selectsAll(_ *world, c change) []string {
	if c.after == nil || !isShared(c.after) || c.after.GetLabels()[rio.LabelK8sManagedBy] != rio.FieldManager {
		return nil
	}
	got, want := maps.Clone(c.after.(*corev1.Service).Spec.Selector), rio.ServiceSelector(refOf(c.after))
	if _, app := got[rio.LabelApp]; !app {
		delete(want, rio.LabelApp)
	}
	if got[rio.LabelRevision] == rio.Latest {
		delete(got, rio.LabelRevision)
	}
	if maps.Equal(got, want) {
		return nil
	}
	return []string{fmt.Sprintf("%s selects %q, want %q", nameOf(c.after), labels.Set(got), labels.Set(want))}
}

// nameOf is kind and name, as errors say them.
func nameOf(o manifest.Object) string {
	return fmt.Sprintf("%s %q", strings.ToLower(manifest.Kind(o)), o.GetNamespace()+"/"+o.GetName())
}
