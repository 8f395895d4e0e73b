package cli

import (
	"fmt"

	"github.com/spf13/cobra"

	"github.com/kubectl-rio/kubectl-rio/pkg/plan"
	"github.com/kubectl-rio/kubectl-rio/pkg/printer"
	"github.com/kubectl-rio/kubectl-rio/pkg/rio"
)

const whyLong = `Follow a request from the service's URL to its containers, link by link: its name, the load balancer, the gateway and its pods, who else has the host,
the route, the subsets, the Service and its endpoints, the pods of each revision, and the answer to a request through the gateway. For a staged
revision, it follows the way to its preview. Each finding is one line, with the command that helps. All findings are listed in
` + docsURL + `troubleshooting.md.
FAIL in capitals marks the first broken link: what fails below it may only follow from it.

Exits with code 1 if a link is broken. It changes nothing, and sends one GET through the gateway.

` + findingFields

func newWhyCmd(o *Options) *cobra.Command {
	out := findingFlags{}
	cmd := &cobra.Command{
		Use:   "why SERVICE[:REVISION]",
		Short: "Explain why a service does not answer, or that all is well",
		Long:  whyLong,
		Example: `
  # Why does it not answer?
  kubectl rio why foobar

  # The preview of a staged revision
  kubectl rio why foobar:v2

  # For scripts: the links that are broken
  kubectl rio why foobar -o jsonpath='{.items[?(@.level=="fail")].link}'`,
		Args:              exactly(1, "SERVICE[:REVISION]"),
		ValidArgsFunction: completeServices(o),
		RunE: func(cmd *cobra.Command, args []string) error {
			refs, err := o.refs(args)
			if err != nil {
				return err
			}
			if err := out.validate(); err != nil {
				return err
			}
			client, err := o.client(cmd.Name())
			if err != nil {
				return err
			}
			path, err := client.Path(cmd.Context(), refs[0])
			if err != nil {
				return err
			}
			found := plan.Why(path)
			title := ""
			if urls := printer.Endpoints(path.Service, refs[0].RevisionName()); len(urls) > 0 {
				title = urls[0]
			}
			if err := out.print(o, "Why", refs[0].ID(), title, found); err != nil {
				return err
			}
			return broken(found, fmt.Sprintf("the way to %q", refs[0]))
		},
	}
	out.add(cmd)
	return cmd
}

// broken is the error that ends a command with findings that are failures.
func broken(found []rio.Finding, what string) error {
	n := rio.Failures(found)
	if n == 0 {
		return nil
	}
	first := ""
	for _, f := range found {
		if f.First {
			first = f.Link
			if f.Revision != "" {
				first = f.Revision
			}
		}
	}
	return fmt.Errorf("%s is broken at %q (%s); the commands that help are given under each", what, first, rio.Count(n, "finding"))
}
