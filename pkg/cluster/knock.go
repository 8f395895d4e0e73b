package cluster

import (
	"bufio"
	"bytes"
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptrace"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	corev1 "k8s.io/api/core/v1"

	"github.com/kubectl-rio/kubectl-rio/pkg/plan"
	"github.com/kubectl-rio/kubectl-rio/pkg/rio"
)

// knockTime bounds each of the questions that leave the API server: people wait for them.
const knockTime = 2 * time.Second

// LookUp asks this machine's resolver, as a browser here would.
func LookUp(ctx context.Context, host string) *plan.Lookup {
	ctx, cancel := context.WithTimeout(ctx, knockTime)
	defer cancel()
	l := &plan.Lookup{Host: host}
	var err error
	if l.Addresses, err = net.DefaultResolver.LookupHost(ctx, host); err != nil {
		l.Error = reasonOf(err)
	}
	return l
}

// reasonOf is an error of the network without the names and addresses that its line has already.
func reasonOf(err error) string {
	var dns *net.DNSError
	switch {
	case errors.Is(err, context.DeadlineExceeded), errors.As(err, &dns) && dns.IsTimeout:
		return fmt.Sprintf("no answer in %s", knockTime)
	case errors.As(err, &dns):
		return dns.Err
	}
	return Innermost(err).Error()
}

// Knock connects to each door, and notes which is shut.
func Knock(ctx context.Context, doors []plan.Door) []plan.Door {
	ctx, cancel := context.WithTimeout(ctx, knockTime)
	defer cancel()
	var all sync.WaitGroup
	for i := range doors {
		all.Go(func() {
			conn, err := new(net.Dialer).DialContext(ctx, "tcp", at(doors[i]))
			if err != nil {
				doors[i].Error = reasonOf(err)
				return
			}
			_ = conn.Close() // that it does not close well is nobody's trouble
		})
	}
	all.Wait()
	return doors
}

func at(d plan.Door) string { return net.JoinHostPort(d.Address, strconv.Itoa(int(d.Port))) }

// ask sends one request for a URL through the first door that is open, whatever the name in
// it leads to. It is nil where none is.
func ask(ctx context.Context, doors []plan.Door, url string) *plan.Answer {
	i := slices.IndexFunc(doors, func(d plan.Door) bool { return d.Error == "" })
	if i < 0 {
		return nil
	}
	ctx, cancel := context.WithTimeout(ctx, knockTime)
	defer cancel()
	a := &plan.Answer{URL: url}
	client := http.Client{
		Transport: &http.Transport{DisableKeepAlives: true, DialContext: func(ctx context.Context, network, _ string) (net.Conn, error) {
			return new(net.Dialer).DialContext(ctx, network, at(doors[i]))
		}},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
	var secured atomic.Bool
	ctx = httptrace.WithClientTrace(ctx, &httptrace.ClientTrace{TLSHandshakeDone: func(_ tls.ConnectionState, err error) { secured.Store(err == nil) }})
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, url+"/", nil)
	if err != nil {
		a.Error = err.Error()
		return a
	}
	begin := time.Now()
	response, err := client.Do(request)
	a.Took = time.Since(begin)
	if err != nil {
		var certificate *tls.CertificateVerificationError
		a.Untrusted = errors.As(err, &certificate)
		a.Unsecured = request.URL.Scheme == "https" && !secured.Load()
		a.Error = reasonOf(err)
		return a
	}
	defer response.Body.Close()
	a.Status = response.StatusCode
	// Envoy adds it to what a pod has answered, and not to answers of its own.
	a.Own = response.Header.Get("x-envoy-upstream-service-time") != ""
	a.Body, _ = bufio.NewReader(io.LimitReader(response.Body, 200)).ReadString('\n')
	a.Body = strings.TrimSpace(a.Body)
	return a
}

// removedLog begins what the kubelet answers instead of the log of a container that it has
// removed: kubernetes/pkg/kubelet/kuberuntime/kuberuntime_container.go.
const removedLog = "unable to retrieve container logs for "

// lastLogs are the last lines of the service's containers that have ended, by POD/CONTAINER.
// A log that is gone or may not be read is left out.
func (c *Client) lastLogs(ctx context.Context, s rio.Service, pods []corev1.Pod) map[string]string {
	ctx, cancel := context.WithTimeout(ctx, knockTime)
	defer cancel()
	logs := map[string]string{}
	for _, pod := range pods {
		if pod.Labels[rio.LabelService] != s.Name || rio.PodReady(pod) {
			continue
		}
		for _, status := range rio.Statuses(pod) {
			if status.RestartCount == 0 && status.State.Terminated == nil {
				continue
			}
			for _, previous := range []bool{status.State.Terminated == nil, false} {
				line, err := c.core.Pods(pod.Namespace).GetLogs(pod.Name, &corev1.PodLogOptions{
					Container: status.Name, Previous: previous, TailLines: new(int64(1)),
				}).DoRaw(ctx)
				if err == nil && len(line) > 0 && !bytes.HasPrefix(line, []byte(removedLog)) {
					logs[pod.Name+"/"+status.Name] = strings.TrimSpace(string(line))
					break
				}
			}
		}
	}
	return logs
}
