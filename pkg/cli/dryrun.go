package cli

import "github.com/spf13/cobra"

// Values of --dry-run.
const (
	dryRunNone   = "none"
	dryRunClient = "client"
	dryRunServer = "server"
)

// addClientDryRun adds the flag to a command that no server can rehearse.
func addClientDryRun(cmd *cobra.Command, value *string, usage string) {
	cmd.Flags().StringVar(value, "dry-run", dryRunNone, usage+"; its only `MODE` is client")
	cmd.Flags().Lookup("dry-run").NoOptDefVal = dryRunClient
	completeFlag(cmd, "dry-run", dryRunNone, dryRunClient)
}

// clientDryRun reports whether such a command is only to be rehearsed.
func clientDryRun(value string) (bool, error) {
	switch value {
	case dryRunNone, dryRunClient:
		return value == dryRunClient, nil
	}
	return false, usagef("invalid --dry-run %q: want none or client", value)
}
