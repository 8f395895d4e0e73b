package main

import (
	"context"
	"encoding/json"
	"fmt"
	"log"
	"net/http"
	"net/url"
	"time"
)

// service is what the load balancer must know of a Service.
type service struct {
	Metadata struct {
		Namespace string `json:"namespace"`
		Name      string `json:"name"`
	} `json:"metadata"`
	Spec struct {
		Type  string `json:"type"`
		Class string `json:"loadBalancerClass"` // for another load balancer, which this machine has not
	} `json:"spec"`
	Status struct {
		LoadBalancer struct {
			Ingress []struct{} `json:"ingress"`
		} `json:"loadBalancer"`
	} `json:"status"`
}

func (s service) wantsAddress() bool {
	return s.Spec.Type == "LoadBalancer" && s.Spec.Class == "" && len(s.Status.LoadBalancer.Ingress) == 0
}

// addressPatch makes 127.0.0.1 a load balancer's address. Its mode says that
// something before the node (here: hostPorts) carries the traffic, so that
// kube-proxy does not write rules for 127.0.0.1.
const addressPatch = `{"status":{"loadBalancer":{"ingress":[{"ip":"127.0.0.1","ipMode":"Proxy"}]}}}`

// runLoadBalancer stands in for a cloud's load balancer until ctx ends.
func runLoadBalancer(ctx context.Context, state string) error {
	client, err := newAPI(state)
	if err != nil {
		return err
	}
	for ctx.Err() == nil {
		if err := client.giveAddresses(ctx); err != nil && ctx.Err() == nil {
			log.Print(err)
		}
		_ = pause(ctx, time.Second)
	}
	return nil
}

// giveAddresses lists the Services once and then follows their changes, until
// the API server ends the watch.
func (a *api) giveAddresses(ctx context.Context) error {
	body, err := a.do(ctx, http.MethodGet, "/api/v1/services", "")
	if err != nil {
		return err
	}
	defer body.Close()
	var list struct {
		Metadata struct {
			ResourceVersion string `json:"resourceVersion"`
		} `json:"metadata"`
		Items []service `json:"items"`
	}
	if err := json.NewDecoder(body).Decode(&list); err != nil {
		return fmt.Errorf("list services: %w", err)
	}
	for _, service := range list.Items {
		if err := a.giveAddress(ctx, service); err != nil {
			return err
		}
	}
	watch, err := a.do(ctx, http.MethodGet, "/api/v1/services?watch=1&resourceVersion="+url.QueryEscape(list.Metadata.ResourceVersion), "")
	if err != nil {
		return err
	}
	defer watch.Close()
	for events := json.NewDecoder(watch); ; {
		var event struct {
			Type   string  `json:"type"`
			Object service `json:"object"`
		}
		if err := events.Decode(&event); err != nil {
			return fmt.Errorf("watch services: %w", err)
		}
		switch event.Type {
		case "ADDED", "MODIFIED":
			if err := a.giveAddress(ctx, event.Object); err != nil {
				return err
			}
		case "ERROR":
			return fmt.Errorf("watch services: the API server ended it; listing again")
		}
	}
}

func (a *api) giveAddress(ctx context.Context, s service) error {
	if !s.wantsAddress() {
		return nil
	}
	path := fmt.Sprintf("/api/v1/namespaces/%s/services/%s/status", s.Metadata.Namespace, s.Metadata.Name)
	body, err := a.do(ctx, http.MethodPatch, path, addressPatch)
	if err != nil {
		return err
	}
	return body.Close()
}
