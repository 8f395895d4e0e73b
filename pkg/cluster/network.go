package cluster

import (
	"context"
	"net/http"

	istio "istio.io/client-go/pkg/apis/networking/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/serializer"
	"k8s.io/client-go/rest"
	"k8s.io/client-go/tools/pager"
)

// network is the client of Istio's networking group. That of Istio's clientset is 0.9 MB larger:
// it knows all groups in all their versions, and registers them at every start.
type network struct {
	rest.Interface
	codec runtime.ParameterCodec
}

func newNetwork(base *rest.Config, http *http.Client) (network, error) {
	known := runtime.NewScheme()
	if err := istio.AddToScheme(known); err != nil {
		return network{}, err
	}
	config := rest.CopyConfig(base)
	config.GroupVersion, config.APIPath = &istio.SchemeGroupVersion, "/apis"
	config.NegotiatedSerializer = serializer.NewCodecFactory(known).WithoutConversion()
	client, err := rest.RESTClientForConfigAndClient(config, http)
	return network{client, runtime.NewParameterCodec(known)}, err
}

func (n network) destinationRules(namespace string) pager.ListPageFunc {
	return n.list("destinationrules", namespace, func() runtime.Object { return &istio.DestinationRuleList{} })
}

func (n network) gateways(namespace string) pager.ListPageFunc {
	return n.list("gateways", namespace, func() runtime.Object { return &istio.GatewayList{} })
}

func (n network) virtualServices(namespace string) pager.ListPageFunc {
	return n.list("virtualservices", namespace, func() runtime.Object { return &istio.VirtualServiceList{} })
}

// list reads a page of all objects of a kind, in all namespaces where none is given.
func (n network) list(resource, namespace string, empty func() runtime.Object) pager.ListPageFunc {
	return func(ctx context.Context, opts metav1.ListOptions) (runtime.Object, error) {
		list := empty()
		return list, n.Get().Namespace(namespace).Resource(resource).VersionedParams(&opts, n.codec).Do(ctx).Into(list)
	}
}

func (n network) virtualService(ctx context.Context, namespace, name string) (*istio.VirtualService, error) {
	vs := &istio.VirtualService{}
	return vs, n.Get().Namespace(namespace).Resource("virtualservices").Name(name).Do(ctx).Into(vs)
}
