package cli

import (
	"bytes"
	"testing"

	"github.com/google/go-cmp/cmp"
	"k8s.io/cli-runtime/pkg/genericiooptions"

	"github.com/kubectl-rio/kubectl-rio/pkg/controlplane"
	"github.com/kubectl-rio/kubectl-rio/pkg/printer"
)

func TestInfoScreens(t *testing.T) {
	whole := controlplane.Info{
		Domain: "127.0.0.1.nip.io", Plugin: "v0.1.0", Chart: "0.1.0", Kubernetes: "1.37.2", Labels: "webhook",
		Gateway: controlplane.GatewayInfo{Name: "rio-system/rio-gateway", Addresses: []string{"127.0.0.1"}, Ports: []string{"80/http", "443/https"}},
		Istio:   controlplane.IstioInfo{Version: "1.31.4", Mode: "sidecar", Revision: "stable"},
		Stacks:  new(2), Services: new(0),
	}
	for sentence, tc := range map[string]struct {
		info controlplane.Info
		want string
	}{
		"of an administrator": {whole, `domain       127.0.0.1.nip.io
gateway      rio-system/rio-gateway, at 127.0.0.1, open 80/http, 443/https
plugin       v0.1.0
chart        0.1.0
istio        1.31.4 (sidecar mode, revision stable)
kubernetes   1.37.2
labels       webhook
stacks       2
services     0
`},
		"of somebody who may see little": {controlplane.Info{Plugin: "v0.1.0", Chart: "0.1.0", Kubernetes: "1.37.2", Unseen: []string{"istio", "stacks"},
			Gateway: controlplane.GatewayInfo{Name: "rio-system/rio-gateway", Ports: []string{"80/http"}}}, `gateway      rio-system/rio-gateway, without an address, open 80/http
plugin       v0.1.0
chart        0.1.0
kubernetes   1.37.2
unseen       istio, stacks
`},
		"of an empty cluster": {controlplane.Info{Plugin: "v0.1.0", Kubernetes: "1.37.2", Stacks: new(0), Services: new(0)}, `plugin       v0.1.0
chart        not installed; bring it: kubectl rio install
kubernetes   1.37.2
stacks       0
services     0
`},
	} {
		t.Run(sentence, func(t *testing.T) {
			var out bytes.Buffer
			if err := printer.Fields(&out, infoFields(tc.info)); err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(tc.want, out.String()); diff != "" {
				t.Error(diff)
			}
		})
	}
	var out bytes.Buffer
	o := NewOptions(genericiooptions.IOStreams{Out: &out})
	as := form{output: "jsonpath={.kind} {.gateway.ports[1]} {.services}"}
	if err := as.printOne(o, "Info", &whole); err != nil || out.String() != "Info 443/https 0" {
		t.Errorf("got %q, %v", out.String(), err)
	}
}

func TestPurgeIsAskedFor(t *testing.T) {
	for answer, goes := range map[string]bool{"y\n": true, "Yes\n": true, "n\n": false, "yikes\n": false, "\n": false, "": false} {
		var talk bytes.Buffer
		o := NewOptions(genericiooptions.IOStreams{In: bytes.NewBufferString(answer), ErrOut: &talk})
		err := o.confirmPurge([]string{"default/a", "shop/b"})
		if (err == nil) != goes {
			t.Errorf("%q: %v", answer, err)
		}
		want := "remove, with all revisions: default/a, shop/b? [y/N] "
		if answer == "" {
			want += "\n" // nobody has typed one
		}
		if diff := cmp.Diff(want, talk.String()); diff != "" {
			t.Error(diff)
		}
	}
}
