package main

import (
	"context"
	"net"
	"os/exec"
	"strings"
	"time"
)

// removeVeths waits for the kernel to take away the links of network namespaces
// that are gone, and deletes those that stay. The CNI plugin gives each the
// first address of the pods' network: so they are known from others' links.
func removeVeths(ctx context.Context, podNet string) error {
	gateway := strings.Replace(podNet, ".0/24", ".1", 1)
	for deadline := time.Now().Add(2 * time.Second); ; {
		links, err := linksWith(gateway)
		if err != nil || len(links) == 0 {
			return err
		}
		if time.Now().After(deadline) {
			for _, link := range links {
				if _, err := output(exec.CommandContext(ctx, "ip", "link", "delete", link)); err != nil {
					return err
				}
			}
			return nil
		}
		if err := pause(ctx, 50*time.Millisecond); err != nil {
			return err
		}
	}
}

func linksWith(address string) ([]string, error) {
	interfaces, err := net.Interfaces()
	if err != nil {
		return nil, err
	}
	var links []string
	for _, link := range interfaces {
		addresses, _ := link.Addrs() // it may have gone in between
		for _, a := range addresses {
			if network, ok := a.(*net.IPNet); ok && network.IP.String() == address && strings.HasPrefix(link.Name, "veth") {
				links = append(links, link.Name)
			}
		}
	}
	return links, nil
}
