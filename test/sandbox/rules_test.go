package main

import "testing"

// What iptables-save printed on a machine with one hostPort pod.
const savedRules = `*nat
:PREROUTING ACCEPT [0:0]
:CNI-DN-136ece0a97031a187baf6 - [0:0]
:CNI-HOSTPORT-DNAT - [0:0]
:CNI-HOSTPORT-MASQ - [0:0]
-A PREROUTING -m addrtype --dst-type LOCAL -j CNI-HOSTPORT-DNAT
-A POSTROUTING -m comment --comment "CNI portfwd requiring masquerade" -j CNI-HOSTPORT-MASQ
-A POSTROUTING -s 172.17.0.0/16 -j MASQUERADE
-A CNI-DN-136ece0a97031a187baf6 -p tcp -m tcp --dport 80 -j DNAT --to-destination 10.244.0.4:80
-A CNI-HOSTPORT-DNAT -p tcp -m comment --comment "dnat name: \"kubectl-rio-sandbox\" id: \"15b9\"" -m multiport --dports 80 -j CNI-DN-136ece0a97031a187baf6
-A CNI-HOSTPORT-MASQ -m mark --mark 0x2000/0x2000 -j MASQUERADE
`

const othersRule = `-A CNI-HOSTPORT-DNAT -p tcp -m comment --comment "dnat name: \"k3s\" id: \"77\"" -m multiport --dports 81 -j CNI-DN-77
`

func TestUndoHostPorts(t *testing.T) {
	const jump = `-D CNI-HOSTPORT-DNAT -p tcp -m comment --comment "dnat name: \"kubectl-rio-sandbox\" id: \"15b9\"" -m multiport --dports 80 -j CNI-DN-136ece0a97031a187baf6
`
	for name, tt := range map[string]struct{ saved, want string }{
		"no rules of CNI": {"*nat\n-A POSTROUTING -s 172.17.0.0/16 -j MASQUERADE\nCOMMIT\n", ""},
		"the shared chains go with the last user": {savedRules, "*nat\n" + jump +
			"-D PREROUTING -m addrtype --dst-type LOCAL -j CNI-HOSTPORT-DNAT\n" +
			"-D POSTROUTING -m comment --comment \"CNI portfwd requiring masquerade\" -j CNI-HOSTPORT-MASQ\n" +
			"-F CNI-DN-136ece0a97031a187baf6\n-F CNI-HOSTPORT-DNAT\n-F CNI-HOSTPORT-MASQ\n" +
			"-X CNI-DN-136ece0a97031a187baf6\n-X CNI-HOSTPORT-DNAT\n-X CNI-HOSTPORT-MASQ\nCOMMIT\n"},
		"and stay while another network has a hostPort": {savedRules + othersRule, "*nat\n" + jump +
			"-F CNI-DN-136ece0a97031a187baf6\n-X CNI-DN-136ece0a97031a187baf6\nCOMMIT\n"},
		"another network's rules alone are left": {othersRule, ""},
	} {
		t.Run(name, func(t *testing.T) {
			if got := undoHostPorts(tt.saved, networkName); got != tt.want {
				t.Errorf("got\n%s\nwant\n%s", got, tt.want)
			}
		})
	}
}
