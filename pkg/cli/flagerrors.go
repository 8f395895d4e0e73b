package cli

import (
	"errors"
	"strconv"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
	"k8s.io/client-go/tools/clientcmd"
)

// explainFlag is the error of a flag, in words that know nothing of Go.
func explainFlag(cmd *cobra.Command, err error) error {
	if wrong := (*pflag.InvalidValueError)(nil); errors.As(err, &wrong) {
		return usagef("invalid --%s %q: %s; see: %s --help", wrong.GetFlag().Name, wrong.GetValue(), flagTakes(wrong), cmd.CommandPath())
	}
	return usagef("%w; see: %s --help", err, cmd.CommandPath())
}

// flagTakes is what a flag takes, by its type; one of a type of ours says that itself.
func flagTakes(wrong *pflag.InvalidValueError) string {
	number := (*strconv.NumError)(nil)
	switch isNumber, kind := errors.As(wrong, &number), wrong.GetFlag().Value.Type(); {
	case kind == "duration":
		return "want a duration, for example 30s or 5m"
	case isNumber && kind == "bool":
		return "want true or false"
	case isNumber && errors.Is(wrong, strconv.ErrRange):
		return "want a whole number of at most 18 digits"
	case isNumber:
		return "want a whole number, for example 10"
	}
	return wrong.Unwrap().Error()
}

// timeLimit is kubectl's --request-timeout, read with the other flags.
type timeLimit struct{ pflag.Value }

// Set takes what kubectl takes.
func (l timeLimit) Set(s string) error {
	if _, err := clientcmd.ParseTimeout(s); err != nil {
		return errors.New("want seconds or a duration, for example 30s, or 0 for no limit")
	}
	return l.Value.Set(s)
}
