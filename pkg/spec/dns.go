package spec

import (
	"fmt"
	"net/netip"
	"slices"
	"strings"
	"unicode"

	corev1 "k8s.io/api/core/v1"
)

// How many the kubelet writes into a pod's resolv.conf, those that are there already first. What is
// more it drops: https://kubernetes.io/docs/concepts/services-networking/dns-pod-service/#pod-dns-config
const (
	maxNameServers = 3
	maxSearches    = 32
)

// ownSearches are the cluster's: STACK.svc.DOMAIN, svc.DOMAIN and DOMAIN.
const ownSearches = 3

// overlayDNS writes who is asked for names. Addresses come after the cluster's own server,
// without which no service would be found; "host" takes the node's in its place.
func (p Pod) overlayDNS(s *corev1.PodSpec) error {
	if p.DNS == nil && p.DNSOptions == nil && p.DNSSearch == nil {
		return nil
	}
	if err := p.checkRoom(); err != nil {
		return err
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
	}
	if p.DNSSearch != nil {
		c.Searches = slices.Clone(p.DNSSearch)
	}
	if p.DNSOptions != nil {
		c.Options = nil
		for _, option := range p.DNSOptions {
			if err := CheckDNSOption(option); err != nil {
				return fmt.Errorf("invalid dns option %q: %w", option, err)
			}
			name, value, valued := strings.Cut(option, ":")
			o := corev1.PodDNSConfigOption{Name: name}
			if valued {
				o.Value = &value
			}
			c.Options = append(c.Options, o)
		}
	}
	own := ownSearches
	if s.DNSPolicy == corev1.DNSDefault {
		own = 0 // the node's, which nobody knows here
	}
	if err := checkSearches(len(c.Searches), own); err != nil {
		return err
	}
	if s.DNSConfig = c; len(c.Nameservers)+len(c.Options)+len(c.Searches) == 0 {
		s.DNSConfig = nil
	}
	return nil
}

// checkRoom refuses more servers and domains than there is room for in any pod, of which one place is
// the cluster's server or the node's.
func (p Pod) checkRoom() error {
	if slices.Contains(p.DNS, wordHost) && slices.Contains(p.DNS, wordCluster) {
		return fmt.Errorf("invalid dns %q: host asks the node's servers in place of the cluster's; leave out host or cluster", p.DNS)
	}
	addresses := 0
	for _, server := range p.DNS {
		if server != wordHost && server != wordCluster {
			addresses++
		}
	}
	if addresses >= maxNameServers {
		return fmt.Errorf("invalid dns %q: %d addresses, and a pod asks %d servers, the first of which is the cluster's (or with host the node's), so that the rest is dropped; take some out", p.DNS, addresses, maxNameServers)
	}
	own := ownSearches
	if p.DNS == nil || slices.Contains(p.DNS, wordHost) {
		own = 0 // of which the pod's own template says more
	}
	return checkSearches(len(p.DNSSearch), own)
}

func checkSearches(n, own int) error {
	switch {
	case n <= maxSearches-own:
		return nil
	case own == 0:
		return fmt.Errorf("invalid dns search: %d domains, and a pod searches %d, so that the rest is dropped; take some out", n, maxSearches)
	}
	return fmt.Errorf("invalid dns search: %d domains, and a pod searches %d, of which %d are the cluster's, so that the rest is dropped; take some out", n, maxSearches, own)
}

// CheckDNS refuses what is neither an address nor one of the two words.
func CheckDNS(server string) error {
	if _, err := netip.ParseAddr(server); err != nil && server != wordHost && server != wordCluster {
		return fmt.Errorf("want the address of a name server, host (the node's) or cluster")
	}
	return nil
}

// CheckDNSOption refuses what would be several options, or none, in resolv.conf.
func CheckDNSOption(option string) error {
	if name, _, _ := strings.Cut(option, ":"); name == "" || strings.ContainsFunc(option, unicode.IsSpace) {
		return fmt.Errorf("want one option of resolv.conf, NAME or NAME:VALUE, for example ndots:2; give each of several by itself")
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
