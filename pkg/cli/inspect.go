package cli

import (
	"cmp"
	"context"
	"errors"
	"fmt"

	"github.com/spf13/cobra"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/kubectl-rio/kubectl-rio/pkg/cluster"
	"github.com/kubectl-rio/kubectl-rio/pkg/manifest"
	"github.com/kubectl-rio/kubectl-rio/pkg/printer"
	"github.com/kubectl-rio/kubectl-rio/pkg/rio"
)

const inspectExample = `
  # All there is to know of a service, in JSON
  kubectl rio inspect web

  # One thing of it
  kubectl rio inspect --format '{{.revisions.v2.weight}}' web
  kubectl rio inspect --format '{{index .revisions.v2.endpoints 0}}' web

  # A pod, and a whole stack
  kubectl rio inspect web/f6985f578-schpv
  kubectl rio inspect --format yaml shop/`

// inspected are the types that inspect knows, in the order in which a name is tried.
var inspected = []string{typeService, typeRoute, typeConfig, typeSecret, typeVolume, typeStack, typePod, typeNode}

func newInspectCmd(o *Options) *cobra.Command {
	var kind string
	var as form
	cmd := &cobra.Command{
		Use:   "inspect NAME...",
		Short: "Print all that is known of a resource",
		Long: `Print services, revisions, routes, configs, secrets, volumes, stacks, pods and nodes with all their fields. A service has the field names of stack
files, and its state beside them: ` + docsURL + `schema.md. Pods and nodes are printed as Kubernetes has them.`,
		Example:           inspectExample,
		Args:              atLeast(1, "NAME"),
		ValidArgsFunction: completeTyped(o),
		RunE: func(cmd *cobra.Command, args []string) error {
			if err := as.validate(); err != nil {
				return err
			}
			client, err := o.client(cmd.Name())
			if err != nil {
				return err
			}
			things, err := o.lookUp(cmd.Context(), client, args, kind, inspected...)
			return errors.Join(err, tryAll(things, func(t thing) error {
				v, err := inspectors[t.kind](cmd.Context(), client, t.ref)
				if err != nil {
					return err
				}
				return as.writeOne(o, v)
			}))
		},
	}
	f := cmd.Flags()
	f.StringVar(&as.format, "format", "json", "json, jsoncompact, yaml, or a Go template, for example '{{.state}}'")
	f.StringVarP(&kind, "type", "t", "", "what NAME is, where it may be several: service, route, config, secret, volume, stack, pod or node")
	completeFlag(cmd, "type", inspected...)
	return cmd
}

// inspectors tell of a thing of each type.
var inspectors = map[string]func(context.Context, *cluster.Client, rio.Ref) (any, error){
	typeService: func(ctx context.Context, c *cluster.Client, ref rio.Ref) (any, error) {
		snap, err := c.Load(ctx, ref)
		services := []rio.Service{snap.Service}
		if err == nil {
			err = c.AddTrouble(ctx, ref.Namespace, services)
		}
		return printer.Describe(services[0], ref.Revision), err
	},
	typeStack: func(ctx context.Context, c *cluster.Client, ref rio.Ref) (any, error) {
		live, _, err := c.Stack(ctx, ref.Namespace)
		if err != nil || live == nil {
			return nil, cmp.Or(err, fmt.Errorf("there is no stack %q; see: kubectl rio stack ls", ref.Namespace))
		}
		source, _, err := c.StackFile(ctx, ref.Namespace)
		if err != nil {
			return nil, err
		}
		return printer.DescribeStack(manifest.ParseStack(live), source)
	},
	typeRoute: func(ctx context.Context, c *cluster.Client, ref rio.Ref) (any, error) {
		have, err := c.LoadRoutes(ctx, ref)
		if err != nil {
			return nil, err
		}
		gateway, err := c.Gateway(ctx)
		have.Set.Entry = gateway.Entry()
		return printer.DescribeRoutes(have.Set, routesWritten(have.Set)), err
	},
	typeConfig: inspectConfig(rio.KindConfigMap),
	typeSecret: inspectConfig(rio.KindSecret),
	typeVolume: func(ctx context.Context, c *cluster.Client, ref rio.Ref) (any, error) {
		want := rio.Volume{Namespace: ref.Namespace, Name: ref.Service}
		live, err := c.Volume(ctx, &want)
		if err != nil || live == nil { // it may have gone since its name was found
			return nil, cmp.Or(err, rio.NoSuch(typeVolume, want.FullName()))
		}
		v, _ := manifest.ParseVolume(live)
		return printer.DescribeVolume(v, volumeWritten(v)), nil
	},
	typePod: func(ctx context.Context, c *cluster.Client, ref rio.Ref) (any, error) {
		pod, err := c.Core().Pods(ref.Namespace).Get(ctx, ref.Service, metav1.GetOptions{})
		return asKubectl(pod, "Pod", c.Explain(err))
	},
	typeNode: func(ctx context.Context, c *cluster.Client, ref rio.Ref) (any, error) {
		node, err := c.Core().Nodes().Get(ctx, ref.Service, metav1.GetOptions{})
		return asKubectl(node, "Node", c.Explain(err))
	},
}

// asKubectl is a typed object as kubectl prints it: with its kind, which the client leaves out, and
// without its managers.
func asKubectl(o manifest.Object, kind string, err error) (any, error) {
	if err != nil {
		return nil, err
	}
	o.GetObjectKind().SetGroupVersionKind(corev1.SchemeGroupVersion.WithKind(kind))
	o.SetManagedFields(nil)
	return o, nil
}

func inspectConfig(kind string) func(context.Context, *cluster.Client, rio.Ref) (any, error) {
	return func(ctx context.Context, c *cluster.Client, ref rio.Ref) (any, error) {
		name := rio.Name{Namespace: ref.Namespace, Name: ref.Service}
		live, _, err := c.Get(ctx, kind, name)
		if err != nil || live == nil {
			return nil, cmp.Or(err, rio.NoSuch(rio.ConfigWord(kind), name))
		}
		config, _ := manifest.ParseConfig(live)
		return printer.DescribeConfig(config, configWritten(config)), nil
	}
}
