package cluster

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"net/url"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/client-go/tools/portforward"
	"k8s.io/client-go/transport/spdy"
	"k8s.io/streaming/pkg/httpstream"
)

// forwarded is a port of a pod that is reached through one of this machine's.
type forwarded struct {
	address string // IP:PORT
	stop    chan struct{}
}

func (f *forwarded) close() { close(f.stop) }

// forward opens a port-forward; close ends it.
func (c *Client) forward(ctx context.Context, pod *corev1.Pod, port int) (*forwarded, error) {
	target := c.core.RESTClient().Post().Resource("pods").Namespace(pod.Namespace).Name(pod.Name).SubResource("portforward").URL()
	dialer, err := c.portForwardDialer(target)
	if err != nil {
		return nil, err
	}
	f := &forwarded{stop: make(chan struct{})}
	ready := make(chan struct{})
	fw, err := portforward.NewOnAddressesForStreaming(dialer, []string{"127.0.0.1"}, []string{fmt.Sprintf("0:%d", port)}, f.stop, ready, io.Discard, io.Discard)
	if err != nil {
		return nil, err
	}
	failed := make(chan error, 1)
	go func() { failed <- fw.ForwardPorts() }()
	select {
	case <-ready:
	case err := <-failed:
		return nil, c.Explain(fmt.Errorf("port-forward to %s/%s: %w", pod.Namespace, pod.Name, err))
	case <-ctx.Done():
		f.close()
		return nil, ctx.Err()
	}
	ports, err := fw.GetPorts()
	if err != nil {
		f.close()
		return nil, err
	}
	f.address = fmt.Sprintf("127.0.0.1:%d", ports[0].Local)
	return f, nil
}

// portForwardDialer speaks WebSocket, and SPDY with servers that do not.
func (c *Client) portForwardDialer(target *url.URL) (httpstream.Dialer, error) {
	transport, upgrader, err := spdy.RoundTripperFor(c.config)
	if err != nil {
		return nil, err
	}
	old := spdy.NewDialerForStreaming(upgrader, &http.Client{Transport: transport}, http.MethodPost, target)
	socket, err := portforward.NewSPDYOverWebsocketDialerForStreaming(target, c.config)
	if err != nil {
		return nil, err
	}
	return portforward.NewFallbackDialerForStreaming(socket, old, func(err error) bool {
		return httpstream.IsUpgradeFailure(err) || httpstream.IsHTTPSProxyError(err)
	}), nil
}
