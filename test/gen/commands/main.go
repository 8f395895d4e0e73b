// Command commands writes the reference of the command line, docs/commands.md, from the
// commands themselves: what --help says, as one page.
package main

import (
	"errors"
	"fmt"
	"os"

	"github.com/spf13/cobra"
	"k8s.io/cli-runtime/pkg/genericiooptions"

	"github.com/kubectl-rio/kubectl-rio/pkg/cli"
)

//go:generate go run . ../../../docs/commands.md

func main() {
	if err := run(os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "error:", err)
		os.Exit(1)
	}
}

func run(args []string) error {
	if len(args) != 1 {
		return errors.New("usage: commands FILE")
	}
	return os.WriteFile(args[0], []byte(render(commandLine())), 0o644)
}

// commandLine is kubectl rio with nothing in it that differs from machine to machine.
func commandLine() *cobra.Command {
	o := cli.NewOptions(genericiooptions.NewTestIOStreamsDiscard())
	*o.Config.CacheDir = "~/.kube/cache"
	return cli.NewRootCmd(o)
}
