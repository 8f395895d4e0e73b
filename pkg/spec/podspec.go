package spec

import (
	"fmt"
	"net/netip"
	"slices"
	"strings"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/util/validation"
)

// preStopSeconds is how long a pod still serves after it was told to stop, so that gateways
// and sidecars have stopped sending to it first. They learn it in well under a second; the
// rest is for slow ones. The sleep action needs no shell:
// https://kubernetes.io/docs/concepts/containers/container-lifecycle-hooks/
const preStopSeconds = 5

// drainSeconds is how long a sidecar finishes what it has begun (Istio's default); the pod
// must not be killed before.
const drainSeconds = 5

// New is a pod that serves on until nobody sends to it any more, and that has no token for
// the API server. Nor has it variables for the services around it, which Kubernetes has by
// default: beside a service redis REDIS_PORT would be tcp://10.96.0.7:6379, and programs that
// read their own REDIS_PORT fail.
func New(service string) corev1.PodTemplateSpec {
	return corev1.PodTemplateSpec{Spec: corev1.PodSpec{
		AutomountServiceAccountToken: new(false),
		EnableServiceLinks:           new(false),
		Containers:                   []corev1.Container{newContainer(service)},
	}}
}

func newContainer(name string) corev1.Container {
	return corev1.Container{
		Name:      name,
		Lifecycle: &corev1.Lifecycle{PreStop: &corev1.LifecycleHandler{Sleep: &corev1.SleepAction{Seconds: preStopSeconds}}},
	}
}

// The words of net, ipc and pid, of dns, and of restart.
const (
	wordHost    = "host"
	wordDefault = "default"
	wordCluster = "cluster"
	wordAlways  = "always"
)

func (p Pod) overlay(s *corev1.PodSpec) error {
	if p.Hostname != "" {
		if err := CheckHostname(p.Hostname); err != nil {
			return fmt.Errorf("invalid hostname %q: %w", p.Hostname, err)
		}
		s.Hostname = p.Hostname
	}
	if err := CheckRestart(p.Restart); err != nil {
		return fmt.Errorf("invalid restart %q: %w", p.Restart, err)
	}
	for _, n := range []struct {
		field, word string
		to          *bool
	}{{"net", p.Net, &s.HostNetwork}, {"ipc", p.IPC, &s.HostIPC}, {"pid", p.PID, &s.HostPID}} {
		if err := CheckHost(n.word); err != nil {
			return fmt.Errorf("invalid %s %q: %w", n.field, n.word, err)
		}
		if n.word != "" {
			*n.to = n.word == wordHost
		}
	}
	if p.StopGracePeriod != nil {
		s.TerminationGracePeriodSeconds = new(preStopSeconds + max(*p.StopGracePeriod, drainSeconds))
	}
	if p.GroupAdd != nil {
		groups, err := groupIDs(p.GroupAdd)
		if err != nil {
			return fmt.Errorf("invalid group in %q: %w", p.GroupAdd, err)
		}
		security(s).SupplementalGroups = groups
	}
	if p.ImagePullSecrets != nil {
		s.ImagePullSecrets = nil
		for _, name := range p.ImagePullSecrets {
			s.ImagePullSecrets = append(s.ImagePullSecrets, corev1.LocalObjectReference{Name: name})
		}
	}
	if err := p.overlayDNS(s); err != nil {
		return err
	}
	if err := p.overlayHosts(s); err != nil {
		return err
	}
	return p.Scheduling.overlay(s)
}

func podFrom(s corev1.PodSpec) Pod {
	p := Pod{Hostname: s.Hostname, Net: hostWord(s.HostNetwork), IPC: hostWord(s.HostIPC), PID: hostWord(s.HostPID), Scheduling: schedulingFrom(s)}
	// What the server sets by itself is not what somebody asked for.
	if g := s.TerminationGracePeriodSeconds; g != nil && *g != corev1.DefaultTerminationGracePeriodSeconds && *g > preStopSeconds {
		p.StopGracePeriod = new(*g - preStopSeconds)
	}
	if s.SecurityContext != nil {
		for _, id := range s.SecurityContext.SupplementalGroups {
			p.GroupAdd = append(p.GroupAdd, fmt.Sprint(id))
		}
	}
	for _, secret := range s.ImagePullSecrets {
		p.ImagePullSecrets = append(p.ImagePullSecrets, secret.Name)
	}
	p.dnsFrom(s)
	for _, alias := range s.HostAliases {
		for _, name := range alias.Hostnames {
			p.ExtraHosts = append(p.ExtraHosts, name+":"+alias.IP)
		}
	}
	return p
}

func hostWord(on bool) string {
	if on {
		return wordHost
	}
	return ""
}

// CheckHostname refuses what is no name that a pod may have for itself.
func CheckHostname(name string) error {
	errs := validation.IsDNS1123Label(name)
	switch first, _, dotted := strings.Cut(name, "."); {
	case len(errs) == 0:
		return nil
	case dotted && len(validation.IsDNS1123Label(first)) == 0:
		return fmt.Errorf("the name that a pod has for itself has no dots; want for example %q", first)
	}
	return fmt.Errorf("%s", errs[0])
}

// CheckHost is for net, ipc and pid: the node's own, or a pod's own as by default.
func CheckHost(word string) error {
	if !slices.Contains([]string{"", wordHost, wordDefault}, word) {
		return fmt.Errorf("a pod has its own or the node's; want host or default")
	}
	return nil
}

// CheckRestart refuses what a service cannot be.
func CheckRestart(word string) error {
	if !slices.Contains([]string{"", wordAlways, "unless-stopped"}, word) {
		return fmt.Errorf("the containers of a service are always restarted by Kubernetes, and stopped by scale 0; what is to end is a job: kubectl create job")
	}
	return nil
}

func security(s *corev1.PodSpec) *corev1.PodSecurityContext {
	if s.SecurityContext == nil {
		s.SecurityContext = &corev1.PodSecurityContext{}
	}
	return s.SecurityContext
}

// overlayHosts writes entries of /etc/hosts, those of one address together: addresses are
// the keys of the list.
func (p Pod) overlayHosts(s *corev1.PodSpec) error {
	if p.ExtraHosts == nil {
		return nil
	}
	s.HostAliases = nil
	for _, entry := range p.ExtraHosts {
		name, ip, err := parseExtraHost(entry)
		if err != nil {
			return fmt.Errorf("invalid extra host %q: %w", entry, err)
		}
		i := slices.IndexFunc(s.HostAliases, func(a corev1.HostAlias) bool { return a.IP == ip })
		if i < 0 {
			s.HostAliases, i = append(s.HostAliases, corev1.HostAlias{IP: ip}), len(s.HostAliases)
		}
		s.HostAliases[i].Hostnames = append(s.HostAliases[i].Hostnames, name)
	}
	return nil
}

// CheckExtraHost refuses what is no entry of /etc/hosts.
func CheckExtraHost(entry string) error {
	_, _, err := parseExtraHost(entry)
	return err
}

// parseExtraHost reads HOST:IP, and docker-compose's HOST=IP and HOST:[IP].
func parseExtraHost(entry string) (name, ip string, err error) {
	name, ip = entry, ""
	if i := strings.IndexAny(entry, ":="); i >= 0 {
		name, ip = entry[:i], entry[i+1:]
	}
	if inside, ok := strings.CutPrefix(ip, "["); ok && strings.HasSuffix(inside, "]") {
		ip = strings.TrimSuffix(inside, "]")
	}
	if errs := validation.IsDNS1123Subdomain(name); len(errs) > 0 {
		return "", "", fmt.Errorf("%q is not a host name; want HOST:IP, for example db:10.0.0.5", name)
	}
	if ip == "host-gateway" {
		return "", "", fmt.Errorf("no docker host is behind a pod; name the address in place of %q, or call a service by its name", ip)
	}
	if _, err := netip.ParseAddr(ip); err != nil {
		return "", "", fmt.Errorf("%q is not an address; want HOST:IP, for example db:10.0.0.5", ip)
	}
	return name, ip, nil
}
