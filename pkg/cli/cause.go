package cli

import (
	"context"
	"strings"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/kubectl-rio/kubectl-rio/pkg/plan"
	"github.com/kubectl-rio/kubectl-rio/pkg/rio"
)

// maxCommand is how much of a command the history keeps.
const maxCommand = 512

// blame notes on the revisions that get another pod what the history will say of it.
func (m *mutation) blame(ctx context.Context, before, after rio.Service) (rio.Service, error) {
	cause := rio.Cause{Command: m.command, At: m.o.Now().UTC().Truncate(time.Second)}
	rolls := plan.Rolls(before, after)
	if len(rolls) > 0 {
		var err error
		if cause.By, err = m.client.User(ctx); err != nil {
			return after, err
		}
	}
	return plan.Blame(before, after, rolls, cause), nil
}

// unremarkable are flags that do not change what a command does to a service, or that hold
// what nobody else may read.
var unremarkable = map[string]bool{
	"dry-run": true, "wait": true, "confirm": true, "timeout": true, "force-conflicts": true, "quiet": true, "output": true, "detach": true,
	"from-literal": true, "docker-password": true, "prometheus": true,
	"show-managed-fields": true, "template": true, "allow-missing-template-keys": true,
}

// commandLine is a command as the history keeps it.
func commandLine(cmd *cobra.Command, args []string) string {
	line := typed(cmd, args, unremarkable)
	if len(line) > maxCommand {
		line = strings.ToValidUTF8(line[:maxCommand], "") + rio.CauseCut
	}
	return line
}

// typed is a command as it was typed, without kubectl rio, without the flags that are left out, and
// without what only says how to reach the cluster: a token may be among that.
func typed(cmd *cobra.Command, args []string, without map[string]bool) string {
	words := []string{verbOf(cmd)}
	cmd.LocalNonPersistentFlags().VisitAll(func(f *pflag.Flag) {
		if !f.Changed || without[f.Name] {
			return
		}
		for _, value := range valuesOf(f) {
			if f.NoOptDefVal != "" { // a value that stands by itself would be an argument
				words = append(words, "--"+f.Name+strings.TrimSuffix("="+rio.Quote(value), "=true"))
				continue
			}
			words = append(words, "--"+f.Name, rio.Quote(value))
		}
	})
	for i, a := range args {
		if i == cmd.ArgsLenAtDash() {
			words = append(words, "--")
		}
		words = append(words, rio.Quote(a))
	}
	return strings.Join(words, " ")
}

// verbOf is a command as it is typed behind kubectl rio: scale, config update.
func verbOf(cmd *cobra.Command) string {
	return strings.TrimPrefix(cmd.CommandPath(), cmd.Root().CommandPath()+" ")
}

func valuesOf(f *pflag.Flag) []string {
	if list, ok := f.Value.(pflag.SliceValue); ok {
		return list.GetSlice()
	}
	return []string{f.Value.String()}
}
