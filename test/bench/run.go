package main

import (
	"bytes"
	"context"
	"fmt"
	"os/exec"
	"strings"
	"time"

	"github.com/kubectl-rio/kubectl-rio/test/traffic"
)

// run measures how long it takes until a service that is new answers through the gateway: made
// by run, and by kubectl apply of what run would write.
func (b *bench) run(ctx context.Context) error {
	const runs = 10
	var ours, theirs []float64
	for i := range runs + 1 { // the first of each fills caches, and does not count
		for peer, measured := range map[bool]*[]float64{false: &ours, true: &theirs} {
			took, err := b.answers(ctx, fmt.Sprintf("first%d-%t", i, peer), peer)
			if err != nil {
				return err
			}
			if i > 0 {
				*measured = append(*measured, milliseconds(took))
			}
		}
	}
	b.add(row{What: "P6 run, until it answers", Unit: "ms", Ours: figuresOf(ours), Peer: "kubectl apply", Their: figuresOf(theirs), Limit: 1.1})
	return nil
}

// answers makes a service, with kubectl apply or with run, waits for its first answer and removes it.
func (b *bench) answers(ctx context.Context, name string, apply bool) (time.Duration, error) {
	run := []string{"run", "--name", name, "-p", "80/http"}
	cmd := b.command(ctx, b.rio, append(run, "nginx")...)
	if apply {
		objects, err := b.command(ctx, b.rio, append(run, "--dry-run=client", "-o", "yaml", "nginx")...).Output()
		if err != nil {
			return 0, fmt.Errorf("kubectl rio run --dry-run=client: %w", err)
		}
		cmd = b.command(ctx, b.kubectl, "apply", "-f", "-")
		cmd.Stdin = bytes.NewReader(objects)
	}
	begin := time.Now()
	ended := inBackground(cmd)
	if err := traffic.Await(ctx, b.gateway.Addr, strings.Join([]string{name, b.Namespace, b.gateway.Domain}, "."), time.Minute); err != nil {
		return 0, err
	}
	took := time.Since(begin)
	if err := <-ended; err != nil {
		return 0, err
	}
	_, err := b.Run(ctx, "rio", "rm", name)
	return took, err
}

// inBackground runs a program, and says at its end what it complained of.
func inBackground(cmd *exec.Cmd) <-chan error {
	ended := make(chan error, 1)
	go func() {
		out, err := cmd.CombinedOutput()
		if err != nil {
			err = fmt.Errorf("%s: %w: %s", cmd, err, out)
		}
		ended <- err
	}()
	return ended
}
