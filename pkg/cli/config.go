package cli

import (
	"context"

	"github.com/spf13/cobra"

	"github.com/kubectl-rio/kubectl-rio/pkg/plan"
	"github.com/kubectl-rio/kubectl-rio/pkg/printer"
	"github.com/kubectl-rio/kubectl-rio/pkg/rio"
)

var configExample = `
  # A file that pods read, from a file or from standard input
  kubectl rio config create nginx.conf ./nginx.conf
  kubectl rio run --name foobar -p 80/http --config nginx.conf:/etc/nginx/nginx.conf nginx

  # Another content; latest gets new pods, a staged revision keeps what it has
  kubectl rio config update nginx.conf ./nginx.conf

  # also for the staged revision v2
  kubectl rio config update --also foobar:v2 nginx.conf ./nginx.conf`

const configLong = `A config is a file that pods read: a ConfigMap with the file under the key content. NAME is [STACK/]NAME, or what -q prints. Without a subcommand,
configs are listed.

run --config NAME:TARGET mounts a config, and run -e VAR='$(config/NAME)' puts it into a variable. Each revision reads its own copy, NAME-HASH, and so
keeps what it was tested with: promote carries the copy over, and undo goes back to the one before. A copy is deleted once no revision reads it, and
no earlier pod that undo can bring back. A ConfigMap that another tool made can be named, too; pods read it directly.`

func newConfigCmd(o *Options) *cobra.Command {
	return listGroup(newConfigLsCmd(o, rio.KindConfigMap), "config", "List, create, print, change and delete configs, files that pods read", configLong, configExample,
		newConfigCreateCmd(o), newConfigCatCmd(o, rio.KindConfigMap), newConfigUpdateCmd(o), newConfigRmCmd(o, rio.KindConfigMap))
}

func newConfigLsCmd(o *Options, kind string) *cobra.Command {
	var allNamespaces, ids bool
	list := listFlags{kind: "Config"}
	word, draw := rio.ConfigWord(kind), printer.ConfigTable
	if kind == rio.KindSecret {
		list.kind, draw = "Secret", printer.SecretTable
	}
	cmd := &cobra.Command{
		Use:     "ls",
		Short:   "List " + word + "s",
		Long:    "List the " + word + "s of a stack that kubectl rio made. Their content is not shown.",
		Example: "\n  kubectl rio " + word + " ls -A",
		Args:    exactly(0, "none"),
		RunE: func(cmd *cobra.Command, _ []string) error {
			client, namespace, err := list.begin(o, word+" ls")
			if err != nil {
				return err
			}
			configs, err := client.Configs(cmd.Context(), kind, scope(namespace, allNamespaces), list.selector)
			if err != nil {
				return err
			}
			rows := printer.Configs(configs)
			return list.print(o, rows, func(bool) error { return draw(o.Out, rows, namespace, o.Now(), ids) })
		},
	}
	list.add(cmd)
	addScopeFlags(cmd, &allNamespaces, &ids, &list.selector, word+"s")
	return cmd
}

// addScopeFlags adds what lists of configs and volumes have in common.
func addScopeFlags(cmd *cobra.Command, allNamespaces, ids *bool, selector *string, what string) {
	f := cmd.Flags()
	f.BoolVarP(allNamespaces, "all-namespaces", "A", false, "include all stacks")
	addIDs(cmd, ids)
	f.StringVarP(selector, "selector", "l", "", "only "+what+" with these labels, for example tier=front")
}

// scope is the namespace to list, none when it is all of them.
func scope(namespace string, all bool) string {
	if all {
		return ""
	}
	return namespace
}

func newConfigCreateCmd(o *Options) *cobra.Command {
	m := newMutation(o)
	var labels []string
	cmd := &cobra.Command{
		Use:   "create NAME FILE|-",
		Short: "Create a config from a file",
		Example: `
  kubectl rio config create nginx.conf ./nginx.conf
  generate | kubectl rio config create -l tier=front site.conf -`,
		Args:              exactly(2, "two: NAME and FILE, or - for standard input"),
		ValidArgsFunction: completeFiles(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			c, err := o.configFrom(args, labels)
			if err != nil {
				return err
			}
			return m.createConfig(cmd, args, c)
		},
	}
	m.addWriteFlags(cmd)
	cmd.Flags().StringArrayVarP(&labels, "label", "l", nil, "set a label on the config, `KEY=VALUE`")
	return cmd
}

func (m *mutation) createConfig(cmd *cobra.Command, args []string, c rio.Config) error {
	ctx, done, err := m.begin(cmd, args)
	if err != nil {
		return err
	}
	defer done()
	live, _, err := m.client.Get(ctx, c.Kind, c.FullName())
	if err != nil {
		return err
	}
	changes, err := plan.CreateConfig(live, c)
	if err != nil {
		return err
	}
	return m.create(ctx, c.Namespace, c, changes)
}

func newConfigUpdateCmd(o *Options) *cobra.Command {
	m := newMutation(o)
	var labels, also []string
	cmd := &cobra.Command{
		Use:               "update NAME FILE|-",
		Short:             "Change the content of a config",
		Long:              updateLong,
		Example:           configExample,
		Args:              exactly(2, "two: NAME and FILE, or - for standard input"),
		ValidArgsFunction: completeConfigs(o, rio.KindConfigMap),
		RunE: func(cmd *cobra.Command, args []string) error {
			c, err := o.configFrom(args, labels)
			if err != nil {
				return err
			}
			return m.updateConfig(cmd, args, c, also)
		},
	}
	m.addFlags(cmd)
	cmd.Flags().StringArrayVarP(&labels, "label", "l", nil, "set a label on the config, `KEY=VALUE`")
	addAlsoFlag(cmd, &also)
	return cmd
}

func newConfigRmCmd(o *Options, kind string) *cobra.Command {
	m := newMutation(o)
	var force bool
	word := rio.ConfigWord(kind)
	cmd := &cobra.Command{
		Use:               "rm NAME...",
		Short:             "Delete " + word + "s",
		Long:              "Delete " + word + "s. One that a revision was made with is deleted only with --force; the revision keeps its copy.",
		Example:           "\n  kubectl rio " + word + " rm NAME",
		Args:              atLeast(1, "NAME"),
		ValidArgsFunction: completeConfigs(o, kind),
		RunE: func(cmd *cobra.Command, args []string) error {
			names, err := o.names(args)
			if err != nil {
				return err
			}
			return each(m, cmd, args, names, func(ctx context.Context, name rio.Name) error { return m.removeConfig(ctx, kind, name, force) })
		},
	}
	m.addWriteFlags(cmd)
	cmd.Flags().BoolVarP(&force, "force", "f", false, "also delete one that a revision was made with")
	return cmd
}

func (m *mutation) removeConfig(ctx context.Context, kind string, name rio.Name, force bool) error {
	c := rio.Config{Kind: kind, Namespace: name.Namespace, Name: name.Name}
	live, _, err := m.client.Get(ctx, kind, name)
	if err != nil {
		return err
	}
	services, err := m.client.Remaining(ctx, name.Namespace)
	if err != nil {
		return err
	}
	changes, err := plan.RemoveConfig(live, c, plan.Readers(services, c), force)
	if err != nil {
		return err
	}
	return m.putAndPrint(ctx, c, changes)
}
