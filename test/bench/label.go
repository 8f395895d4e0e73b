package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"time"

	"k8s.io/client-go/kubernetes"

	"github.com/kubectl-rio/kubectl-rio/test/cluster/lab"
)

// labellers are what may label, and how long it may take.
var labellers = map[string]histogram{
	"the webhook": {"apiserver_admission_webhook_admission_duration_seconds", "name", "labels.rio.cattle.io", 0.005},
	"the policy":  {"apiserver_mutating_admission_policy_check_duration_seconds", "policy", "rio-labels", 0.001},
}

// label measures what it costs that Deployments are labelled, by the API server's own clock: by
// what the cluster has. The sandbox gets the webhook, and then the policy.
func (b *bench) label(ctx context.Context) (err error) {
	elsewhere := b.Namespace + "-plain"
	if _, err := b.Run(ctx, "create", "namespace", elsewhere); err != nil {
		return err
	}
	if err := b.labelled(ctx, elsewhere); err != nil || !lab.Sandbox() {
		return err
	}
	if err := b.webhookMemory(ctx); err != nil {
		return err
	}
	if err := b.setMode(ctx, "policy"); err != nil {
		return err
	}
	defer func() { err = errors.Join(err, b.setMode(context.WithoutCancel(ctx), "webhook")) }()
	return b.labelled(ctx, elsewhere)
}

func (b *bench) setMode(ctx context.Context, mode string) error {
	args := append(lab.InstallArgs(os.Getenv), "--set", "labels.mode="+mode)
	_, err := b.Run(ctx, append([]string{"rio"}, args...)...)
	return err
}

// labelled measures at the rate of the goal, and at one that leaves two cores some rest.
func (b *bench) labelled(ctx context.Context, elsewhere string) error {
	config, err := b.Config()
	if err != nil {
		return err
	}
	config.QPS = -1
	client, err := kubernetes.NewForConfig(config)
	if err != nil {
		return err
	}
	for _, perSecond := range []int{200, 500} {
		if err := b.labelledAt(ctx, client, perSecond, elsewhere); err != nil {
			return err
		}
	}
	return nil
}

// labelledAt has Deployments made without storing them, in rounds: as many in a stack, where they are
// labelled, as in a namespace that is none. Of the former the API server says how long it took.
func (b *bench) labelledAt(ctx context.Context, client kubernetes.Interface, perSecond int, elsewhere string) error {
	const rounds = 5
	perRound := 3 * perSecond
	var ours, theirs []float64
	var asked time.Duration
	over := map[string][]float64{}
	for i := range rounds + 1 { // the first opens connections, and does not count
		before, err := b.counts(ctx)
		if err != nil {
			return err
		}
		begin := time.Now()
		mine, err := makeDeployments(ctx, client, b.Namespace, perSecond, perRound)
		if err != nil {
			return err
		}
		took := time.Since(begin)
		after, err := b.counts(ctx)
		if err != nil {
			return err
		}
		plain, err := makeDeployments(ctx, client, elsewhere, perSecond, perRound)
		if err != nil {
			return err
		}
		if i == 0 {
			continue
		}
		for by := range labellers {
			if c := after[by].since(before[by]); c.all >= uint64(perRound) {
				over[by] = append(over[by], c.over())
			}
		}
		asked, ours, theirs = asked+took, append(ours, mine...), append(theirs, plain...)
	}
	for by, shares := range over {
		if len(shares) < rounds {
			return fmt.Errorf("%s looked at all Deployments of %d of %d rounds alone", by, len(shares), rounds)
		}
		most := time.Duration(labellers[by].seconds * float64(time.Second))
		what := fmt.Sprintf("P5 labelled by %s, %.0f a second", by, float64(rounds*perRound)/asked.Seconds())
		b.add(row{What: what + fmt.Sprintf(", over %v", most), Unit: "%", Ours: figuresOf(shares), Limit: 1})
		b.add(row{What: what + ", a Deployment made", Unit: "ms", Ours: figuresOf(ours), Peer: "in no stack", Their: figuresOf(theirs)})
	}
	if len(over) == 0 {
		fmt.Fprintln(os.Stderr, "bench: nothing labels Deployments here, so that is not measured")
	}
	return nil
}

// counts are what each labeller has looked at until now.
func (b *bench) counts(ctx context.Context) (map[string]counted, error) {
	metrics, err := b.Run(ctx, "get", "--raw", "/metrics")
	if err != nil {
		return nil, err
	}
	now := map[string]counted{}
	for by, h := range labellers {
		if now[by], err = h.read(metrics); err != nil {
			return nil, err
		}
	}
	return now, nil
}
