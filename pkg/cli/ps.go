package cli

import (
	"context"
	"errors"
	"slices"
	"time"

	"github.com/spf13/cobra"
	"golang.org/x/sync/errgroup"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/labels"

	"github.com/kubectl-rio/kubectl-rio/pkg/cluster"
	"github.com/kubectl-rio/kubectl-rio/pkg/printer"
	"github.com/kubectl-rio/kubectl-rio/pkg/rio"
)

var psExample = `
  # Services and their staged revisions
  kubectl rio ps

  # The containers of one
  kubectl rio ps foobar

  # Of the whole cluster, with weights
  kubectl rio ps -A -o wide

  # For scripts
  kubectl rio ps -q
  kubectl rio ps --format '{{.name}} {{.weight}}'`

const psLong = `List services with their staged revisions, newest service first, or with an argument or -c the containers behind them.

SCALE is the wanted number of pods; while it is not met, (UNAVAILABLE/AVAILABLE/READY)/WANTED. STATE is active, inactive (scaled to 0),
pending, updating, removing or error. ENDPOINT is the first URL. DETAIL says why a pod of the revision does not serve. -o wide adds ready
pods, weight, and what the gateways measure for two seconds: share, rate, errors and p95.

Fields of a service, for templates: id, name, stack, revision, image, created, scale, scaleStatus, state, weight, endpoints, detail.
Of a container: name, stack, image, created, node, ip, state, detail.`

func newPsCmd(o *Options) *cobra.Command {
	var allNamespaces, containers, all, ids bool
	var selector string
	list := listFlags{}
	cmd := &cobra.Command{
		Use:               "ps [SERVICE...]",
		Short:             "List services and containers",
		Long:              psLong,
		Example:           psExample,
		ValidArgsFunction: completeServices(o),
		RunE: func(cmd *cobra.Command, args []string) error {
			refs, err := o.refs(args)
			if err != nil {
				return err
			}
			if err := list.validate(); err != nil {
				return err
			}
			matching, err := labels.Parse(selector)
			if err != nil {
				return usagef("invalid --selector %q: %w", selector, err)
			}
			containers = containers || len(refs) > 0
			if containers && selector != "" {
				return usagef("--selector is of services, and this lists containers")
			}
			if containers && ids {
				return usagef("--ids is of services; the ID of a container is its name")
			}
			namespace, err := o.namespace()
			if err != nil {
				return err
			}
			client, err := o.client(cmd.Name())
			if err != nil {
				return err
			}
			scope := namespace
			if allNamespaces {
				scope = ""
			}
			if containers {
				if len(refs) == 0 {
					refs = []rio.Ref{{Namespace: scope}}
				}
				return o.listContainers(cmd.Context(), client, refs, namespace, all, list)
			}
			services, err := client.List(cmd.Context(), scope, matching)
			if err != nil {
				return err
			}
			rows := printer.Services(services)
			if list.structured() {
				printer.AddDescriptions(rows, services)
			}
			if list.output == outputWide {
				if err := o.measure(cmd.Context(), client, services, rows); err != nil {
					return err
				}
			}
			return list.print(o, rows, func(wide bool) error {
				return printer.ServiceTable(o.Out, rows, namespace, o.Now(), wide, ids)
			})
		},
	}
	list.add(cmd)
	f := cmd.Flags()
	f.BoolVarP(&allNamespaces, "all-namespaces", "A", false, "include all stacks")
	f.BoolVarP(&containers, "containers", "c", false, "list containers")
	f.BoolVarP(&all, "all", "a", false, "include the containers that Istio adds")
	addIDs(cmd, &ids)
	f.StringVarP(&selector, "selector", "l", "", "only services with a revision whose workload or pods have these `LABELS`, for example tier=front")
	return cmd
}

func (o *Options) listContainers(ctx context.Context, client *cluster.Client, refs []rio.Ref, namespace string, all bool, list listFlags) error {
	var pods []corev1.Pod
	var errs []error
	for _, ref := range refs {
		found, err := client.Pods(ctx, ref)
		if err == nil && len(found) == 0 && ref.Service != "" {
			if err = client.WhyNoPods(ctx, ref); errors.Is(err, cluster.ErrNoPods) {
				err = nil // an empty list says it
			}
		}
		pods, errs = append(pods, found...), append(errs, err)
	}
	rows := printer.Containers(pods, namespace, all)
	if len(rows) > 0 || errors.Join(errs...) == nil {
		errs = append(errs, list.print(o, rows, func(bool) error { return printer.ContainerTable(o.Out, rows, o.Now()) }))
	}
	return errors.Join(errs...)
}

// Wide lists measure what really happens to traffic for a moment, of no more services than
// people look at; their gateways are asked for each.
const (
	wideWindow   = 2 * time.Second
	wideServices = 20
)

// measure adds to the rows what the gateways saw of each published service.
func (o *Options) measure(ctx context.Context, client *cluster.Client, services []rio.Service, rows []printer.Service) error {
	published := slices.DeleteFunc(slices.Clone(services), func(s rio.Service) bool { return !s.Published() })
	if len(published) > wideServices {
		o.talk("not measured: %d services are published here, and at most %d are asked about; see: kubectl rio weight SERVICE", len(published), wideServices)
		return nil
	}
	group, ctx := errgroup.WithContext(ctx)
	for _, s := range published {
		group.Go(func() error {
			figures, err := o.figures(ctx, client, s, wideWindow)
			printer.AddFigures(rows, s.Ref(), figures)
			return err
		})
	}
	return group.Wait()
}
