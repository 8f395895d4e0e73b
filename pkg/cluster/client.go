// Package cluster is the only one that talks to an API server. It knows the kinds
// that kubectl rio uses by their fixed names, so no command ever asks the server
// which kinds there are.
package cluster

import (
	"cmp"
	"context"
	"time"

	"k8s.io/apimachinery/pkg/runtime"
	appsclient "k8s.io/client-go/kubernetes/typed/apps/v1"
	authclient "k8s.io/client-go/kubernetes/typed/authentication/v1"
	scalingclient "k8s.io/client-go/kubernetes/typed/autoscaling/v2"
	coreclient "k8s.io/client-go/kubernetes/typed/core/v1"
	discoveryclient "k8s.io/client-go/kubernetes/typed/discovery/v1"
	netpolclient "k8s.io/client-go/kubernetes/typed/networking/v1"
	policyclient "k8s.io/client-go/kubernetes/typed/policy/v1"
	rbacclient "k8s.io/client-go/kubernetes/typed/rbac/v1"
	"k8s.io/client-go/metadata"
	"k8s.io/client-go/rest"
)

// Client reads and writes the objects of services.
type Client struct {
	config    *rest.Config
	context   string
	apps      *appsclient.AppsV1Client
	auth      *authclient.AuthenticationV1Client
	core      *coreclient.CoreV1Client
	discovery *discoveryclient.DiscoveryV1Client
	metadata  metadata.Interface
	network   network
	netpols   *netpolclient.NetworkingV1Client
	policy    *policyclient.PolicyV1Client
	rbac      *rbacclient.RbacV1Client
	scaling   *scalingclient.AutoscalingV2Client

	clock          *clock
	approaches     approaches
	streamPatience time.Duration
}

// New makes a client; nothing is asked of the server yet. userAgent is what the
// server's audit log shows, context the kubeconfig context that error messages name.
func New(base *rest.Config, userAgent, context string) (*Client, error) {
	config := rest.CopyConfig(base)
	config.UserAgent = userAgent
	config.QPS = -1 // the server's own fair queueing is the limit
	c := &Client{config: config, context: context, clock: &clock{}, streamPatience: streamPatience}
	builtin := rest.CopyConfig(config)
	builtin.ContentType = runtime.ContentTypeProtobuf
	builtin.AcceptContentTypes = runtime.ContentTypeProtobuf + "," + runtime.ContentTypeJSON
	timed := rest.CopyConfig(config)
	timed.Wrap(c.clock.over)
	http, err := rest.HTTPClientFor(timed) // one connection for all
	if err != nil {
		return nil, err
	}
	var errs [10]error
	c.apps, errs[0] = appsclient.NewForConfigAndClient(builtin, http)
	c.auth, errs[1] = authclient.NewForConfigAndClient(builtin, http)
	c.core, errs[2] = coreclient.NewForConfigAndClient(builtin, http)
	c.discovery, errs[3] = discoveryclient.NewForConfigAndClient(builtin, http)
	c.netpols, errs[4] = netpolclient.NewForConfigAndClient(builtin, http)
	c.policy, errs[5] = policyclient.NewForConfigAndClient(builtin, http)
	c.rbac, errs[6] = rbacclient.NewForConfigAndClient(builtin, http)
	c.scaling, errs[7] = scalingclient.NewForConfigAndClient(builtin, http)
	c.metadata, errs[8] = metadata.NewForConfigAndClient(config, http)
	c.network, errs[9] = newNetwork(config, http)
	return c, cmp.Or(errs[:]...)
}

// Config is the connection's configuration, for what streams: exec, attach, port-forward.
func (c *Client) Config() *rest.Config { return c.config }

// Core is the client of the core group, for what reads pods and their logs.
func (c *Client) Core() coreclient.CoreV1Interface { return c.core }

// Version asks for the server's version, the cheapest question there is.
func (c *Client) Version(ctx context.Context) (string, error) {
	raw, err := c.core.RESTClient().Get().AbsPath("/version").SetHeader("Accept", runtime.ContentTypeJSON).Do(ctx).Raw()
	if err != nil {
		return "", c.Explain(err)
	}
	return serverVersion(raw)
}
