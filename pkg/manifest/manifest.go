// Package manifest turns a rio.Service into the objects that make it real, and
// back. Render is the only writer of objects and Parse the only reader, so that a
// new verb is one function over rio.Service and never touches YAML. One file a kind.
//
// The law that holds them together: Parse(Render(s)) == s.
package manifest

import (
	"cmp"
	"encoding/json"
	"fmt"
	"strings"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	kjson "k8s.io/apimachinery/pkg/util/json"

	"github.com/kubectl-rio/kubectl-rio/pkg/rio"
)

// Object is one Kubernetes object, typed, with its kind and version set.
type Object interface {
	metav1.Object
	runtime.Object
}

// Render gives all objects of a service: the configs that are read, a workload and a Service
// for each revision, then what routes to them, the VirtualServices of route sets included.
// Workloads and Services of other tools are left out.
func Render(s rio.Service) []Object {
	objects := renderConfigs(s)
	for _, r := range s.Revisions {
		if r.Foreign {
			continue
		}
		objects = append(objects, account(s, r)...)
		objects = append(objects, workload(s, r))
		if hasBudget(r) {
			objects = append(objects, budget(s, r))
		}
		if r.Autoscale != nil {
			objects = append(objects, autoscaler(s, r))
		}
	}
	if !s.Exists() {
		return nil
	}
	if s.Selects == nil {
		objects = append(objects, sharedService(s))
	}
	for _, r := range s.Revisions {
		if r.Name != rio.Latest {
			objects = append(objects, revisionService(s, r))
		}
	}
	if len(nodePorts(s.Ports)) > 0 {
		objects = append(objects, nodePortService(s))
	}
	if s.Routed() {
		objects = append(objects, destinationRule(s), virtualService(s))
		for _, r := range s.Revisions {
			if r.Name != rio.Latest {
				objects = append(objects, revisionVirtualService(s, r))
			}
		}
	}
	for _, set := range s.Routes {
		objects = append(objects, routeVirtualService(set.Follow(s)))
	}
	return objects
}

// Kind is the object's kind.
func Kind(o Object) string { return o.GetObjectKind().GroupVersionKind().Kind }

// KindName is KIND/NAME, as kubectl takes it.
func KindName(o Object) string { return strings.ToLower(Kind(o)) + "/" + o.GetName() }

// Encode is the object as it is applied and shown: without status and without the
// empty values that the Go types print but nobody set. Whole numbers stay whole.
func Encode(o Object) (map[string]any, error) {
	raw, err := json.Marshal(o)
	if err != nil {
		return nil, fmt.Errorf("encode %s %q: %w", Kind(o), o.GetName(), err)
	}
	var m map[string]any
	if err := kjson.Unmarshal(raw, &m); err != nil {
		return nil, fmt.Errorf("encode %s %q: %w", Kind(o), o.GetName(), err)
	}
	delete(m, "status")
	prune(m)
	return m, nil
}

// prune drops null values and empty "resources"; an empty emptyDir{} means something.
func prune(v any) {
	switch v := v.(type) {
	case map[string]any:
		for k, e := range v {
			if inner, isMap := e.(map[string]any); e == nil || (k == "resources" && isMap && len(inner) == 0) {
				delete(v, k)
				continue
			}
			prune(e)
		}
	case []any:
		for _, e := range v {
			prune(e)
		}
	}
}

func meta(r rio.Ref, name string, labels map[string]string) metav1.ObjectMeta {
	return metav1.ObjectMeta{Name: name, Namespace: r.Namespace, Labels: labels}
}

// RefOf reads a revision's name off the labels of one of its objects.
func RefOf(o Object) rio.Ref {
	l := o.GetLabels()
	return rio.Ref{Namespace: cmp.Or(o.GetNamespace(), l[rio.LabelNamespace]), Service: l[rio.LabelService], Revision: l[rio.LabelRevision]}
}
