package cluster

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"golang.org/x/sync/errgroup"
	istio "istio.io/client-go/pkg/apis/networking/v1"
	admissionv1 "k8s.io/api/admissionregistration/v1"
	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/kubectl-rio/kubectl-rio/pkg/manifest"
	"github.com/kubectl-rio/kubectl-rio/pkg/plan"
	"github.com/kubectl-rio/kubectl-rio/pkg/rio"
)

// What the chart calls the webhook that labels workloads, and where its pods serve it.
const (
	webhookName = "rio-webhook"
	webhookPods = "app=rio-webhook"
)

// Setup reads how a cluster is set up, and knocks at the gateway and the webhook.
func (c *Client) Setup(ctx context.Context) (plan.Cluster, error) {
	var s plan.Cluster
	group, reading := errgroup.WithContext(ctx)
	group.Go(func() (err error) {
		s.Entrance, err = c.Entrance(reading)
		return err
	})
	ours := metav1.ListOptions{LabelSelector: rio.LabelManaged + "=true"}
	group.Go(func() error { return read(reading, c, &s.Nodes, page(c.core.Nodes().List), metav1.ListOptions{}) })
	group.Go(func() error { return read(reading, c, &s.Routes, c.network.virtualServices(""), ours) })
	group.Go(func() error { return read(reading, c, &s.Pods, page(c.core.Pods("").List), ours) })
	group.Go(func() error {
		return readOne(reading, c, &s.Webhook.Deployment, c.apps.Deployments(SystemNamespace).Get, webhookName)
	})
	if err := group.Wait(); err != nil {
		return s, err
	}
	if err := c.addCallers(ctx, &s); err != nil {
		return s, err
	}
	var knocking errgroup.Group
	e := &s.Entrance
	knocking.Go(func() error {
		if e.Gateway.Domain != "" {
			e.Lookup = LookUp(ctx, ExampleHost(s.Routes.Items, e.Gateway.Domain))
		}
		if ports := e.Gateway.Ports; len(ports) > 0 {
			e.Doors = Knock(ctx, e.Ways(ports[0].Number))
		}
		return nil
	})
	knocking.Go(func() error { return c.greetWebhook(ctx, &s.Webhook) })
	knocking.Go(func() error {
		s.Webhook.Unreached = c.callWebhook(ctx, s.Webhook.Deployment.Items)
		return nil
	})
	return s, knocking.Wait()
}

// ExampleHost is a name below the domain, one that somebody uses where there is any.
func ExampleHost(routes []*istio.VirtualService, domain string) string {
	for _, vs := range routes {
		for _, host := range vs.Spec.Hosts {
			if strings.HasSuffix(host, "."+domain) {
				return host
			}
		}
	}
	return "hello.default." + domain
}

// addCallers adds the pods of other tools to those of services, in stacks with a split.
func (c *Client) addCallers(ctx context.Context, s *plan.Cluster) error {
	var stacks []string
	for _, vs := range s.Routes.Items {
		if len(manifest.Weights(vs)) > 1 && !slices.Contains(stacks, vs.Namespace) {
			stacks = append(stacks, vs.Namespace)
		}
	}
	if s.Pods.Denied != nil {
		return nil
	}
	for _, stack := range stacks {
		var others plan.Read[corev1.Pod]
		if err := read(ctx, c, &others, page(c.core.Pods(stack).List), metav1.ListOptions{LabelSelector: rio.LabelManaged + "!=true"}); err != nil {
			return err
		}
		s.Pods.Items = append(s.Pods.Items, others.Items...)
	}
	return nil
}

// greetWebhook makes the connection that the API server makes: with the certificates that
// it was told to trust, to the name that it calls. A pod that cannot be reached from here is
// none that is wrong.
func (c *Client) greetWebhook(ctx context.Context, w *plan.Webhook) error {
	if len(w.Deployment.Items) == 0 {
		return nil
	}
	var configuration admissionv1.MutatingWebhookConfiguration
	err := c.core.RESTClient().Get().AbsPath("/apis/admissionregistration.k8s.io/v1/mutatingwebhookconfigurations/" + webhookName).Do(ctx).Into(&configuration)
	var denied *plan.Denied
	if err := c.settle(err, &denied); err != nil || denied != nil || len(configuration.Webhooks) == 0 {
		return err
	}
	var pods plan.Read[corev1.Pod]
	if err := read(ctx, c, &pods, page(c.core.Pods(SystemNamespace).List), metav1.ListOptions{LabelSelector: webhookPods}); err != nil {
		return err
	}
	i := slices.IndexFunc(pods.Items, rio.PodReady)
	if i < 0 {
		return nil
	}
	ctx, cancel := context.WithTimeout(ctx, 2*knockTime)
	defer cancel()
	f, err := c.forward(ctx, &pods.Items[i], w.Port())
	if err != nil {
		return nil // it takes a right that not everybody has
	}
	defer f.close()
	w.Trust, w.Expires, w.Took = shakeHands(ctx, f.address, webhookName+"."+SystemNamespace+".svc", configuration.Webhooks[0].ClientConfig.CABundle)
	return nil
}

// unreached is how the API server words that a connection of its own comes to nothing,
// k8s.io/apimachinery/pkg/util/proxy/upgradeaware.go.
const unreached = "error trying to reach service: "

// callWebhook has the API server connect to the webhook, as it does for a review: a forwarded port
// goes by the kubelet, past what is between the two. It is empty also where nobody may ask for that.
func (c *Client) callWebhook(ctx context.Context, deployed []appsv1.Deployment) string {
	if len(deployed) == 0 || deployed[0].Status.ReadyReplicas == 0 {
		return ""
	}
	ctx, cancel := context.WithTimeout(ctx, 2*knockTime)
	defer cancel()
	err := c.core.RESTClient().Get().Namespace(SystemNamespace).Resource("services").Name("https:" + webhookName + ":443").SubResource("proxy").Suffix("readyz").
		MaxRetries(0).Do(ctx).Error()
	switch {
	case errors.Is(err, context.DeadlineExceeded):
		return fmt.Sprintf("no answer in %s", 2*knockTime)
	case err == nil || !strings.Contains(err.Error(), unreached):
		return ""
	}
	_, reason, _ := strings.Cut(err.Error(), unreached)
	return reason
}

// shakeHands says what is wrong with a server's certificate, and else until when it is good.
func shakeHands(ctx context.Context, address, name string, trusted []byte) (wrong string, expires time.Time, took time.Duration) {
	roots := x509.NewCertPool()
	if !roots.AppendCertsFromPEM(trusted) {
		return "it was told to trust nobody: the caBundle is empty", expires, 0
	}
	begin := time.Now()
	dialer := tls.Dialer{Config: &tls.Config{RootCAs: roots, ServerName: name, MinVersion: tls.VersionTLS12}}
	conn, err := dialer.DialContext(ctx, "tcp", address)
	if verification, ok := errors.AsType[*tls.CertificateVerificationError](err); ok {
		return verification.Err.Error(), expires, 0
	}
	if err != nil {
		return reasonOf(err), expires, 0
	}
	took = time.Since(begin)
	if t, ok := conn.(*tls.Conn); ok {
		expires = t.ConnectionState().PeerCertificates[0].NotAfter
	}
	_ = conn.Close()
	return "", expires, took
}
