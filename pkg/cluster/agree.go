package cluster

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"
	"time"

	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/apimachinery/pkg/util/wait"

	"github.com/kubectl-rio/kubectl-rio/pkg/manifest"
	"github.com/kubectl-rio/kubectl-rio/pkg/rio"
)

// askEvery is the pause between two questions to one proxy; Envoy has nothing to watch.
const askEvery = 20 * time.Millisecond

// question is put to one proxy, again and again.
type question func(context.Context, *envoy) (bool, error)

// patience is how long one proxy is asked before all is looked at anew: it may be on its
// way out, or what it was asked for may be past. It grows, up to mostPatience, for one that has
// not answered at all in that time: the way may be slow, or the answer long.
const (
	patience     = 3 * time.Second
	mostPatience = time.Minute
)

// subject is what gateways are asked about.
type subject struct {
	kind, name string
	gateway    string                      // empty: it is on none
	wanted     func(context.Context) error // that somebody has written something else since, which will never be served as this; nil where nothing was written
}

func (c *Client) subjectOf(s rio.Service) subject {
	return subject{"service", s.Name, s.AtGateway(), func(ctx context.Context) error { return c.stillWanted(ctx, s) }}
}

// confirm asks every ready gateway pod until all say yes, also those that came meanwhile.
// What is not published, or cannot be asked, is given time instead, and the answer says so.
func (c *Client) confirm(ctx context.Context, s subject, what string, ask func(context.Context) (question, error)) (Confirmation, error) {
	if s.gateway == "" {
		return c.confirmBlind(ctx, ask, fmt.Sprintf("the %s is not on the gateway, and sidecars are not asked", s.kind))
	}
	list := whileWanted(s.wanted, func(ctx context.Context) ([]corev1.Pod, error) {
		pods, err := c.gatewayPods(ctx, s.gateway)
		if err == nil && len(pods) == 0 {
			err = fmt.Errorf("gateway %q has no ready pod; see: kubectl get pods -n %s", s.gateway, strings.Split(s.gateway, "/")[0])
		}
		return pods, err
	})
	done, err := c.agree(ctx, list, fmt.Sprintf("%s of %q", what, s.name), "gateways", ask)
	if why := unaskable(err, "the gateway's pods"); why != "" {
		return c.confirmBlind(ctx, ask, why)
	}
	return done, err
}

// confirmBlind gives time where no gateway can be asked. What is to be asked is found out all the same: it
// may be that there is nothing to give time for, as no pod is ready.
func (c *Client) confirmBlind(ctx context.Context, ask func(context.Context) (question, error), why string) (Confirmation, error) {
	for {
		switch _, err := ask(ctx); {
		case err == nil, isForbidden(err):
			return c.waitBlind(ctx, why)
		case !IsPassing(err) || Sleep(ctx, time.Second) != nil:
			return Confirmation{}, err
		}
	}
}

// whileWanted lists pods, and where it takes long looks first whether there is anything left to wait for.
func whileWanted(wanted func(context.Context) error, list func(context.Context) ([]corev1.Pod, error)) func(context.Context) ([]corev1.Pod, error) {
	looks := 0
	return func(ctx context.Context) ([]corev1.Pod, error) {
		if looks++; looks > 2 && wanted != nil {
			if err := wanted(ctx); err != nil {
				return nil, err
			}
		}
		return list(ctx)
	}
}

// agree asks pods until all of those that are listed have said yes. Errors that time does not
// mend end it.
func (c *Client) agree(ctx context.Context, list func(context.Context) ([]corev1.Pod, error), what, who string, ask func(context.Context) (question, error)) (Confirmation, error) {
	agreed := map[types.UID]bool{}
	var done Confirmation
	var last error // why it is not done yet
	start, within := time.Now(), patience
	rounds := wait.Backoff{Duration: askEvery, Factor: 2, Steps: 7, Cap: time.Second}.DelayFunc() // a round that fails at once is not soon repeated
	err := rounds.Until(ctx, true, false, func(ctx context.Context) (bool, error) {
		pods, err := list(ctx)
		if err != nil {
			last = err
			return false, ignoreTransient(err)
		}
		done.Asked = len(pods)
		pods = slices.DeleteFunc(pods, func(p corev1.Pod) bool { return agreed[p.UID] })
		if len(pods) == 0 {
			return true, nil
		}
		silent, why, err := c.askAll(ctx, pods, ask, agreed, within)
		if IsPassing(why) {
			last = why
			return false, nil
		}
		if why != nil {
			return false, why
		}
		if last = err; silent {
			within = min(2*within, mostPatience)
		}
		if isStreamless(last) && len(agreed) == 0 && time.Since(start) > c.streamPatience {
			return false, Mark(last, errStreamless)
		}
		return false, ignoreTransient(last)
	})
	switch {
	case err == nil:
		return done, nil
	case ctx.Err() == nil, errors.Is(ctx.Err(), context.Canceled):
		return Confirmation{}, cmp.Or(ctx.Err(), err)
	case last == nil, errors.Is(last, context.DeadlineExceeded):
		return Confirmation{}, NotReady("the %s do not all serve %s in time; see: istioctl proxy-status", who, what)
	default:
		return Confirmation{}, NotReady("the %s do not all serve %s in time: %w", who, what, last)
	}
}

// stillWanted reports that somebody has written another split of a service since, or removed it.
func (c *Client) stillWanted(ctx context.Context, s rio.Service) error {
	vs, err := c.network.virtualService(ctx, s.Namespace, s.Name)
	if apierrors.IsNotFound(err) {
		return Mark(fmt.Errorf("somebody else removed the routes of %q while they were waited for; see: kubectl rio ps -n %s", s.Name, s.Namespace), ErrOvertaken)
	}
	if err != nil {
		return err
	}
	if !maps.Equal(manifest.Weights(vs), s.Shares()) {
		return Mark(fmt.Errorf("somebody else changed the split of %q while it was waited for; see: kubectl rio weight -n %s %s", s.Name, s.Namespace, s.Name), ErrOvertaken)
	}
	return nil
}

// ErrOvertaken is why a split that was written is not what is served.
var ErrOvertaken = errors.New("overtaken")

// askAll puts a question to pods, at the same time, and notes which agree. What it is to be is found out
// while they are dialled; why says that there is none. It reports whether the time was over before one of
// them had answered anything.
func (c *Client) askAll(ctx context.Context, pods []corev1.Pod, ask func(context.Context) (question, error), agreed map[types.UID]bool, within time.Duration) (silent bool, why, err error) {
	dialling, cancel := context.WithTimeout(ctx, within)
	defer cancel()
	errs, answered := make([]error, len(pods)), make([]bool, len(pods))
	var group sync.WaitGroup
	var agrees question
	known := make(chan struct{})
	for i := range pods {
		group.Go(func() {
			e, err := c.envoyOf(dialling, &pods[i])
			if err != nil {
				errs[i] = err
				return
			}
			defer e.close()
			if <-known; why != nil {
				return
			}
			errs[i] = wait.PollUntilContextTimeout(ctx, askEvery, within, true, func(ctx context.Context) (bool, error) {
				yes, err := agrees(ctx, e)
				answered[i] = answered[i] || err == nil
				return yes, err
			})
		})
	}
	if agrees, why = ask(ctx); why != nil {
		cancel()
	}
	close(known)
	group.Wait()
	if why != nil {
		return false, why, nil
	}
	for i, err := range errs {
		if err == nil {
			agreed[pods[i].UID] = true
		}
		silent = silent || errors.Is(err, context.DeadlineExceeded) && !answered[i]
	}
	return silent, nil, errors.Join(errs...)
}

// ignoreTransient keeps the errors that time does not mend.
func ignoreTransient(err error) error {
	if err == nil || isForbidden(err) || errors.Is(err, ErrOvertaken) {
		return err
	}
	return nil
}

// mergeWindow is how long an Envoy may keep the health of an endpoint from its workers after it
// names it itself, where another change came shortly before: update_merge_window in
// https://www.envoyproxy.io/docs/envoy/latest/api-v3/config/cluster/v3/cluster.proto
const mergeWindow = time.Second

// reachWorkers gives what the gateways have confirmed the time to reach their workers, where
// pods last changed a moment ago, by the cluster's time. A timed wait was longer than that.
func (c *Client) reachWorkers(ctx context.Context, done Confirmation, changed time.Time) error {
	if done.Blind != "" || c.clock.now().Sub(changed) >= 3*mergeWindow { // changed is to the second, and Istio takes a moment, too
		return nil
	}
	return pause(ctx, mergeWindow)
}

func pause(ctx context.Context, d time.Duration) error {
	err := Sleep(ctx, d)
	if err == nil || errors.Is(err, context.Canceled) {
		return err
	}
	return NotReady("the wait of %s for the proxies is not over in time", d)
}

// Sleep ends early with its context.
func Sleep(ctx context.Context, d time.Duration) error {
	select {
	case <-time.After(d):
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
