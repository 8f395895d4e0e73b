package controlplane

import (
	"encoding/json"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"

	"helm.sh/helm/v3/pkg/action"
	"helm.sh/helm/v3/pkg/kube"
	helmrelease "helm.sh/helm/v3/pkg/release"
	apiresource "k8s.io/apimachinery/pkg/api/resource"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/cli-runtime/pkg/resource"

	"github.com/kubectl-rio/kubectl-rio/pkg/plan"
)

// drift finds the objects of a release that are gone, or on their way, or in which a field that
// the chart sets has another value, and these as the chart has them. What the chart leaves out is the
// cluster's, or somebody else's.
func drift(config *action.Configuration, rel *helmrelease.Release) (drifted []plan.Drifted, wanted kube.ResourceList, err error) {
	objects, err := objectsOf(config, rel.Manifest)
	if err != nil {
		return nil, nil, err
	}
	for _, o := range objects {
		d := plan.Drifted{Kind: o.Mapping.GroupVersionKind.Kind, Namespace: o.Namespace, Name: o.Name}
		found, err := live(o)
		if err != nil {
			return nil, nil, err
		}
		there := found != nil && !isLeaving(found)
		if there {
			if d.Field, err = firstDifference(o.Object, found); err != nil {
				return nil, nil, err
			}
		}
		if !there || d.Field != "" {
			drifted, wanted = append(drifted, d), append(wanted, o)
		}
	}
	return drifted, wanted, nil
}

// restore gives the drifted objects of a release back what the chart set. Helm's own upgrade
// does that for built-in kinds; of others it only patches what differs between two charts.
func restore(config *action.Configuration, rel *helmrelease.Release) error {
	_, wanted, err := drift(config, rel)
	if err != nil {
		return err
	}
	for _, o := range wanted {
		wanted, err := unscaledObject(o.Object)
		if err != nil {
			return err
		}
		body, err := json.Marshal(wanted)
		if err != nil {
			return err
		}
		if _, err := resource.NewHelper(o.Client, o.Mapping).Patch(o.Namespace, o.Name, types.MergePatchType, body, nil); err != nil {
			return fmt.Errorf("restore %s: %w", nameOf(o), err)
		}
	}
	return nil
}

func firstDifference(want, have runtime.Object) (string, error) {
	w, err := unscaledObject(want)
	if err != nil {
		return "", err
	}
	h, err := runtime.DefaultUnstructuredConverter.ToUnstructured(have)
	if err != nil {
		return "", err
	}
	for _, m := range []map[string]any{w, h} {
		delete(m, "status")
	}
	return difference("", w, h), nil
}

// unscaledObject is what the chart sets but for the number of pods: an autoscaler, or somebody in need,
// may scale; why and check tell of 0.
func unscaledObject(want runtime.Object) (map[string]any, error) {
	o, err := runtime.DefaultUnstructuredConverter.ToUnstructured(want.DeepCopyObject()) // or fields are taken out of the object itself
	if spec, ok := o["spec"].(map[string]any); ok && o["kind"] == "Deployment" {
		delete(spec, "replicas")
	}
	return o, err
}

// ofContainer is the path of a container, to which GKE Autopilot gives resources of its own.
var ofContainer = regexp.MustCompile(`\.containers\[\d+\]$`)

// hasAll reports whether a list has all that was set, in whatever order. Of a selector nothing is
// lost then: AKS leaves its own namespaces out of those of webhooks, and does so again at once.
func hasAll(path string, want, have []any) bool {
	return !slices.ContainsFunc(want, func(w any) bool {
		return !slices.ContainsFunc(have, func(h any) bool { return difference(path, w, h) == "" })
	})
}

// difference is the path of the first value that was set and is another one now.
func difference(path string, want, have any) string {
	switch w := want.(type) {
	case map[string]any:
		h, _ := have.(map[string]any)
		for _, key := range slices.Sorted(maps.Keys(w)) {
			if key == "resources" && ofContainer.MatchString(path) {
				continue
			}
			if at := difference(path+"."+key, w[key], h[key]); at != "" {
				return at
			}
		}
		return ""
	case []any:
		h, _ := have.([]any)
		if strings.HasSuffix(path, ".matchExpressions") && hasAll(path, w, h) {
			return ""
		}
		if len(w) != len(h) {
			return path[1:]
		}
		for i := range w {
			if at := difference(fmt.Sprintf("%s[%d]", path, i), w[i], h[i]); at != "" {
				return at
			}
		}
		return ""
	}
	if equal(want, have) {
		return ""
	}
	return path[1:]
}

// equal takes a zero value for one that is left out, and 0.5 CPUs for 500m.
func equal(want, have any) bool {
	if have == nil {
		return want == nil || want == "" || want == false || fmt.Sprint(want) == "0"
	}
	w, h := fmt.Sprint(want), fmt.Sprint(have)
	if w == h {
		return true
	}
	q, errW := apiresource.ParseQuantity(w)
	r, errH := apiresource.ParseQuantity(h)
	return errW == nil && errH == nil && q.Cmp(r) == 0
}
