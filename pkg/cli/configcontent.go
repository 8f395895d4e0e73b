package cli

import (
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/spf13/cobra"
	corev1 "k8s.io/api/core/v1"

	"github.com/kubectl-rio/kubectl-rio/pkg/manifest"
	"github.com/kubectl-rio/kubectl-rio/pkg/rio"
)

// configFrom is the config that NAME and FILE mean.
func (o *Options) configFrom(args, labels []string) (rio.Config, error) {
	names, err := o.names(args[:1])
	if err != nil {
		return rio.Config{}, err
	}
	c := rio.Config{Kind: rio.KindConfigMap, Namespace: names[0].Namespace, Name: names[0].Name, Labels: parseLabels(labels), Data: map[string][]byte{}}
	if c.Data[rio.ContentKey], err = o.read(args[1]); err != nil {
		return c, err
	}
	if err := c.Validate(); err != nil {
		return c, usageError(err)
	}
	return c, nil
}

// read gives what is in a file, or with - on standard input. More than an object can hold is
// not read to its end.
func (o *Options) read(file string) ([]byte, error) {
	from := o.In
	if file != "-" {
		f, err := os.Open(file)
		if err != nil {
			return nil, usagef("cannot read %q: %w", file, errors.Unwrap(err))
		}
		defer f.Close()
		from = f
	}
	content, err := unlessStopped(o.Stopped, func() ([]byte, error) { return io.ReadAll(io.LimitReader(from, corev1.MaxSecretSize+1)) })
	if err != nil {
		return nil, fmt.Errorf("read %q: %w", file, err)
	}
	return content, nil
}

func parseLabels(pairs []string) map[string]string {
	labels := map[string]string{}
	for _, pair := range pairs {
		key, value, _ := strings.Cut(pair, "=")
		labels[key] = value
	}
	return labels
}

func newCatCmd(o *Options) *cobra.Command { return newConfigCatCmd(o, rio.KindConfigMap) }

// newConfigCatCmd is for configs, and for secrets, whose values nothing else prints.
func newConfigCatCmd(o *Options, kind string) *cobra.Command {
	var key string
	word := rio.ConfigWord(kind)
	cmd := &cobra.Command{
		Use:               "cat NAME...",
		Short:             "Print the contents of a " + word,
		Long:              "Print what is in " + word + "s, byte for byte.",
		Example:           "\n  kubectl rio cat nginx.conf",
		Args:              atLeast(1, "NAME"),
		ValidArgsFunction: completeConfigs(o, kind),
		RunE: func(cmd *cobra.Command, args []string) error {
			names, err := o.names(args)
			if err != nil {
				return err
			}
			client, err := o.client(cmd.Name())
			if err != nil {
				return err
			}
			return tryAll(names, func(name rio.Name) error {
				live, _, err := client.Get(cmd.Context(), kind, name)
				if err != nil {
					return err
				}
				return cat(o.Out, live, kind, name, key)
			})
		},
	}
	if kind == rio.KindSecret {
		cmd.Example = "\n  kubectl rio secret cat db\n  kubectl rio secret cat --key password db"
	}
	cmd.Flags().StringVar(&key, "key", "", "print this key of several")
	return cmd
}

func cat(w io.Writer, live manifest.Object, kind string, name rio.Name, key string) error {
	word := rio.ConfigWord(kind)
	if live == nil {
		return rio.NoSuch(word, name)
	}
	c, _ := manifest.ParseConfig(live)
	keys := c.Keys()
	if _, ok := c.Data[rio.ContentKey]; key == "" && ok {
		key = rio.ContentKey
	}
	if key == "" && len(keys) == 1 {
		key = keys[0]
	}
	content, ok := c.Data[key]
	if !ok {
		return fmt.Errorf("%s %q has no key %q (has %s); name one with --key", word, name.Name, key, strings.Join(keys, ", "))
	}
	_, err := w.Write(content)
	return err
}
