package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"os/exec"
	"strings"
	"time"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
)

// weight measures how long a shift of the traffic takes until every gateway serves it, written by
// weight and by kubectl apply of the same VirtualService, and when weight returns: not before, and
// not long after.
func (b *bench) weight(ctx context.Context) error {
	const runs = 50
	for _, args := range [][]string{
		{"run", "--name", "shifted", "-p", "80/http", "nginx"},
		{"stage", "--image", "httpd", "--weight", "10%", "shifted:v2"},
	} {
		if _, err := b.Run(ctx, append([]string{"rio"}, args...)...); err != nil {
			return err
		}
	}
	g, err := openGateways(ctx, b.Kubectl, strings.Join([]string{"shifted", b.Namespace, b.gateway.Domain}, "."))
	if err != nil {
		return err
	}
	defer g.close()
	var ours, theirs, late []float64
	early := 0
	for i := range runs + 1 { // the first of each fills caches, and does not count
		mine, his := 20+i%20, 60+i%20
		s, err := g.shift(ctx, b.command(ctx, b.rio, "weight", fmt.Sprintf("shifted:v2=%d", mine)), mine)
		if err != nil {
			return err
		}
		apply, err := b.applyWeight(ctx, his)
		if err != nil {
			return err
		}
		peer, err := g.shift(ctx, apply, his)
		if err != nil {
			return err
		}
		if i == 0 {
			continue
		}
		ours, theirs = append(ours, milliseconds(s.served)), append(theirs, milliseconds(peer.served))
		late = append(late, milliseconds(max(0, s.returned-s.served)))
		if s.early {
			early++
		}
	}
	b.add(row{What: "P4 weight, until the gateways serve it", Unit: "ms", Ours: figuresOf(ours), Peer: "kubectl apply", Their: figuresOf(theirs), Limit: 1})
	b.add(row{What: "P4 weight returns after that", Unit: "ms", Ours: figuresOf(late), Limit: 100, Worst: true})
	b.add(row{What: fmt.Sprintf("P4 weight returned before that, of %d", runs), Ours: figuresOf([]float64{float64(early)}), Worst: true})
	_, err = b.Run(ctx, "rio", "rm", "shifted")
	return err
}

// applyWeight prepares kubectl apply of the VirtualService as it is but for v2's share, in our name:
// then nothing of it is another's.
func (b *bench) applyWeight(ctx context.Context, share int) (*exec.Cmd, error) {
	raw, err := b.Run(ctx, "get", "virtualservice", "shifted", "-o", "json")
	if err != nil {
		return nil, err
	}
	var vs unstructured.Unstructured
	if err := json.Unmarshal([]byte(raw), &vs.Object); err != nil {
		return nil, err
	}
	vs.SetManagedFields(nil)
	vs.SetResourceVersion("")
	routes, _, err := unstructured.NestedSlice(vs.Object, "spec", "http")
	if err != nil {
		return nil, err
	}
	for _, r := range routes {
		for _, d := range r.(map[string]any)["route"].([]any) {
			to := d.(map[string]any)
			subset, _, err := unstructured.NestedString(to, "destination", "subset")
			if err != nil {
				return nil, err
			}
			to["weight"] = int64(100 - share)
			if subset == "v2" {
				to["weight"] = int64(share)
			}
		}
	}
	if err := unstructured.SetNestedSlice(vs.Object, routes, "spec", "http"); err != nil {
		return nil, err
	}
	content, err := json.Marshal(vs.Object)
	if err != nil {
		return nil, err
	}
	cmd := b.command(ctx, b.kubectl, "apply", "--server-side", "--field-manager=kubectl-rio", "-f", "-")
	cmd.Stdin = bytes.NewReader(content)
	return cmd, nil
}

// shift is what became of a command that changes the traffic, since it began.
type shift struct {
	served   time.Duration // every gateway has it
	returned time.Duration
	early    bool // a gateway that was asked after it returned had it not
}

func (g *gateways) shift(ctx context.Context, cmd *exec.Cmd, share int) (s shift, err error) {
	begin := time.Now()
	type end struct {
		err error
		at  time.Time
	}
	ended := make(chan end, 1)
	go func() {
		err := <-inBackground(cmd)
		ended <- end{err, time.Now()}
	}()
	ctx, cancel := context.WithTimeout(ctx, 30*time.Second)
	defer cancel()
	var asked time.Time // the last time that one had it not
	for {
		at := time.Now()
		all, err := g.serve(ctx, share)
		if err != nil {
			return s, err
		}
		if all {
			break
		}
		asked = at
		time.Sleep(3 * time.Millisecond)
	}
	s.served = time.Since(begin)
	e := <-ended
	s.returned, s.early = e.at.Sub(begin), asked.After(e.at)
	return s, e.err
}
