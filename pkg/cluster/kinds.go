package cluster

import (
	"context"
	"fmt"

	istio "istio.io/client-go/pkg/apis/networking/v1"
	appsv1 "k8s.io/api/apps/v1"
	autoscalingv2 "k8s.io/api/autoscaling/v2"
	corev1 "k8s.io/api/core/v1"
	policyv1 "k8s.io/api/policy/v1"
	rbacv1 "k8s.io/api/rbac/v1"
	"k8s.io/client-go/rest"

	"github.com/kubectl-rio/kubectl-rio/pkg/manifest"
	"github.com/kubectl-rio/kubectl-rio/pkg/rio"
)

// kind is how one kind is written.
type kind struct {
	resource string
	client   rest.Interface
	empty    func() manifest.Object
	// The object holds lists that are replaced whole. It is written with the resourceVersion
	// that was read, and with all that others have put into the lists (manifest.Merge), so
	// that to take them over loses nothing.
	locked bool
}

// of is a request for one object.
func (k kind) of(request *rest.Request, namespace, name string) *rest.Request {
	return request.NamespaceIfScoped(namespace, namespace != "").Resource(k.resource).Name(name)
}

// get reads one object, and notes what kind it is, which a typed client leaves out.
func (k kind) get(ctx context.Context, kind, namespace, name string) (manifest.Object, error) {
	o := k.empty()
	if err := k.of(k.client.Get(), namespace, name).Do(ctx).Into(o); err != nil {
		return nil, err
	}
	o.GetObjectKind().SetGroupVersionKind(k.client.APIVersion().WithKind(kind))
	return o, nil
}

// kindOf says how an object is written. A new kind is a line here and a list in load.go.
func (c *Client) kindOf(o manifest.Object) (kind, error) { return c.kindNamed(manifest.Kind(o)) }

func (c *Client) kindNamed(name string) (kind, error) {
	apps, core, rbac, network := c.apps.RESTClient(), c.core.RESTClient(), c.rbac.RESTClient(), c.network
	k, ok := map[string]kind{
		manifest.KindDeployment:         {"deployments", apps, func() manifest.Object { return &appsv1.Deployment{} }, false},
		manifest.KindStatefulSet:        {"statefulsets", apps, func() manifest.Object { return &appsv1.StatefulSet{} }, false},
		manifest.KindDaemonSet:          {"daemonsets", apps, func() manifest.Object { return &appsv1.DaemonSet{} }, false},
		manifest.KindService:            {"services", core, func() manifest.Object { return &corev1.Service{} }, false},
		manifest.KindDestinationRule:    {"destinationrules", network, func() manifest.Object { return &istio.DestinationRule{} }, true},
		manifest.KindVirtualService:     {"virtualservices", network, func() manifest.Object { return &istio.VirtualService{} }, true},
		manifest.KindAutoscaler:         {"horizontalpodautoscalers", c.scaling.RESTClient(), func() manifest.Object { return &autoscalingv2.HorizontalPodAutoscaler{} }, false},
		manifest.KindBudget:             {"poddisruptionbudgets", c.policy.RESTClient(), func() manifest.Object { return &policyv1.PodDisruptionBudget{} }, false},
		manifest.KindServiceAccount:     {"serviceaccounts", core, func() manifest.Object { return &corev1.ServiceAccount{} }, false},
		manifest.KindRole:               {"roles", rbac, func() manifest.Object { return &rbacv1.Role{} }, false},
		manifest.KindRoleBinding:        {"rolebindings", rbac, func() manifest.Object { return &rbacv1.RoleBinding{} }, false},
		manifest.KindClusterRole:        {"clusterroles", rbac, func() manifest.Object { return &rbacv1.ClusterRole{} }, false},
		manifest.KindClusterRoleBinding: {"clusterrolebindings", rbac, func() manifest.Object { return &rbacv1.ClusterRoleBinding{} }, false},
		rio.KindConfigMap:               {"configmaps", core, func() manifest.Object { return &corev1.ConfigMap{} }, false},
		rio.KindSecret:                  {"secrets", core, func() manifest.Object { return &corev1.Secret{} }, false},
		manifest.KindClaim:              {"persistentvolumeclaims", core, func() manifest.Object { return &corev1.PersistentVolumeClaim{} }, false},
		rio.KindPod:                     {"pods", core, func() manifest.Object { return &corev1.Pod{} }, false},
		manifest.KindNamespace:          {"namespaces", core, func() manifest.Object { return &corev1.Namespace{} }, false},
	}[name]
	if !ok {
		return kind{}, fmt.Errorf("kubectl rio does not write objects of kind %q", name)
	}
	return k, nil
}
