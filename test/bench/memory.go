package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
)

// webhookMemory is what each of the webhook's pods has in memory after that, as its kubelet says,
// https://kubernetes.io/docs/reference/instrumentation/node-metrics/
func (b *bench) webhookMemory(ctx context.Context) error {
	nodes, err := b.Run(ctx, "get", "pods", "-n", "rio-system", "-l", "app=rio-webhook", "-o", `jsonpath={range .items[*]}{.spec.nodeName}{"\n"}{end}`)
	if err != nil {
		return err
	}
	var used []float64
	for _, node := range slices.Compact(slices.Sorted(strings.FieldsSeq(nodes))) {
		said, err := b.Run(ctx, "get", "--raw", "/api/v1/nodes/"+node+"/proxy/stats/summary")
		if err != nil {
			return err
		}
		here, err := readWebhookMemory(said)
		if err != nil {
			return err
		}
		used = append(used, here...)
	}
	if len(used) == 0 {
		return errors.New("no kubelet says what the webhook's pods have in memory")
	}
	b.add(row{What: "P5 the webhook's memory", Unit: "MiB", Ours: figuresOf(used), Limit: 30, Worst: true})
	return nil
}

func readWebhookMemory(summary string) (used []float64, err error) {
	var s struct {
		Pods []struct {
			PodRef     struct{ Name, Namespace string }
			Containers []struct {
				Memory struct{ WorkingSetBytes float64 }
			}
		}
	}
	if err := json.Unmarshal([]byte(summary), &s); err != nil {
		return nil, fmt.Errorf("read a kubelet's summary: %w", err)
	}
	for _, pod := range s.Pods {
		if pod.PodRef.Namespace != "rio-system" || !strings.HasPrefix(pod.PodRef.Name, "rio-webhook-") {
			continue
		}
		for _, c := range pod.Containers {
			used = append(used, c.Memory.WorkingSetBytes/(1<<20))
		}
	}
	return used, nil
}
