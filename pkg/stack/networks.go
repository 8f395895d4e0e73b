package stack

import (
	"reflect"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"
)

// In docker-compose services reach each other where they share a network,
// https://docs.docker.com/reference/compose-file/networks/. In a stack each reaches every other: so
// a network that has all of them, as that which docker makes by itself, says nothing new.

// network is one of those that a file names.
type network struct {
	Driver string `json:"driver"`
	IPAM   ipam   `json:"ipam"`
}

type ipam struct {
	Driver string `json:"driver"`
}

// attachment is how a service is in a network.
type attachment struct {
	Aliases []string `json:"aliases"`
}

// attached is a service with the networks that it names.
type attached struct {
	service  string
	networks []string
	node     *yaml.Node
	path     string
}

// defaultNetwork is that of services which name none.
const defaultNetwork = "default"

const (
	givenAddresses = "Kubernetes gives pods their addresses; take the key out"
	calledByName   = givenAddresses + ", and have others call the service by its name"
)

func networkKeys() map[string]key {
	return map[string]key{
		"name": passedOver, "labels": passedOver, "attachable": passedOver, "enableIpv4": passedOver, "enableIpv6": passedOver,
		"driver": {read: readNetworkDriver}, "driverOpts": no("they are for docker's own network; take the key out"),
		"external": never("services of other stacks are reached as SERVICE.STACK"),
		"internal": never("pods reach what is outside of the cluster, unless a NetworkPolicy forbids it"),
	}
}

func attachmentKeys() map[string]key {
	return map[string]key{
		"aliases": {read: readAliases}, "priority": passedOver, "gwPriority": passedOver,
		"ipv4Address": no(calledByName), "ipv6Address": no(calledByName), "linkLocalIps": no(calledByName), "macAddress": no(givenAddresses),
	}
}

// readNetworks looks for what is asked of a network beside that there is one.
func readNetworks(d *decoder, n *yaml.Node, path string, _ reflect.Value) {
	as[map[string]network](d, n, path)
}

func readNetworkDriver(d *decoder, n *yaml.Node, path string, _ reflect.Value) {
	if driver := as[string](d, n, path); !slices.Contains([]string{"", "default", "bridge", "overlay"}, driver) {
		d.fail(n, path, "%q cannot be: a cluster has one network for all pods; take the key out", driver)
	}
}

// readAttached notes in which networks a service is.
func readAttached(d *decoder, n *yaml.Node, path string, _ reflect.Value) {
	a := attached{service: serviceIn(path), node: n, path: path}
	if n.Kind == yaml.MappingNode {
		for _, p := range d.pairs(n, path, verbatim) {
			as[attachment](d, p.value, below(path, p.key.Value))
			a.networks = append(a.networks, p.key.Value)
		}
	} else {
		a.networks = as[[]string](d, n, path)
	}
	if len(a.networks) > 0 {
		d.attached = append(d.attached, a)
	}
}

// readAliases takes further names of a service.
func readAliases(d *decoder, n *yaml.Node, path string, _ reflect.Value) {
	for _, alias := range as[[]string](d, n, path) {
		d.alsoCalled(n, path, alias)
	}
}

// serviceIn is the service that a path leads into.
func serviceIn(path string) string {
	_, rest, _ := strings.Cut(path, ".")
	name, _, _ := strings.Cut(rest, ".")
	return name
}

// checkNetworks refuses networks that part services: those that are to be apart would not be.
func (d *decoder) checkNetworks(services map[string]Service) {
	if len(d.attached) == 0 {
		return
	}
	named := map[string][]string{}
	for _, a := range d.attached {
		named[a.service] = append(named[a.service], a.networks...)
	}
	var of []string // all services
	first := true
	for name, s := range services {
		own := named[name]
		switch {
		case s.Net == "host":
			continue // in none
		case len(own) == 0:
			own = []string{defaultNetwork}
		}
		if first {
			of, first = own, false
			continue
		}
		of = slices.DeleteFunc(slices.Clone(of), func(network string) bool { return !slices.Contains(own, network) })
	}
	if len(of) == 0 && !first {
		a := d.attached[0]
		d.fail(a.node, a.path, "no network of the file has all services, and in a stack each reaches every other; if that may be, take the networks out, and if not, part them with a NetworkPolicy")
	}
}
