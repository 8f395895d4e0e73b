package main

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"os"
	"strings"
	"time"

	"golang.org/x/sync/errgroup"
	"k8s.io/client-go/rest"

	"github.com/kubectl-rio/kubectl-rio/test/cluster/lab"
)

// ps measures ps -A of few and of many services, beside lists of the same kinds that nobody
// reads, and beside kubectl get. Somebody else's cluster gets few.
func (b *bench) ps(ctx context.Context) error {
	seeds, err := newSeeds(ctx, b)
	if err != nil {
		return err
	}
	many := []int{50, 500, 5000}
	if !lab.Sandbox() {
		many = many[:1]
	}
	for _, n := range many {
		fmt.Fprintf(os.Stderr, "bench: %d services of two revisions each are made\n", n)
		if err := seeds.grow(ctx, n); err != nil {
			return err
		}
		if err := b.psOf(ctx, n); err != nil {
			return err
		}
	}
	return nil
}

func (b *bench) psOf(ctx context.Context, n int) error {
	const runs = 7
	var ours, first, memory, bare, get []float64
	for i := range runs + 1 { // the first fills caches, and does not count
		ps, err := watched(b.command(ctx, b.rio, "ps", "-A"))
		if err != nil {
			return err
		}
		begin := time.Now()
		if err := b.bareLists(ctx); err != nil {
			return err
		}
		lists := time.Since(begin)
		kubectl, err := watched(b.command(ctx, b.kubectl, "get", "deployments,virtualservices,destinationrules", "-A"))
		if err != nil {
			return err
		}
		if i > 0 {
			ours, first, memory = append(ours, milliseconds(ps.took)), append(first, milliseconds(ps.first)), append(memory, ps.memory)
			bare, get = append(bare, milliseconds(lists)), append(get, milliseconds(kubectl.took))
		}
	}
	what := fmt.Sprintf("P3 ps -A, %d services", n)
	b.add(row{What: what, Unit: "ms", Ours: figuresOf(ours), Peer: "six lists, unread", Their: figuresOf(bare), Limit: 1.2})
	b.add(row{What: what, Unit: "ms", Ours: figuresOf(ours), Peer: "kubectl get", Their: figuresOf(get)})
	b.add(row{What: what + ", first row", Unit: "ms", Ours: figuresOf(first)})
	b.add(row{What: what + ", memory", Unit: "MiB", Ours: figuresOf(memory), Limit: 150})
	return nil
}

// bareLists asks for all that ps -A asks for, at once, and reads nothing of it.
func (b *bench) bareLists(ctx context.Context) error {
	config, err := b.Config()
	if err != nil {
		return err
	}
	client, err := rest.HTTPClientFor(config)
	if err != nil {
		return err
	}
	group, ctx := errgroup.WithContext(ctx)
	for _, path := range []string{
		"/apis/apps/v1/deployments", "/apis/apps/v1/statefulsets", "/apis/apps/v1/daemonsets", "/api/v1/services",
		"/apis/networking.istio.io/v1/virtualservices", "/apis/networking.istio.io/v1/destinationrules",
	} {
		group.Go(func() error {
			request, err := http.NewRequestWithContext(ctx, http.MethodGet, config.Host+path, http.NoBody)
			if err != nil {
				return err
			}
			if !strings.Contains(path, "istio.io") { // custom resources are in JSON alone
				request.Header.Set("Accept", "application/vnd.kubernetes.protobuf")
			}
			answer, err := client.Do(request)
			if err != nil {
				return err
			}
			defer answer.Body.Close()
			if answer.StatusCode != http.StatusOK {
				return fmt.Errorf("list %s: %s", path, answer.Status)
			}
			_, err = io.Copy(io.Discard, answer.Body)
			return err
		})
	}
	return group.Wait()
}
