package lab

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os/exec"
	"regexp"
	"strings"
)

// Gateway is the way to published services from this machine.
type Gateway struct {
	Addr   string // IP:PORT on the loopback
	Domain string // published hosts are SERVICE.STACK.Domain
	Close  func()
}

// OpenGateway finds the gateway that kubectl rio install made. Where its load balancer
// is not this machine, a port of the loopback is forwarded to it until Close.
func OpenGateway(ctx context.Context, k Kubectl) (*Gateway, error) {
	domain, err := k.Run(ctx, "get", "configmap", "rio", "-n", "rio-defaults", "-o", "jsonpath={.data.domain}")
	if err != nil {
		return nil, fmt.Errorf("find the domain: %w; is rio installed? kubectl rio install", err)
	}
	address, err := k.Run(ctx, "get", "service", "rio-lb", "-n", "rio-system", "-o",
		"jsonpath={.status.loadBalancer.ingress[0].ip}{.status.loadBalancer.ingress[0].hostname}")
	if err != nil {
		return nil, err
	}
	g := &Gateway{Addr: "127.0.0.1:80", Domain: domain, Close: func() {}}
	switch {
	case address == "localhost":
		address = "127.0.0.1"
	case address != "127.0.0.1":
		if g.Addr, g.Close, err = Forward(ctx, k, "service/rio-lb", 80); err != nil {
			return nil, err
		}
	}
	if g.Domain == "" && address == "" {
		g.Close()
		return nil, errors.New("service rio-system/rio-lb has no address and no domain is set: kubectl rio install --domain DOMAIN")
	}
	if g.Domain == "" {
		g.Domain = domainOf(address)
	}
	return g, nil
}

var isIP = regexp.MustCompile(`^[0-9.]+$|:`)

func domainOf(address string) string {
	if isIP.MatchString(address) {
		return strings.ReplaceAll(address, ":", "-") + ".nip.io"
	}
	return address
}

var forwarding = regexp.MustCompile(`^Forwarding from (127\.0\.0\.1:\d+) `)

// Forward has kubectl port-forward listen on the loopback for a port of something in rio-system
// (service/NAME, pod/NAME), until closed is called, and gives the IP:PORT.
func Forward(ctx context.Context, k Kubectl, to string, port int) (addr string, closed func(), err error) {
	cmd := k.Command(ctx, "kubectl", "port-forward", "-n", "rio-system", to, fmt.Sprintf(":%d", port), "--address=127.0.0.1")
	out, err := cmd.StdoutPipe()
	if err != nil {
		return "", nil, err
	}
	if err := cmd.Start(); err != nil {
		return "", nil, err
	}
	lines := bufio.NewScanner(out)
	for lines.Scan() {
		if m := forwarding.FindStringSubmatch(lines.Text()); m != nil {
			go func() { _, _ = io.Copy(io.Discard, out) }()
			return m[1], func() { end(cmd) }, nil
		}
	}
	end(cmd)
	return "", nil, fmt.Errorf("kubectl port-forward to rio-system/%s ended before it listened", to)
}

func end(cmd *exec.Cmd) {
	_ = cmd.Process.Kill()
	_ = cmd.Wait()
}
