package spec

import (
	"fmt"

	"github.com/distribution/reference"
	corev1 "k8s.io/api/core/v1"

	"github.com/kubectl-rio/kubectl-rio/pkg/rio"
)

// pullPolicies are Rio's words for Kubernetes' own.
var pullPolicies = map[string]corev1.PullPolicy{
	"always": corev1.PullAlways, "never": corev1.PullNever, "not-present": corev1.PullIfNotPresent,
}

// ParsePullPolicy reads always, never or not-present.
func ParsePullPolicy(word string) (corev1.PullPolicy, error) {
	policy, ok := pullPolicies[word]
	if !ok {
		return "", fmt.Errorf("want always, never or not-present")
	}
	return policy, nil
}

// defaultPullPolicy is what the API server sets where nobody says anything, see
// https://kubernetes.io/docs/concepts/containers/images/#imagepullpolicy-defaulting.
func defaultPullPolicy(image string) corev1.PullPolicy {
	named, err := reference.ParseNormalizedNamed(image)
	if err != nil {
		return ""
	}
	if tagged, ok := reference.TagNameOnly(named).(reference.Tagged); ok && tagged.Tag() == "latest" {
		return corev1.PullAlways
	}
	return corev1.PullIfNotPresent
}

// DropPullPolicies takes out of a pod as it runs the policies that its images have where nobody says
// anything: for another image they would be wrong. That somebody said the very same cannot be told.
func DropPullPolicies(t *corev1.PodTemplateSpec) {
	for _, k := range rio.Containers(&t.Spec) {
		if k.ImagePullPolicy == defaultPullPolicy(k.Image) {
			k.ImagePullPolicy = ""
		}
	}
}

// Repull has a template say what goes for its images where it takes the place of one that runs: the
// server sets it for the first image only, and then keeps it. mine is what we said of the one that
// runs, and say again: to leave it out would be a change.
func Repull(t *corev1.PodTemplateSpec, mine, runs corev1.PodTemplateSpec) {
	for _, k := range rio.Containers(&t.Spec) {
		was, said := containerNamed(&runs.Spec, k.Name), containerNamed(&mine.Spec, k.Name)
		usual := defaultPullPolicy(k.Image)
		stale := was != nil && was.ImagePullPolicy != usual && was.ImagePullPolicy == defaultPullPolicy(was.Image)
		if k.ImagePullPolicy == "" && (stale || said != nil && said.ImagePullPolicy == usual) {
			k.ImagePullPolicy = usual
		}
	}
}
