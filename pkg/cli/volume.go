package cli

import (
	"context"

	"github.com/spf13/cobra"

	"github.com/kubectl-rio/kubectl-rio/pkg/plan"
	"github.com/kubectl-rio/kubectl-rio/pkg/printer"
	"github.com/kubectl-rio/kubectl-rio/pkg/rio"
)

var volumeExample = `
  # 10 GB that outlive the pods
  kubectl rio volume create data 10
  kubectl rio run --name db -v data:/var/lib/db example/db

  # of a storage class, shared by pods on several nodes
  kubectl rio volume create -d nfs --access-mode readWriteMany shared 10

  # One for each pod: services that mount it are StatefulSets
  kubectl rio volume create -t queue 10`

const volumeLong = `A volume is storage that outlives pods: a PersistentVolumeClaim. With --template, it is a pattern: each pod of a service that mounts it gets its own
volume, NAME-SERVICE-NUMBER, and the service is a StatefulSet. These volumes stay when the service is deleted, and a service of the same name finds
them again; volume rm deletes them. Without a subcommand, volumes are listed. One that waits for storage is pending, and DETAIL has the cluster's
reason.`

func newVolumeCmd(o *Options) *cobra.Command {
	return listGroup(newVolumeLsCmd(o), "volume", "List, create and delete volumes, storage that outlives pods", volumeLong, volumeExample, newVolumeCreateCmd(o), newVolumeRmCmd(o))
}

func newVolumeLsCmd(o *Options) *cobra.Command {
	var allNamespaces, ids bool
	list := listFlags{kind: "Volume"}
	cmd := &cobra.Command{
		Use:     "ls",
		Short:   "List volumes",
		Long:    "List the volumes of a stack that kubectl rio made, including templates and the volumes that pods have from them.",
		Example: "\n  kubectl rio volume ls -A",
		Args:    exactly(0, "none"),
		RunE: func(cmd *cobra.Command, _ []string) error {
			client, namespace, err := list.begin(o, "volume ls")
			if err != nil {
				return err
			}
			volumes, err := client.Volumes(cmd.Context(), scope(namespace, allNamespaces), list.selector)
			if err != nil {
				return err
			}
			rows := printer.Volumes(volumes)
			return list.print(o, rows, func(bool) error { return printer.VolumeTable(o.Out, rows, namespace, o.Now(), ids) })
		},
	}
	list.add(cmd)
	addScopeFlags(cmd, &allNamespaces, &ids, &list.selector, "volumes")
	return cmd
}

func newVolumeCreateCmd(o *Options) *cobra.Command {
	m := newMutation(o)
	var labels []string
	var mode string
	var v rio.Volume
	cmd := &cobra.Command{
		Use:     "create NAME SIZE_IN_GB",
		Short:   "Create a volume",
		Example: volumeExample,
		Args:    exactly(2, "two: name and size in gigabytes"),
		RunE: func(cmd *cobra.Command, args []string) error {
			names, err := o.names(args[:1])
			if err != nil {
				return err
			}
			v.Namespace, v.Name = names[0].Namespace, names[0].Name
			if v.SizeInGB, err = rio.ParseGigabytes(args[1]); err != nil {
				return usageError(err)
			}
			if v.AccessMode, err = rio.ParseAccessMode(mode); err != nil {
				return usageError(err)
			}
			v.Labels = parseLabels(labels)
			if v.Driver == "default" { // as the list shows it
				v.Driver = ""
			}
			if err := v.Validate(); err != nil {
				return usageError(err)
			}
			return m.createVolume(cmd, args, v)
		},
	}
	f := cmd.Flags()
	f.StringArrayVarP(&labels, "label", "l", nil, "set a label on the volume, `KEY=VALUE`")
	f.StringVarP(&v.Driver, "driver", "d", "", "the `STORAGECLASS` that gives the storage; the cluster's default when not given")
	f.BoolVarP(&v.Template, "template", "t", false, "make a template: each pod of a service that mounts it gets a volume of its own")
	f.StringVar(&mode, "access-mode", "readWriteOnce", "who may mount it: readWriteOnce (pods of one node), readWriteMany, readOnlyMany or readWriteOncePod")
	m.addWriteFlags(cmd)
	return cmd
}

func (m *mutation) createVolume(cmd *cobra.Command, args []string, v rio.Volume) error {
	ctx, done, err := m.begin(cmd, args)
	if err != nil {
		return err
	}
	defer done()
	existing, err := m.client.Volumes(ctx, v.Namespace, "")
	if err != nil {
		return err
	}
	changes, err := plan.CreateVolume(existing, v)
	if err != nil {
		return err
	}
	return m.create(ctx, v.Namespace, v, changes)
}

func newVolumeRmCmd(o *Options) *cobra.Command {
	m := newMutation(o)
	var force bool
	cmd := &cobra.Command{
		Use:   "rm NAME...",
		Short: "Delete volumes",
		Long: `Delete volumes, and what is on them unless the cluster's storage keeps that. One that a revision mounts is deleted only with --force, once the last
pod that uses it has ended.`,
		Example:           "\n  kubectl rio volume rm data",
		Args:              atLeast(1, "NAME"),
		ValidArgsFunction: completeVolumes(o),
		RunE: func(cmd *cobra.Command, args []string) error {
			names, err := o.names(args)
			if err != nil {
				return err
			}
			return each(m, cmd, args, names, func(ctx context.Context, name rio.Name) error {
				return m.removeVolume(ctx, name, force)
			})
		},
	}
	m.addWriteFlags(cmd)
	cmd.Flags().BoolVarP(&force, "force", "f", false, "also delete one that a revision mounts")
	return cmd
}

func (m *mutation) removeVolume(ctx context.Context, name rio.Name, force bool) error {
	v := rio.Volume{Namespace: name.Namespace, Name: name.Name}
	live, err := m.client.Volume(ctx, &v)
	if err != nil {
		return err
	}
	services, err := m.client.Remaining(ctx, name.Namespace)
	if err != nil {
		return err
	}
	changes, err := plan.RemoveVolume(live, v, plan.VolumeUsers(services, v), force)
	if err != nil {
		return err
	}
	return m.putAndPrint(ctx, v, changes)
}
