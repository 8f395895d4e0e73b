package cluster

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"

	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/kubectl-rio/kubectl-rio/pkg/manifest"
	"github.com/kubectl-rio/kubectl-rio/pkg/rio"
)

// meshPods selects the pods that have a sidecar, as Istio's injector marks them,
// istio/pkg/model LabelTLSMode in its API.
const meshPods = "security.istio.io/tlsMode=istio"

// meshSample is how many sidecars are asked at most: enough to see that Istio pushes, few
// enough for a mesh of thousands.
const meshSample = 20

// ConfirmMesh waits until a sample of the sidecars that may call the service split its
// requests by the weights it has now. It asks those of the whole cluster, or, without the
// right to list them, those of the service's namespace. Connections of tcp are given time.
func (c *Client) ConfirmMesh(ctx context.Context, s rio.Service) (Confirmation, error) {
	about := c.subjectOf(s)
	wanted := func(ctx context.Context) error {
		err := about.wanted(ctx)
		if err == nil { // perhaps others have changed what is beside the weights
			s = c.anew(ctx, s)
		}
		return err
	}
	done, err := c.confirmMesh(ctx, s.Namespace, fmt.Sprintf("the new split of %q", s.Name), wanted, func(have map[string][]split) bool {
		ok := calls(have, s, s.Shares())
		for _, set := range s.Routes {
			ok = ok && callsRoutes(have, set.Follow(s))
		}
		return ok
	})
	if err == nil && done.Blind == "" && streamed(s) {
		return c.waitBlind(ctx, unaskedStreams)
	}
	return done, err
}

// unaskedStreams is why time is given to what a service's callers say by tcp.
const unaskedStreams = "sidecars are not asked about tcp"

// streamed reports whether connections to a service are split that no route table names.
func streamed(s rio.Service) bool {
	return slices.ContainsFunc(s.Ports, func(p rio.Port) bool { return p.Routed() && !p.HTTP() })
}

// confirmMesh asks until all of the sample agree, or gives time where they cannot be asked.
func (c *Client) confirmMesh(ctx context.Context, namespace, what string, wanted func(context.Context) error, agrees func(map[string][]split) bool) (Confirmation, error) {
	all := 0
	list := whileWanted(wanted, func(ctx context.Context) ([]corev1.Pod, error) {
		pods, err := c.sidecars(ctx, namespace)
		all = len(pods)
		return sample(pods, meshSample), err
	})
	ask := func(ctx context.Context, e *envoy) (bool, error) {
		have, err := e.splits(ctx)
		return err == nil && agrees(have), err
	}
	done, err := c.agree(ctx, list, what, "sidecars", func(context.Context) (question, error) { return ask, nil })
	if why := unaskable(err, "the callers' sidecars"); why != "" {
		return c.waitBlind(ctx, why)
	}
	done.Of = all
	return done, err
}

// calls reports whether a sidecar splits calls of the service as wanted, on every port that
// it has a route for. One that has none does not call it: a Sidecar object may say so. That of
// a caller that is led to a revision of its own has nothing behind that route.
func calls(have map[string][]split, s rio.Service, want map[string]int) bool {
	callers := manifest.CallerMatches(s)
	for host, splits := range have {
		if !strings.HasPrefix(host, s.Name+"."+s.Namespace+".svc.") || strings.Contains(host, ":") {
			continue
		}
		if slices.ContainsFunc(splits, func(l split) bool { return !slices.Contains(callers, l.by) && !maps.Equal(l.shares, want) }) {
			return false
		}
	}
	return true
}

// sidecars lists the ready pods that have one, sorted so that equal clusters give equal samples.
func (c *Client) sidecars(ctx context.Context, namespace string) ([]corev1.Pod, error) {
	list, err := c.core.Pods("").List(ctx, metav1.ListOptions{LabelSelector: meshPods})
	if apierrors.IsForbidden(err) {
		list, err = c.core.Pods(namespace).List(ctx, metav1.ListOptions{LabelSelector: meshPods})
	}
	if err != nil {
		return nil, err
	}
	pods := slices.DeleteFunc(list.Items, func(p corev1.Pod) bool { return !rio.PodReady(p) || rio.OfGateway(p.Labels) })
	slices.SortFunc(pods, func(a, b corev1.Pod) int { return strings.Compare(string(a.UID), string(b.UID)) })
	return pods, nil
}

// sample is every so many-th of the pods.
func sample(pods []corev1.Pod, most int) []corev1.Pod {
	if len(pods) <= most {
		return pods
	}
	var some []corev1.Pod
	for i := range most {
		some = append(some, pods[i*len(pods)/most])
	}
	return some
}
