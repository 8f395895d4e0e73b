package cli

import (
	"fmt"
	"io"
	"path/filepath"

	"github.com/spf13/cobra"
)

func newCompletionCmd(o *Options) *cobra.Command {
	cmd := group(&cobra.Command{
		Use:   "completion",
		Short: "Complete services, revisions and namespaces with Tab",
		Long: `Complete services, revisions, namespaces and flags with Tab. kubectl asks the program kubectl_complete-rio for them, which completion install puts
beside the plugin. The shell scripts are for users who call the plugin as kubectl-rio.`,
		Example: `
  # With kubectl's own completion, for what follows "kubectl rio"
  kubectl rio completion install

  # For what follows "kubectl-rio", in this shell
  source <(kubectl rio completion bash)`,
	})
	cmd.AddCommand(newCompletionInstallCmd(o))
	for _, shell := range []struct {
		name   string
		script func(root *cobra.Command, w io.Writer) error
	}{
		{"bash", func(root *cobra.Command, w io.Writer) error { return root.GenBashCompletionV2(w, true) }},
		{"zsh", func(root *cobra.Command, w io.Writer) error { return root.GenZshCompletion(w) }},
		{"fish", func(root *cobra.Command, w io.Writer) error { return root.GenFishCompletion(w, true) }},
		{"powershell", func(root *cobra.Command, w io.Writer) error { return root.GenPowerShellCompletionWithDesc(w) }},
	} {
		cmd.AddCommand(&cobra.Command{
			Use:     shell.name,
			Short:   "Print the script for " + shell.name,
			Long:    "Print the script with which " + shell.name + " completes what follows kubectl-rio.",
			Example: "\n  # As it is\n  kubectl rio completion " + shell.name,
			Args:    exactly(0, "none"),
			RunE:    func(cmd *cobra.Command, _ []string) error { return shell.script(cmd.Root(), o.Out) },
		})
	}
	return cmd
}

func newCompletionInstallCmd(o *Options) *cobra.Command {
	var dir string
	dryRun := dryRunNone
	cmd := &cobra.Command{
		Use:   "install",
		Short: "Put kubectl_complete-rio where kubectl finds it",
		Long: `Put the program kubectl_complete-rio beside the plugin, or into another directory in PATH, and print its path. kubectl asks it when you press Tab
after "kubectl rio". kubectl's own completion must be on; see: kubectl completion --help.`,
		Example: `
  # Beside the plugin
  kubectl rio completion install

  # Where you may write
  kubectl rio completion install --dir ~/.local/bin`,
		Args: exactly(0, "none"),
		RunE: func(*cobra.Command, []string) error {
			rehearse, err := clientDryRun(dryRun)
			if err != nil {
				return err
			}
			if dir, err = completerDir(dir); err != nil {
				return err
			}
			path := filepath.Join(dir, completerName)
			done, err := placeCompleter(path, rehearse)
			if err != nil {
				return err
			}
			o.talk("%s: %s", path, done)
			_, err = fmt.Fprintln(o.Out, path)
			return err
		},
	}
	f := cmd.Flags()
	f.StringVar(&dir, "dir", "", "`DIRECTORY` in PATH; the plugin's own when not given")
	addClientDryRun(cmd, &dryRun, "say what would be done, and write nothing")
	f.BoolVarP(&o.Quiet, "quiet", "q", false, "print nothing but the result")
	return cmd
}
