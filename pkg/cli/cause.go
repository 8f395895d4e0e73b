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

// commandLine is a command as it was typed, without kubectl rio and without what only says
// how to reach the cluster: a token may be among that.
func commandLine(cmd *cobra.Command, args []string) string {
	words := []string{verbOf(cmd)}
	cmd.LocalNonPersistentFlags().VisitAll(func(f *pflag.Flag) {
		if !f.Changed || unremarkable[f.Name] {
			return
		}
		for _, value := range valuesOf(f) {
			if f.Value.Type() == "bool" {
				words = append(words, "--"+f.Name+strings.TrimSuffix("="+value, "=true"))
				continue
			}
			words = append(words, "--"+f.Name, quote(value))
		}
	})
	for i, a := range args {
		if i == cmd.ArgsLenAtDash() {
			words = append(words, "--")
		}
		words = append(words, quote(a))
	}
	line := strings.Join(words, " ")
	if len(line) > maxCommand {
		line = strings.ToValidUTF8(line[:maxCommand], "") + rio.CauseCut
	}
	return line
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

// quote is a word as a shell takes it.
func quote(word string) string {
	if word != "" && !strings.ContainsFunc(word, func(r rune) bool { return !strings.ContainsRune(plainWord, r) }) {
		return word
	}
	return "'" + strings.ReplaceAll(word, "'", `'\''`) + "'"
}

const plainWord = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789%+,-./:=@_"
