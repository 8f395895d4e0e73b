package manifest

import (
	"maps"
	"slices"
	"strings"

	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/labels"

	"github.com/kubectl-rio/kubectl-rio/pkg/rio"
)

// KindDeployment and its siblings are the kinds of workload a revision may be.
const (
	KindDeployment  = "Deployment"
	KindStatefulSet = "StatefulSet"
	KindDaemonSet   = "DaemonSet"
)

// IsWorkload reports whether the object makes pods of a revision.
func IsWorkload(o Object) bool { return TemplateOf(o) != nil }

// TemplateOf is the workload's pod template; nil if o is no workload.
func TemplateOf(o Object) *corev1.PodTemplateSpec {
	switch w := o.(type) {
	case *appsv1.Deployment:
		return &w.Spec.Template
	case *appsv1.StatefulSet:
		return &w.Spec.Template
	case *appsv1.DaemonSet:
		return &w.Spec.Template
	}
	return nil
}

// SelectorOf is what a workload finds its pods by; nil for an object of another kind.
func SelectorOf(o Object) *metav1.LabelSelector {
	switch w := o.(type) {
	case *appsv1.Deployment:
		return w.Spec.Selector
	case *appsv1.StatefulSet:
		return w.Spec.Selector
	case *appsv1.DaemonSet:
		return w.Spec.Selector
	}
	return nil
}

// workload is the one that makes the revision's pods.
func workload(s rio.Service, r rio.Revision) Object {
	switch r.Kind {
	case KindStatefulSet:
		return statefulSet(s, r)
	case KindDaemonSet:
		return daemonSet(s, r)
	}
	return deployment(s, r)
}

// podTemplate is the revision's, with the labels that it is found by, and with the account
// that its permissions are given to.
func podTemplate(s rio.Service, r rio.Revision) corev1.PodTemplateSpec {
	ref := s.Ref().Of(r.Name)
	t := *r.Template.DeepCopy()
	labels := rio.Labels(ref)
	maps.Copy(labels, rio.UserLabels(r.Template.Labels, ref))
	for key := range labels {
		if value, ok := s.Selects[key]; ok { // another tool's Service is to find these pods, too
			labels[key] = value
		}
	}
	t.Labels = labels
	if r.HasAccount() {
		t.Spec.ServiceAccountName = ref.ObjectName()
		t.Spec.AutomountServiceAccountToken = new(true)
		noteRights(&t, r.Rights)
	}
	return t
}

// Unnamed is the template without what names its revision: our labels, and the account with what that
// may do. It is changed in place.
func Unnamed(t *corev1.PodTemplateSpec, ref rio.Ref) {
	t.Labels = rio.UserLabels(t.Labels, ref)
	noteRights(t, rio.Rights{})
	if t.Spec.ServiceAccountName == ref.ObjectName() {
		t.Spec.ServiceAccountName, t.Spec.DeprecatedServiceAccount = "", ""
		t.Spec.AutomountServiceAccountToken = new(false)
	}
}

// workloadAnnotations say what is neither in the workload's spec nor in a route.
func workloadAnnotations(r rio.Revision) map[string]string {
	return said(labels.Merge(cause(r.Cause), labels.Merge(rightsNote(r.Rights), labels.Set{
		rio.AnnotationAlso: strings.Join(alsoOf(r), ","),
	})))
}

// Also are further kinds of object that a revision may have, by what they are there for.
const (
	AlsoAccount    = "account"    // ServiceAccount, Role, RoleBinding
	AlsoCluster    = "cluster"    // ClusterRole, ClusterRoleBinding
	AlsoAutoscaler = "autoscaler" // HorizontalPodAutoscaler
	AlsoBudget     = "budget"     // PodDisruptionBudget
	AlsoConfigs    = "configs"    // ConfigMap: copies of configs
	AlsoSecrets    = "secrets"    // Secret
)

func alsoOf(r rio.Revision) []string {
	var also []string
	if r.HasAccount() {
		also = append(also, AlsoAccount)
	}
	if r.Autoscale != nil {
		also = append(also, AlsoAutoscaler)
	}
	if hasBudget(r) {
		also = append(also, AlsoBudget)
	}
	if len(r.GlobalPermissions) > 0 {
		also = append(also, AlsoCluster)
	}
	if len(rio.Sources(&r.Template, rio.KindConfigMap)) > 0 {
		also = append(also, AlsoConfigs)
	}
	if len(rio.Sources(&r.Template, rio.KindSecret)) > 0 {
		also = append(also, AlsoSecrets)
	}
	return also
}

// Also reads off the workloads which further kinds of object there may be.
func Also(objects []Object) []string {
	var also []string
	for _, o := range objects {
		if names := o.GetAnnotations()[rio.AnnotationAlso]; names != "" && IsWorkload(o) {
			also = append(also, strings.Split(names, ",")...)
		}
	}
	slices.Sort(also)
	return slices.Compact(also)
}

// IsFurther reports whether the object is of a kind that only Also tells of.
func IsFurther(o Object) bool {
	kind := Kind(o)
	return IsOfAccount(o) || IsCopy(o) || kind == KindAutoscaler || kind == KindBudget
}

// mergeWorkload keeps two things of the live workload: what further kinds it ever had, for
// one of them may outlive a command that was killed; and the number of replicas that is ours
// until the autoscaler first sets it, for to let go of it is to set it to 1.
func mergeWorkload(live, rendered Object) Object {
	autoscaled := slices.Contains(Also([]Object{rendered}), AlsoAutoscaler)
	also := Also([]Object{live, rendered})
	if len(also) > 0 {
		rendered.SetAnnotations(labels.Merge(rendered.GetAnnotations(), labels.Set{rio.AnnotationAlso: strings.Join(also, ",")}))
	}
	if from, to := replicasOf(live), replicasOf(rendered); from != nil && to != nil && autoscaled {
		*to = *from
	}
	return rendered
}

// Starts reports whether a workload that had no pod is to have some.
func Starts(before, after Object) bool {
	was, is := replicasOf(before), replicasOf(after)
	return was != nil && is != nil && *was != nil && **was == 0 && *is != nil && **is > 0
}

// Lessens reports whether a workload is to have fewer pods. Where the number was somebody else's, only
// none is known to be fewer.
func Lessens(before, after Object) bool {
	was, is := replicasOf(before), replicasOf(after)
	switch {
	case was == nil || is == nil || *is == nil:
		return false
	case *was == nil:
		return **is == 0
	}
	return **is < **was
}

// WithReplicas is a workload with the number of pods of another.
func WithReplicas(workload, other Object) Object {
	next := workload.DeepCopyObject().(Object)
	if from, to := replicasOf(other), replicasOf(next); from != nil && to != nil {
		*to = *from
	}
	return next
}

func replicasOf(o Object) **int32 {
	switch w := o.(type) {
	case *appsv1.Deployment:
		return &w.Spec.Replicas
	case *appsv1.StatefulSet:
		return &w.Spec.Replicas
	}
	return nil
}
