package stack

import (
	"strings"
	"testing"
)

// What a file says of networks is passed over where it comes to what a stack is.
func TestNetworks(t *testing.T) {
	const (
		apart = "no network of the file has all services, and in a stack each reaches every other; if that may be, take the networks out, and if not, part them with a NetworkPolicy"
		given = "Kubernetes gives pods their addresses; take the key out"
	)
	for sentence, c := range map[string]struct{ networks, a, b, want string }{
		"none, and none behind the key":        {"", "", "[]", ""},
		"the one that is there anyway":         {"{default: {name: shop_default}}", "{default: null}", "", ""},
		"one for all":                          {"{front: {driver: bridge, ipam: {}, attachable: true}}", "[front]", "{front: {priority: 1}}", ""},
		"one that all have beside others":      {"{front: , back: }", "[front, back]", "back", ""},
		"none for both":                        {"", "[front]", "[back]", "line 2: services.a.networks: " + apart},
		"the default one is another":           {"", "", "[back]", "line 3: services.b.networks: " + apart},
		"another driver":                       {"{front: {driver: macvlan}}", "", "", `line 1: networks.front.driver: "macvlan" cannot be: a cluster has one network for all pods; take the key out`},
		"one of another project":               {"{front: {external: true}}", "", "", `line 1: networks.front.external: "true" cannot be: services of other stacks are reached as SERVICE.STACK; take the key out`},
		"one without a way out":                {"{front: {internal: true}, back: {internal: false, external: false}}", "", "", `line 1: networks.front.internal: "true" cannot be: pods reach what is outside of the cluster, unless a NetworkPolicy forbids it; take the key out`},
		"addresses of the network":             {"{front: {ipam: {driver: default, config: [{subnet: 10.5.0.0/16}]}}}", "", "", "line 1: networks.front.ipam.config: " + given},
		"an address":                           {"", "{default: {ipv4_address: 10.5.0.2}}", "", "line 2: services.a.networks.default.ipv4_address: " + given + ", and have others call the service by its name"},
		"a name of its own, and its own again": {"", "{default: {aliases: [a, db]}}", "{default: {aliases: [b]}}", `line 2: services.a.networks.default.aliases: nobody reaches it as "db": services of a stack call each other by their own names; have them call "a", and take "db" out`},
		"what is not known":                    {"{front: {drivers: bridge}}", "", "", `line 1: networks.front.drivers: the key "drivers" is not known here`},
	} {
		t.Run(sentence, func(t *testing.T) {
			f, err := Read("networks: "+c.networks+"\nservices: {a: {image: a, networks: "+c.a+"},\n b: {image: b, networks: "+c.b+"}, c: {image: c, network_mode: host}}", nil)
			got := ""
			if err != nil {
				got = err.Error()
			}
			if got != c.want || len(f.Services) != 3 {
				t.Errorf("error %q, want %q", got, c.want)
			}
		})
	}
}

// A key that has no meaning here is an error where it says something.
func TestKeysThatSayNothing(t *testing.T) {
	for text, want := range map[string]string{
		"platform: ''\nulimits: {}\nprofiles: []\nsysctls:\nx-none: &none {}\nbuild: *none":                            "",
		"container_name: a\nlinks: [b, 'b:b']\ndepends_on: [b]\nlogging: {driver: json-file, options: {max-size: 5m}}": "",
		"logging: {driver: local}":  "",
		"container_name: web":       `line 4: services.a.container_name: nobody reaches it as "web": services of a stack call each other by their own names; have them call "a", and take "web" out`,
		"links: ['b:db']":           `line 4: services.a.links: it does not reach "b" as "db": services of a stack call each other by their own names; have it call "b", and write that`,
		"logging: {driver: syslog}": `line 4: services.a.logging: the driver "syslog" cannot be: the cluster collects what containers write; take the key out`,
		"links: [none]":             `line 2: services.a: it depends on "none", which is not a service of this file`,
	} {
		f, err := Read("services:\n  a:\n    image: a\n    "+strings.ReplaceAll(text, "\n", "\n    ")+"\n  b: {image: b}\n", nil)
		got := ""
		if err != nil {
			got = err.Error()
		}
		if got != want {
			t.Errorf("%s: error %q, want %q", text, got, want)
		}
		if on := f.Services["a"].DependsOn; want == "" && len(on) > 1 {
			t.Errorf("%s: it depends on %q", text, on)
		}
	}
}
