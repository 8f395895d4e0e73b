package cli

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestSetUpRefusesBeforeItAsks(t *testing.T) {
	for args, want := range map[string]string{
		"install --dry-run=server":             `invalid --dry-run "server": want none or client`,
		"install -o json":                      `invalid --output "json": want yaml`,
		"install --timeout 0s":                 `invalid --timeout 0s: want a duration above 0, for example 5m`,
		"install --port 80/htpp":               `invalid port "80/htpp": protocol "htpp", want one of http, http2, grpc, tcp, tls`,
		"install --port web/http":              `invalid port "web/http": want N/PROTOCOL with N from 1 to 65535, for example: 8080/http`,
		"install --port 80/http --port 80/tcp": `port 80 is given twice; the gateway opens a port for one protocol`,
		"install --node-port --port 80/http":   `port 80 cannot be a node port, want 30000 to 32767`,
		"install --node-port --host-port":      `node ports and host ports are both asked for, want one`,
		"install --tls-secret shop/apps":       `invalid TLS secret "shop/apps": want a name; the Secret is to be in namespace rio-system`,
		"install now":                          `1 arguments given, want none`,
		"upgrade --domain x":                   `unknown flag: --domain; see: kubectl rio upgrade --help`,
		"uninstall --purge":                    `--purge removes services, and there is no terminal to ask on; if that is meant: kubectl rio uninstall --purge --yes`,
		"uninstall --yes":                      `--yes says that services may go, and goes with --purge`,
	} {
		t.Run(args, func(t *testing.T) {
			if diff := cmp.Diff(screen{exitUsage, "", "error: " + want + "\n"}, try(t, strings.Fields(args)...)); diff != "" {
				t.Error(diff)
			}
		})
	}
}
