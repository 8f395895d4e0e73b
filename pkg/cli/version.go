package cli

import (
	"fmt"

	"github.com/spf13/cobra"
)

// version is set by the linker, -X github.com/kubectl-rio/kubectl-rio/pkg/cli.version=v1.2.3.
var version = "v0.0.0-dev"

func newVersionCmd(o *Options) *cobra.Command {
	var clientOnly bool
	cmd := &cobra.Command{
		Use:   "version",
		Short: "Print the version of kubectl rio and of the cluster",
		Long:  "Print the version of kubectl rio and of the cluster.",
		Example: `
  # Both
  kubectl rio version

  # Of kubectl rio alone; no cluster is asked
  kubectl rio version --client`,
		Args: exactly(0, "none"),
		RunE: func(cmd *cobra.Command, _ []string) error {
			if _, err := fmt.Fprintln(o.Out, "rio version "+version); err != nil || clientOnly {
				return err
			}
			client, err := o.client(cmd.Name())
			if err != nil {
				return err
			}
			server, err := client.Version(cmd.Context())
			if err != nil {
				return err
			}
			_, err = fmt.Fprintln(o.Out, "kubernetes version "+server)
			return err
		},
	}
	cmd.Flags().BoolVar(&clientOnly, "client", false, "only of kubectl rio; no cluster is asked")
	return cmd
}
