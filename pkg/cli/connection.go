package cli

import (
	"io"
	"regexp"
	"slices"
	"strings"

	"github.com/kubectl-rio/kubectl-rio/pkg/rio"
)

// connection are the flags with which the user named the cluster, only those that were given. A
// command that a message names is to act on the same one. How to log in there is not among them: a
// token is typed nowhere again.
type connection []struct{ flag, value string }

func (o *Options) connection() (given connection) {
	c := o.Config
	for _, f := range []struct {
		flag  string
		value *string
	}{
		{"kubeconfig", c.KubeConfig}, {"context", c.Context}, {"cluster", c.ClusterName},
		{"user", c.AuthInfoName}, {"as", c.Impersonate}, {"server", c.APIServer},
		{"certificate-authority", c.CAFile}, {"tls-server-name", c.TLSServerName},
	} {
		if f.value != nil && *f.value != "" {
			given = append(given, struct{ flag, value string }{f.flag, rio.Quote(*f.value)})
		}
	}
	if c.ImpersonateGroup != nil {
		for _, group := range *c.ImpersonateGroup {
			given = append(given, struct{ flag, value string }{"as-group", rio.Quote(group)})
		}
	}
	return given
}

// toType finds the commands in a message, by their verbs: not what it says of kubectl rio itself, nor
// kubectl config, which asks no cluster.
var toType = regexp.MustCompile(`\bkubectl (?:rio (?:abort|adopt|attach|cat|check|config|create|diff|edit|events|exec|export|history|info|inspect|install|` +
	`logs|node|promote|ps|release|rm|route|run|scale|secret|stack|stage|undo|uninstall|up|upgrade|version|volume|wait|weight|why)|` +
	`create|delete|describe|edit|get|label|patch|port-forward|rollout|scale|set)\b`)

// leftOut are flags that are something else to a verb, as --user is to kubectl create rolebinding,
// and --as where that gives a right which another user has to give.
var leftOut = map[string][]string{"adopt": {"as", "as-group"}, "create": {"user", "as", "as-group"}, "run": {"user"}, "stage": {"user"}}

// in gives the flags to each command of a message.
func (c connection) in(text string) string {
	if len(c) == 0 {
		return text
	}
	return toType.ReplaceAllStringFunc(text, func(command string) string {
		end := strings.LastIndexByte(command, ' ')
		program, verb := command[:end], command[end+1:]
		for _, given := range c {
			if !slices.Contains(leftOut[verb], given.flag) {
				program += " --" + given.flag + " " + given.value
			}
		}
		return program + " " + verb
	})
}

// to is a stream for messages, each of which is written at once.
func (c connection) to(w io.Writer) io.Writer { return messages{w, c} }

type messages struct {
	w  io.Writer
	to connection
}

func (m messages) Write(p []byte) (int, error) {
	if _, err := io.WriteString(m.w, m.to.in(string(p))); err != nil {
		return 0, err
	}
	return len(p), nil
}
