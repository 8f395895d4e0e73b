package manifest

import (
	"encoding/json"
	"fmt"
	"maps"
	"strings"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"

	"github.com/kubectl-rio/kubectl-rio/pkg/rio"
)

// Owned is the object cut down to what the field manager has applied, its identity
// and the labels that say what it is. What an autoscaler, an operator or a person wrote
// is not in it, so that a verb which renders it again does not seize it, nor takes it
// for a difference. The object is not changed.
//
// The format of the field sets: https://kubernetes.io/docs/reference/using-api/server-side-apply/#field-management
func Owned[T Object](o T, manager string, into T) error {
	whole, err := runtime.DefaultUnstructuredConverter.ToUnstructured(o)
	if err != nil {
		return fmt.Errorf("read %q: %w", o.GetName(), err)
	}
	owned := map[string]any{}
	for _, entry := range o.GetManagedFields() {
		if entry.Manager != manager || entry.Operation != metav1.ManagedFieldsOperationApply || entry.Subresource != "" || entry.FieldsV1 == nil {
			continue
		}
		var fields map[string]any
		if err := json.Unmarshal(entry.FieldsV1.GetRawBytes(), &fields); err != nil {
			return fmt.Errorf("read the managed fields of %q: %w", o.GetName(), err)
		}
		if part, ok := pick(whole, fields).(map[string]any); ok {
			owned = part
		}
	}
	if err := runtime.DefaultUnstructuredConverter.FromUnstructured(owned, into); err != nil {
		return fmt.Errorf("read %q: %w", o.GetName(), err)
	}
	into.SetName(o.GetName())
	into.SetNamespace(o.GetNamespace())
	into.SetLabels(withIdentity(into.GetLabels(), o.GetLabels()))
	into.GetObjectKind().SetGroupVersionKind(o.GetObjectKind().GroupVersionKind())
	return nil
}

// Theirs is what others than the field manager have written to an object, by who did.
func Theirs(o Object, manager string) (map[string]map[string]any, error) {
	whole, err := runtime.DefaultUnstructuredConverter.ToUnstructured(o)
	if err != nil {
		return nil, fmt.Errorf("read %q: %w", o.GetName(), err)
	}
	parts := map[string]map[string]any{}
	for _, entry := range o.GetManagedFields() {
		if entry.Manager == manager || entry.Subresource == "status" || entry.FieldsV1 == nil {
			continue
		}
		var fields map[string]any
		if err := json.Unmarshal(entry.FieldsV1.GetRawBytes(), &fields); err != nil {
			return nil, fmt.Errorf("read the managed fields of %q: %w", o.GetName(), err)
		}
		if part, ok := pick(whole, fields).(map[string]any); ok {
			parts[entry.Manager] = part
		}
	}
	return parts, nil
}

// identity are the labels that name the service, the revision and who made it.
var identity = []string{rio.LabelManaged, rio.LabelNamespace, rio.LabelService, rio.LabelRevision, rio.LabelRoute, rio.LabelK8sManagedBy}

func withIdentity(labels, live map[string]string) map[string]string {
	out := maps.Clone(labels)
	for _, k := range identity {
		if v, ok := live[k]; ok {
			if out == nil {
				out = map[string]string{}
			}
			out[k] = v
		}
	}
	return out
}

// pick keeps of v what the field set names. An empty set names v whole.
func pick(v any, fields map[string]any) any {
	if len(fields) == 0 {
		return v
	}
	switch v := v.(type) {
	case map[string]any:
		return pickFields(v, fields)
	case []any:
		return pickItems(v, fields)
	}
	return v
}

func pickFields(v, fields map[string]any) map[string]any {
	out := map[string]any{}
	for name, sub := range fields {
		key, isField := strings.CutPrefix(name, "f:")
		value, exists := v[key]
		if !isField || !exists {
			continue
		}
		out[key] = pick(value, asMap(sub))
	}
	return out
}

// pickItems keeps list items, in their order, by their key ("k:") or their value ("v:").
func pickItems(items []any, fields map[string]any) []any {
	var out []any
	for _, item := range items {
		for name, sub := range fields {
			switch kind, raw, _ := strings.Cut(name, ":"); kind {
			case "k":
				var key map[string]any
				if m, ok := item.(map[string]any); ok && json.Unmarshal([]byte(raw), &key) == nil && hasKey(m, key) {
					out = append(out, withKey(pick(item, asMap(sub)), m, key))
				}
			case "v":
				if encoded, err := json.Marshal(item); err == nil && string(encoded) == raw {
					out = append(out, item)
				}
			}
		}
	}
	return out
}

func hasKey(item, key map[string]any) bool {
	for k, want := range key {
		// The set may name the default of a key that the item leaves out, as protocol TCP.
		if have, ok := item[k]; ok && fmt.Sprint(have) != fmt.Sprint(want) {
			return false
		}
	}
	return true
}

// withKey makes sure that a picked item still has the fields it is found by.
func withKey(picked any, item, key map[string]any) any {
	out, ok := picked.(map[string]any)
	if !ok {
		return picked
	}
	for k := range key {
		if v, ok := item[k]; ok {
			out[k] = v
		}
	}
	return out
}

func asMap(v any) map[string]any {
	m, _ := v.(map[string]any)
	return m
}
