// Package nonsense makes up command lines as nobody should type them, and judges what comes
// of them: whatever the arguments are, a command ends with an answer.
package nonsense

import (
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
	"pgregory.net/rapid"
)

// What people and scripts type wrong, and what no name, number, file or image is.
var wrong = []string{
	"", " ", "-", "=", ":", "/", "//", "a/b/c", "foobar:", ":v2", "foobar:v2:v3", "Foobar", "foo_bar", "foo bar", "-1", "0", "99999999999999999999", "1e9", "NaN",
	"foobar=", "foobar:v2=", "foobar:v2=-1", "foobar:v2=101%", "foobar=1=2", "foobar:latest=5%", "ä", "\x00", "\xff\xfe", "{{", "{{.", "$(id)", "../../etc/passwd", "%s%n",
	strings.Repeat("x", 64), strings.Repeat("a.", 200), "http://", "80:80:80:80", "65536/http", "80/smtp", "1h1h1", "-5m", "regexp((", "a=b=c", "true", "null", "[", "*",
}

// right is what some commands take, of a service foobar with a revision v2.
var right = []string{"foobar", "foobar:v2", "foobar:v2=10%", "foobar=3", "shop/foobar", "www/api*", "to", "nginx", "/data", "data:/data", "5m", "10%"}

func word() *rapid.Generator[string] {
	return rapid.OneOf(rapid.SampledFrom(wrong), rapid.SampledFrom(right))
}

// apart are commands of which a cluster is not all that they touch, or all of it.
var apart = []string{"completion", "install", "upgrade", "uninstall", "check", "info", "help"}

// Apart reports whether a command is one of those.
func Apart(cmd *cobra.Command) bool {
	path := strings.Fields(cmd.CommandPath())
	return len(path) > 2 && slices.Contains(apart, path[2])
}

// Verbs are the commands below a root that do something, but for those apart.
func Verbs(root *cobra.Command) []*cobra.Command {
	var all []*cobra.Command
	for _, cmd := range root.Commands() {
		switch {
		case cmd.HasSubCommands():
			all = append(all, Verbs(cmd)...)
		case !Apart(cmd):
			all = append(all, cmd)
		}
	}
	return all
}

// Line is any verb with up to three of its flags and up to four arguments.
func Line(verbs []*cobra.Command) *rapid.Generator[[]string] {
	return rapid.Custom(func(t *rapid.T) []string {
		cmd := rapid.SampledFrom(verbs).Draw(t, "command")
		args := strings.Fields(strings.TrimPrefix(cmd.CommandPath(), "kubectl rio "))
		var flags []*pflag.Flag
		cmd.Flags().VisitAll(func(f *pflag.Flag) {
			if f.Name != "help" {
				flags = append(flags, f)
			}
		})
		for range rapid.OneOf(rapid.Just(0), rapid.IntRange(0, min(3, len(flags)))).Draw(t, "flags") {
			f := rapid.SampledFrom(flags).Draw(t, "flag")
			args = append(args, "--"+f.Name+"="+word().Draw(t, "value"))
		}
		return append(args, rapid.SliceOfN(word(), 0, 4).Draw(t, "arguments")...)
	})
}

// Judge says what is wrong with an answer: exit code and standard error.
func Judge(code int, errOut string) error {
	switch {
	case code != 0 && (!strings.HasPrefix(errOut, "error: ") && !strings.Contains(errOut, "\nerror: ") || strings.Contains(errOut, "error: \n")):
		return fmt.Errorf("it ended with %d and %q", code, errOut)
	case strings.Contains(errOut, "nil pointer") || strings.Contains(errOut, "%!"):
		return fmt.Errorf("it shows the inside of the program: %q", errOut)
	}
	return nil
}
