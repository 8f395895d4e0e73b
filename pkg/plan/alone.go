package plan

import (
	"fmt"
	"slices"
	"strings"

	corev1 "k8s.io/api/core/v1"

	"github.com/kubectl-rio/kubectl-rio/pkg/manifest"
	"github.com/kubectl-rio/kubectl-rio/pkg/rio"
)

// Why a service loses requests where others lose none, and when.
const (
	alone = "its volume is one pod's at a time, so "
	gap   = "its pods end before others begin, and requests are lost meanwhile"
	only  = "its only pod ends before another begins, and requests are lost meanwhile" // of a StatefulSet: the next has its name
)

// InPlace is what it costs to replace the pods of latest where they are; empty: nothing. A
// promotion costs nothing either way: while it rolls latest, the staged revision serves.
func InPlace(s rio.Service) string {
	latest, ok := s.Latest()
	switch {
	case !ok || !serves(s):
		return ""
	case latest.Rollout.OnDelete:
		return "its pods are replaced only when somebody deletes them"
	}
	return costs(latest)
}

// costs is what is lost while the pods of a revision are replaced.
func costs(r *rio.Revision) string {
	switch {
	case r.Rollout.Recreate:
		return alone + gap
	case r.Kind == manifest.KindStatefulSet && !r.Rollout.OnDelete && count(r) == 1:
		return only
	}
	return ""
}

// serves reports whether latest has pods, and requests are sent to them.
func serves(s rio.Service) bool {
	latest, ok := s.Latest()
	return ok && count(latest) > 0 && (latest.Weight > 0 || !s.Routed())
}

// Alone says what a change means for a service whose volume is one pod's at a time, that is a
// StatefulSet of one pod, or of which each pod has volumes of its own, a line each.
func Alone(before, after rio.Service) []string {
	latest, ok := after.Latest()
	if !ok {
		return nil
	}
	var said []string
	for _, name := range Rolls(before, after) {
		r, _ := after.Revision(name)
		_, there := before.Revision(name)
		if name != rio.Latest && !there && len(r.Claims) > 0 {
			said = append(said, fmt.Sprintf("%s does not see what latest has in %s: each pod gets a volume of its own", after.Ref().Of(name), claims(r)))
		}
		switch {
		case name == rio.Latest && costs(r) == "":
		case name == rio.Latest && there && serves(before):
			said = append(said, fmt.Sprintf("%s: %s", after.Name, costs(r)))
		case !r.Rollout.Recreate && !r.Alone:
		case name == rio.Latest && !there:
			said = append(said, fmt.Sprintf("%s: %sat each later change %s", after.Name, alone, gap))
		case name != rio.Latest:
			for _, volume := range shared(latest, r) {
				said = append(said, fmt.Sprintf("%s writes to volume %s beside latest; where a program must have it for itself, change latest in place: kubectl rio edit -n %s %s",
					after.Ref().Of(name), volume, after.Namespace, after.Name))
			}
		}
	}
	return said
}

// claims are the names of the volumes that each pod has for itself.
func claims(r *rio.Revision) string {
	var names []string
	for _, c := range r.Claims {
		names = append(names, rio.TemplateOf(c))
	}
	return strings.Join(names, ", ")
}

// shared are the volumes that two revisions may both write to, in the order of the second's pod.
func shared(a, b *rio.Revision) []string {
	var names []string
	theirs := a.Running()
	for _, v := range b.Template.Spec.Volumes {
		same := func(w corev1.Volume) bool {
			return w.PersistentVolumeClaim != nil && w.PersistentVolumeClaim.ClaimName == v.PersistentVolumeClaim.ClaimName && rio.Writes(&theirs.Spec, w)
		}
		if v.PersistentVolumeClaim != nil && rio.Writes(&b.Template.Spec, v) && slices.ContainsFunc(theirs.Spec.Volumes, same) {
			names = append(names, v.PersistentVolumeClaim.ClaimName)
		}
	}
	return names
}
