package controlplane

import (
	"k8s.io/apimachinery/pkg/api/meta"
	"k8s.io/cli-runtime/pkg/genericclioptions"
	"k8s.io/client-go/discovery"
	"k8s.io/client-go/discovery/cached/memory"
	"k8s.io/client-go/rest"
	"k8s.io/client-go/restmapper"
)

// liveGetter is how Helm reaches the cluster while it works on one release. What kinds there
// are it asks anew: the release before may have brought them, and the cache on disk, which
// is good for hours, does not notice.
type liveGetter struct {
	genericclioptions.RESTClientGetter
	config    *rest.Config
	discovery discovery.CachedDiscoveryInterface
	mapper    meta.RESTMapper
}

func newLiveGetter(base genericclioptions.RESTClientGetter) (*liveGetter, error) {
	config, err := unthrottled(base)
	if err != nil {
		return nil, err
	}
	client, err := discovery.NewDiscoveryClientForConfig(config)
	if err != nil {
		return nil, err
	}
	cached := memory.NewMemCacheClient(client)
	return &liveGetter{base, config, cached, restmapper.NewDeferredDiscoveryRESTMapper(cached)}, nil
}

func (g *liveGetter) ToRESTConfig() (*rest.Config, error) { return rest.CopyConfig(g.config), nil }

func (g *liveGetter) ToDiscoveryClient() (discovery.CachedDiscoveryInterface, error) {
	return g.discovery, nil
}

func (g *liveGetter) ToRESTMapper() (meta.RESTMapper, error) { return g.mapper, nil }

// unthrottled leaves it to the server to limit what is asked of it.
func unthrottled(base genericclioptions.RESTClientGetter) (*rest.Config, error) {
	config, err := base.ToRESTConfig()
	if err != nil {
		return nil, err
	}
	config = rest.CopyConfig(config)
	config.QPS = -1
	return config, nil
}
