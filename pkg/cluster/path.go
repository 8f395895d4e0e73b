package cluster

import (
	"cmp"
	"context"
	"errors"
	"strings"
	"sync"

	"golang.org/x/sync/errgroup"
	istio "istio.io/client-go/pkg/apis/networking/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/client-go/tools/pager"

	"github.com/kubectl-rio/kubectl-rio/pkg/plan"
	"github.com/kubectl-rio/kubectl-rio/pkg/rio"
)

// Path reads all that stands between the URL of a service, or of a staged revision, and its
// containers, and asks once through the gateway. What may not be read is noted as that.
func (c *Client) Path(ctx context.Context, ref rio.Ref) (plan.Path, error) {
	p := plan.Path{Ref: ref}
	snap, err := c.Load(ctx, ref)
	if p.Denied = deniedOf(err); p.Denied != nil {
		p.Denied.Resource = "workloads, services or routes" // which of them is a matter of luck
		return p, nil
	}
	if err != nil {
		return p, err
	}
	if p.Service = snap.Service; len(snap.Objects) == 0 || p.Service.Exists() && !has(p.Service, ref) {
		return p, c.WhyNoPods(ctx, ref)
	}
	group, gathering := errgroup.WithContext(ctx)
	group.Go(func() (err error) {
		p.Entrance, err = c.Entrance(gathering)
		return err
	})
	all := metav1.ListOptions{}
	group.Go(func() error {
		err := read(gathering, c, &p.Routes, c.network.virtualServices(""), all)
		if err != nil || p.Routes.Denied == nil {
			return err
		}
		var own plan.Read[*istio.VirtualService]
		err = read(gathering, c, &own, c.network.virtualServices(ref.Namespace), all)
		p.Routes.Items = own.Items
		return err
	})
	group.Go(func() error { return read(gathering, c, &p.Rules, c.network.destinationRules(ref.Namespace), all) })
	group.Go(func() error { return read(gathering, c, &p.Services, page(c.core.Services(ref.Namespace).List), all) })
	group.Go(func() error {
		return read(gathering, c, &p.Slices, page(c.discovery.EndpointSlices(ref.Namespace).List), all)
	})
	group.Go(func() error { return read(gathering, c, &p.Pods, page(c.core.Pods(ref.Namespace).List), all) })
	group.Go(func() error {
		return read(gathering, c, &p.Events, page(c.core.Events(ref.Namespace).List), metav1.ListOptions{FieldSelector: "type=Warning"})
	})
	if err := group.Wait(); err != nil {
		return p, err
	}
	c.knock(ctx, &p)
	return p, nil
}

func has(s rio.Service, ref rio.Ref) bool {
	_, ok := s.Revision(ref.RevisionName())
	return ok || ref.IsLatest()
}

// knock does what takes a connection: names, ports, a request, logs.
func (c *Client) knock(ctx context.Context, p *plan.Path) {
	var all sync.WaitGroup
	all.Go(func() { p.LastLogs = c.lastLogs(ctx, p.Service, p.Pods.Items) })
	if url, port := p.URL(); url != "" {
		all.Go(func() {
			p.Entrance.Lookup = LookUp(ctx, p.Service.Host(p.Ref.RevisionName()))
			p.Entrance.Doors = Knock(ctx, p.Entrance.Ways(port))
			if p.Answers() {
				p.Answer = ask(ctx, p.Entrance.Doors, url)
				if p.Answer.OfNobody() { // whoever may not read them gets the other reasons
					_ = read(ctx, c, &p.Policies, page(c.netpols.NetworkPolicies(p.Ref.Namespace).List), metav1.ListOptions{})
				}
			}
		})
	}
	all.Wait()
}

// read lists one kind. Of a kind that the server does not know there is nothing.
func read[T any](ctx context.Context, c *Client, into *plan.Read[T], list pager.ListPageFunc, opts metav1.ListOptions) error {
	err := pager.New(list).EachListItem(ctx, opts, func(item runtime.Object) error {
		switch o := any(item).(type) {
		case T: // Istio's, which cannot be copied
			into.Items = append(into.Items, o)
		case *T:
			into.Items = append(into.Items, *o)
		}
		return nil
	})
	return c.settle(err, &into.Denied)
}

// readOne reads one object. Where there is none, there is nothing.
func readOne[T any](ctx context.Context, c *Client, into *plan.Read[T], get func(context.Context, string, metav1.GetOptions) (*T, error), name string) error {
	o, err := get(ctx, name, metav1.GetOptions{})
	if err == nil {
		into.Items = []T{*o}
	}
	return c.settle(err, &into.Denied)
}

// settle makes a refusal a finding, and something that is not there nothing.
func (c *Client) settle(err error, denied **plan.Denied) error {
	if *denied = deniedOf(err); *denied != nil || apierrors.IsNotFound(err) {
		return nil
	}
	return c.Explain(err)
}

// deniedOf is the right whose lack an error tells of; nil for any other error.
func deniedOf(err error) *plan.Denied {
	var status apierrors.APIStatus
	if !apierrors.IsForbidden(err) || !errors.As(err, &status) {
		return nil
	}
	m := refusal.FindStringSubmatch(status.Status().Message)
	if m == nil {
		return &plan.Denied{Resource: "some objects"}
	}
	return &plan.Denied{User: unescaped(m[1]), Resource: cmp.Or(strings.Split(m[3], "/")[0], "some objects"), Namespace: m[4]}
}
