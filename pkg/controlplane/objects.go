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

// whileAny waits until no object is there any more, or on its way out, as is says.
func (p *plane) whileAny(ctx context.Context, objects kube.ResourceList, is func(*resource.Info) (bool, error), update func(string)) error {
	return p.until(ctx, update, func() (string, error) {
		for _, o := range objects {
			if yes, err := is(o); err != nil || yes {
				return nameOf(o) + " to be gone", err
			}
		}
		return "", nil
	})
}

// there reports whether the cluster has an object, be it on its way out.
func there(o *resource.Info) (bool, error) {
	found, err := live(o)
	return found != nil, err
}

// leaving reports whether an object is on its way out.
func leaving(o *resource.Info) (bool, error) {
	found, err := live(o)
	return found != nil && isLeaving(found), err
}

// isKept reports whether Helm leaves an object where it is when it removes the release.
func isKept(o *resource.Info) bool {
	m, err := meta.Accessor(o.Object)
	return err == nil && m.GetAnnotations()[kube.ResourcePolicyAnno] == kube.KeepPolicy
}

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
