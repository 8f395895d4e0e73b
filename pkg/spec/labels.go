package spec

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"k8s.io/apimachinery/pkg/util/validation"

	"github.com/kubectl-rio/kubectl-rio/pkg/rio"
)

// CheckLabel says what is wrong with a label that a user gives to pods.
func CheckLabel(key, value string) error {
	if errs := append(validation.IsQualifiedName(key), validation.IsValidLabelValue(value)...); len(errs) > 0 {
		return fmt.Errorf("%s", errs[0])
	}
	if key == rio.LabelInject {
		return fmt.Errorf("whether there is a sidecar is for --mesh to say")
	}
	if _, ours := rio.Labels(rio.Ref{})[key]; ours || rio.Reserved(key) {
		return fmt.Errorf("kubectl rio finds the pods by %q; choose another key", key)
	}
	return nil
}

// CheckAnnotation says what is wrong with the key of an annotation that a user gives to pods.
func CheckAnnotation(key string) error {
	if errs := validation.IsQualifiedName(strings.ToLower(key)); len(errs) > 0 { // in lower case as in the API server
		return fmt.Errorf("%s", errs[0])
	}
	if rio.Reserved(key) {
		return fmt.Errorf("%q is kubectl rio's to write; choose another key", key)
	}
	return nil
}

func (r Revision) checkMarks() error {
	for _, key := range slices.Sorted(maps.Keys(r.Labels)) {
		if err := CheckLabel(key, r.Labels[key]); err != nil {
			return fmt.Errorf("invalid label %q: %w", key+"="+r.Labels[key], err)
		}
	}
	for _, key := range slices.Sorted(maps.Keys(r.Metadata)) {
		if err := CheckAnnotation(key); err != nil {
			return fmt.Errorf("invalid annotation %q: %w", key, err)
		}
	}
	return nil
}
