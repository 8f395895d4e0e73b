package cli

import (
	"fmt"

	"github.com/spf13/cobra"

	"github.com/kubectl-rio/kubectl-rio/pkg/printer"
	"github.com/kubectl-rio/kubectl-rio/pkg/rio"
)

// docsURL is where who only has the program finds the documents.
const docsURL = "https://github.com/kubectl-rio/kubectl-rio/blob/main/docs/"

// findingFields documents what -o prints. It may grow, and nothing in it changes.
const findingFields = `With -o the fields are kind (Check or Why), subject (a kubeconfig context, or NAMESPACE:SERVICE), url, ok (nothing failed) and items. Each item has id
(of its row in ` + docsURL + `troubleshooting.md), link (dns, balancer, gateway, istio, host, route, subset, service, pods, release, answer, callers, rights,
server, kinds, tls, address, nodes, rio, policy, webhook, stacks), revision (of pods), level (ok, note, warn or fail), text, details (name and text), fix, and
first on the first failure.`

// findingFlags are those of the commands that look for trouble.
type findingFlags struct{ output string }

func (f *findingFlags) add(cmd *cobra.Command) {
	cmd.Flags().StringVarP(&f.output, "output", "o", "", "json, yaml, jsonpath=TEMPLATE or go-template=TEMPLATE; the fields are documented and stable")
	completeFlag(cmd, "output", "json", "yaml", "jsonpath", "go-template")
}

// validate refuses a format before anything is asked of the cluster.
func (f *findingFlags) validate() error {
	if f.output == "" {
		return nil
	}
	if f.output == outputWide || f.output == "name" {
		return usagef("invalid --output %q: want json, yaml, jsonpath=TEMPLATE or go-template=TEMPLATE", f.output)
	}
	return form{output: f.output}.validate()
}

// findingReport is the document that -o prints.
type findingReport struct {
	Subject string        `json:"subject"`
	URL     string        `json:"url,omitempty"`
	OK      bool          `json:"ok"`
	Items   []rio.Finding `json:"items"`
}

// print writes findings as lines under a title, or as the document that was asked for.
func (f *findingFlags) print(o *Options, kind, subject, title string, found []rio.Finding) error {
	if f.output == "" {
		if title != "" {
			fmt.Fprintln(o.Out, title)
		}
		return printer.Findings(o.connection().to(o.Out), found)
	}
	report := findingReport{Subject: subject, URL: title, OK: rio.Failures(found) == 0, Items: append([]rio.Finding{}, found...)}
	return form{output: f.output}.printOne(o, kind, &report)
}
