package controlplane

import (
	"context"
	"fmt"
	"strings"

	"helm.sh/helm/v3/pkg/action"
	"helm.sh/helm/v3/pkg/kube"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/api/meta"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/cli-runtime/pkg/resource"
)

// objectsOf are the objects of a manifest, which may have none of a kind that the cluster does
// not know.
func objectsOf(config *action.Configuration, manifest string) (kube.ResourceList, error) {
	return config.KubeClient.Build(strings.NewReader(manifest), false)
}

// whileAny waits as long as the cluster has one of the objects that is so.
func (p *plane) whileAny(ctx context.Context, objects kube.ResourceList, so func(runtime.Object) bool, update func(string)) error {
	return p.until(ctx, update, func() (string, error) {
		for _, o := range objects {
			if found, err := live(o); err != nil || found != nil && so(found) {
				return nameOf(o) + " to be gone", err
			}
		}
		return "", nil
	})
}

// isKept reports whether Helm leaves an object where it is when it removes the release.
func isKept(o *resource.Info) bool {
	m, err := meta.Accessor(o.Object)
	return err == nil && m.GetAnnotations()[kube.ResourcePolicyAnno] == kube.KeepPolicy
}

// isLeaving reports whether an object is on its way out.
func isLeaving(o runtime.Object) bool {
	m, err := meta.Accessor(o)
	return err == nil && m.GetDeletionTimestamp() != nil
}

// live is an object as the cluster has it, nil when it has none.
func live(o *resource.Info) (runtime.Object, error) {
	found, err := resource.NewHelper(o.Client, o.Mapping).Get(o.Namespace, o.Name)
	if apierrors.IsNotFound(err) {
		return nil, nil
	}
	return found, err
}

func nameOf(o *resource.Info) string {
	kind := strings.ToLower(o.Mapping.GroupVersionKind.Kind)
	if o.Namespace == "" {
		return fmt.Sprintf("%s %q", kind, o.Name)
	}
	return fmt.Sprintf("%s %q in %q", kind, o.Name, o.Namespace)
}
