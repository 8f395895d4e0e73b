package spec

import (
	"crypto/sha256"
	"fmt"
	"maps"
	"slices"
	"strings"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/util/validation"

	"github.com/kubectl-rio/kubectl-rio/pkg/rio"
)

// CheckContainerName says what is wrong with the name of a container that is to be new in a
// pod. One called like Istio's Istio would take for its own, and mix with that:
// https://istio.io/latest/docs/setup/additional-setup/sidecar-injection/#customizing-injection
func CheckContainerName(name string) error {
	if errs := validation.IsDNS1123Label(name); len(errs) > 0 {
		return fmt.Errorf("it is no name of a container: %s", errs[0])
	}
	if slices.Contains(rio.MeshContainers, name) {
		return fmt.Errorf("containers of that name are Istio's own; choose another")
	}
	return nil
}

// checkReferences refuses a variable that asks for what another container reserves, where the
// pod has no such container: the kubelet would not start it.
func (r Revision) checkReferences(t corev1.PodTemplateSpec) error {
	var names []string
	for _, c := range slices.Concat(t.Spec.Containers, t.Spec.InitContainers) {
		names = append(names, c.Name)
	}
	known := names
	if t.Labels[rio.LabelInject] != "false" && (r.Mesh == nil || *r.Mesh) {
		known = slices.Concat(names, rio.MeshContainers) // they come later, if not for the pod's label then for the namespace's
	}
	given := slices.Clone(r.Environment)
	for _, name := range slices.Sorted(maps.Keys(r.Sidekicks)) {
		given = append(given, r.Sidekicks[name].Environment...)
	}
	for _, entry := range given {
		e, err := ParseVariable(entry)
		if err != nil || e.ValueFrom == nil || e.ValueFrom.ResourceFieldRef == nil {
			continue
		}
		if name := e.ValueFrom.ResourceFieldRef.ContainerName; name != "" && !slices.Contains(known, name) {
			return fmt.Errorf("invalid environment %q: the pod has no container %q (has %s); name one of these, or add it: --sidekick %s=IMAGE", entry, name, strings.Join(names, ", "), name)
		}
	}
	return nil
}

// Hyphened is a text with hyphens in the place of all but small letters and digits, and none at its ends.
func Hyphened(text string) string {
	return strings.Trim(strings.Map(func(r rune) rune {
		if r >= 'a' && r <= 'z' || r >= '0' && r <= '9' {
			return r
		}
		return '-'
	}, text), "-")
}

// WithHash is a label that begins as another, cut where it would be too long, and ends with what a
// text hashes to.
func WithHash(label, text string) string {
	hash := fmt.Sprintf("%x", sha256.Sum256([]byte(text)))[:8]
	return strings.TrimRight(label[:min(len(label), validation.DNS1123LabelMaxLength-9)], "-") + "-" + hash
}
