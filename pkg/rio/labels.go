package rio

import (
	"maps"
	"strings"
)

// Labels that kubectl rio writes and selects by.
const (
	LabelManaged   = "rio.cattle.io"           // "true" on all that belongs to a service
	LabelNamespace = "rio.cattle.io/namespace" // the stack
	LabelService   = "rio.cattle.io/service"
	LabelRevision  = "rio.cattle.io/revision"
	LabelRoute     = "rio.cattle.io/route"      // the name of a route set
	LabelStack     = "rio.cattle.io/stack"      // "true" on a namespace made as a stack
	LabelFiled     = "rio.cattle.io/stack-file" // "true" on what a stack file made, and up removes when it leaves the file
	LabelApp       = "app"
	LabelConfig    = "rio.cattle.io/config" // on a ConfigMap: the config that it is, or is a copy of
	LabelSecret    = "rio.cattle.io/secret"
	LabelVolume    = "rio.cattle.io/volume"
	LabelInject    = "sidecar.istio.io/inject"

	GatewayPods = "gateway=external" // selects the pods of the chart's gateway

	LabelMeshRevision = "istio.io/rev" // which Istio is to inject, where there is more than one, or none by default

	// The recommended labels, https://kubernetes.io/docs/concepts/overview/working-with-objects/common-labels/
	LabelK8sName      = "app.kubernetes.io/name"
	LabelK8sVersion   = "app.kubernetes.io/version"
	LabelK8sManagedBy = "app.kubernetes.io/managed-by"
	LabelK8sPartOf    = "app.kubernetes.io/part-of"
)

// OfGateway reports whether a pod with these labels is one of GatewayPods.
func OfGateway(labels map[string]string) bool {
	key, value, _ := strings.Cut(GatewayPods, "=")
	return labels[key] == value
}

// Annotations of the main VirtualService: what has begun and is not finished, a promotion or
// a gradual release, which another person's shell can go on with; and what its routes are for.
const (
	AnnotationPromoting = "rio.cattle.io/promoting" // the revision
	AnnotationBefore    = "rio.cattle.io/before"    // a Before, in JSON
	AnnotationGradual   = "rio.cattle.io/gradual"   // a Gradual, in JSON
	AnnotationRemoving  = "rio.cattle.io/removing"  // the revision that is on its way out
	AnnotationUndone    = "rio.cattle.io/undone"    // the promotion that was taken back last, as JSON
	AnnotationQuiet     = "rio.cattle.io/quiet"     // a Quiet, in JSON
	AnnotationMatch     = "rio.cattle.io/match"     // matches by revision, in JSON
	AnnotationSticky    = "rio.cattle.io/sticky"    // the cookie that keeps users on a revision
)

// Annotations of the VirtualService of a route set.
const (
	AnnotationRoutes  = "rio.cattle.io/routes"  // what was asked for, []Route in JSON
	AnnotationTargets = "rio.cattle.io/targets" // what that came to, a Resolved for each target, in JSON
)

// AnnotationPorts is on a Service that another tool made: the ports that are routed, NUMBER/PROTOCOL,
// for their names need not say what they speak.
const AnnotationPorts = "rio.cattle.io/ports"

// AnnotationAlso is on a workload: which further kinds of object its service has, or has had.
// It is how they are found, so that nobody else's service is asked for them.
const AnnotationAlso = "rio.cattle.io/also"

// Annotations of a workload that say what its pods may do, each a JSON list in the form that
// ParsePermission reads. The roles follow from it.
const (
	AnnotationPermissions       = "rio.cattle.io/permissions"
	AnnotationGlobalPermissions = "rio.cattle.io/global-permissions"
)

// Annotations of a workload that say who gave it its pod template. A Deployment's are
// copied to the ReplicaSet of that template, so they are its history.
const (
	AnnotationCause = "kubernetes.io/change-cause" // what kubectl rollout history shows
	AnnotationBy    = "rio.cattle.io/changed-by"
	AnnotationAt    = "rio.cattle.io/changed-at" // RFC 3339
)

// Annotations of a pod template that say what its copies of configs were made of.
const (
	AnnotationConfigs = "rio.cattle.io/configs"
	AnnotationSecrets = "rio.cattle.io/secrets"
)

// MeshGateway is Istio's word for all sidecars, https://istio.io/latest/docs/reference/config/networking/virtual-service/
const MeshGateway = "mesh"

// DefaultGateway is the one that the chart makes, NAMESPACE/NAME.
const DefaultGateway = "rio-system/rio-gateway"

// MeshContainers are Istio's, not the user's; the proxy first.
var MeshContainers = []string{"istio-proxy", "istio-init", "istio-validation"}

// LetGo is the value of LabelManaged on a workload that was released while its pods keep their
// labels: it tells the webhook to leave it alone.
const LetGo = "false"

// FieldManager owns every field that kubectl rio applies.
const FieldManager = "kubectl-rio"

// ServiceSelector matches the pods of all revisions of a service, and nothing else.
func ServiceSelector(r Ref) map[string]string {
	return map[string]string{
		LabelApp:       r.Service,
		LabelManaged:   "true",
		LabelNamespace: r.Namespace,
		LabelService:   r.Service,
	}
}

// Selector matches the pods of one revision. It is immutable on a workload.
func Selector(r Ref) map[string]string {
	s := ServiceSelector(r)
	s[LabelRevision] = r.RevisionName()
	return s
}

// ServiceLabels are the labels of the objects that all revisions share.
func ServiceLabels(r Ref) map[string]string {
	l := ServiceSelector(r)
	l[LabelK8sName] = r.Service
	l[LabelK8sManagedBy] = FieldManager
	l[LabelK8sPartOf] = r.Namespace
	return l
}

// Labels are the labels of a revision's workload, of its pods and of its own
// Service and VirtualService.
func Labels(r Ref) map[string]string {
	l := ServiceLabels(r)
	l[LabelRevision] = r.RevisionName()
	l[LabelK8sVersion] = r.RevisionName()
	return l
}

// RouteLabels are the labels of the objects of a route set.
func RouteLabels(r Ref) map[string]string {
	return map[string]string{
		LabelManaged: "true", LabelNamespace: r.Namespace, LabelRoute: r.Service,
		LabelK8sName: r.Service, LabelK8sManagedBy: FieldManager, LabelK8sPartOf: r.Namespace,
	}
}

// UserLabels is what is left of a pod's labels without those that Labels gives:
// the ones a user chose.
func UserLabels(labels map[string]string, r Ref) map[string]string {
	own := maps.Clone(labels)
	for k := range Labels(r) {
		delete(own, k)
	}
	maps.DeleteFunc(own, func(k, _ string) bool { return Reserved(k) })
	return own
}

// Reserved reports whether a label or annotation key is kubectl rio's to write.
func Reserved(key string) bool {
	return key == LabelManaged || strings.HasPrefix(key, LabelManaged+"/")
}
