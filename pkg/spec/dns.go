package spec

import (
	"fmt"
	"net/netip"
	"slices"
	"strings"

	corev1 "k8s.io/api/core/v1"
)

// maxNameServers is how many the API server takes in a pod,
// https://kubernetes.io/docs/concepts/services-networking/dns-pod-service/#pod-dns-config
const maxNameServers = 3

// overlayDNS writes who is asked for names. Addresses come after the cluster's own server,
// without which no service would be found; "host" takes the node's in its place.
func (p Pod) overlayDNS(s *corev1.PodSpec) error {
	if p.DNS == nil && p.DNSOptions == nil && p.DNSSearch == nil {
		return nil
	}
	c := s.DNSConfig
	if c == nil {
		c = &corev1.PodDNSConfig{}
	}
	if p.DNS != nil {
		s.DNSPolicy, c.Nameservers = "", nil
		for _, server := range p.DNS {
			if err := CheckDNS(server); err != nil {
				return fmt.Errorf("invalid dns %q: %w", server, err)
			}
			switch {
			case server == wordHost:
				s.DNSPolicy = corev1.DNSDefault
			case server == wordCluster && s.HostNetwork:
				s.DNSPolicy = corev1.DNSClusterFirstWithHostNet
			case server != wordCluster:
				c.Nameservers = append(c.Nameservers, server)
			}
		}
		if n := len(c.Nameservers); n > maxNameServers {
			return fmt.Errorf("invalid dns %q: %d addresses, and Kubernetes takes at most %d; take some out", p.DNS, n, maxNameServers)
		}
	}
	if p.DNSSearch != nil {
		c.Searches = slices.Clone(p.DNSSearch)
	}
	if p.DNSOptions != nil {
		c.Options = nil
		for _, option := range p.DNSOptions {
			name, value, valued := strings.Cut(option, ":")
			o := corev1.PodDNSConfigOption{Name: name}
			if valued {
				o.Value = &value
			}
			c.Options = append(c.Options, o)
		}
	}
	if s.DNSConfig = c; len(c.Nameservers)+len(c.Options)+len(c.Searches) == 0 {
		s.DNSConfig = nil
	}
	return nil
}

// CheckDNS refuses what is neither an address nor one of the two words.
func CheckDNS(server string) error {
	if _, err := netip.ParseAddr(server); err != nil && server != wordHost && server != wordCluster {
		return fmt.Errorf("want the address of a name server, host (the node's) or cluster")
	}
	return nil
}

func (p *Pod) dnsFrom(s corev1.PodSpec) {
	switch s.DNSPolicy {
	case corev1.DNSDefault:
		p.DNS = []string{wordHost}
	case corev1.DNSClusterFirstWithHostNet:
		p.DNS = []string{wordCluster}
	}
	if s.DNSConfig == nil {
		return
	}
	p.DNS = append(p.DNS, s.DNSConfig.Nameservers...)
	p.DNSSearch = slices.Clone(s.DNSConfig.Searches)
	for _, o := range s.DNSConfig.Options {
		text := o.Name
		if o.Value != nil {
			text += ":" + *o.Value
		}
		p.DNSOptions = append(p.DNSOptions, text)
	}
}
