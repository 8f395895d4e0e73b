package cli

import (
	"context"
	"errors"
	"slices"
	"sync"
	"time"

	"github.com/spf13/cobra"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/labels"

	"github.com/kubectl-rio/kubectl-rio/pkg/cluster"
	"github.com/kubectl-rio/kubectl-rio/pkg/printer"
	"github.com/kubectl-rio/kubectl-rio/pkg/rio"
)

var psExample = `
  # Services and their staged revisions
  kubectl rio ps

  # The containers of one, and of one pod
  kubectl rio ps foobar
  kubectl rio ps foobar/f6985f578-schpv

  # Of the whole cluster, with weights
  kubectl rio ps -A -o wide

  # For scripts
  kubectl rio ps -q
  kubectl rio ps --format '{{.name}} {{.weight}}'`

const psLong = `List services with their staged revisions, newest service first, or with an argument or -c the containers behind them.

SCALE is the wanted number of pods; while it is not met, (UNAVAILABLE/AVAILABLE/READY)/WANTED, where AVAILABLE does not count those ready. STATE is
active, inactive (scaled to 0), pending, updating, removing or error. ENDPOINT is the first URL. DETAIL says why a pod of the revision does not serve,
and which promotion, undo, removal or gradual release has begun and is not finished, with the command that goes on. -o wide adds ready pods, weight,
and, where the list has no more than 20 published services, what the gateways measure for two seconds: share, rate, errors and p95 (no other format
waits for that); and to DETAIL, which requests come beside the weight (stage --match, weight --sticky).

Fields of a service, for templates: id, name, stack, revision, image, created, scale, scaleStatus, state, weight, match, sticky, endpoints,
detail.
Of a container: name, stack, container, image, created, node, ip, state, detail.`

func newPsCmd(o *Options) *cobra.Command {
	var allNamespaces, containers, all, ids bool
	list := listFlags{kind: "Service"}
	cmd := &cobra.Command{
		Use:               "ps [SERVICE[:REVISION][/POD[/CONTAINER]]...]",
		Short:             "List services and containers",
		Long:              psLong,
		Example:           psExample,
		ValidArgsFunction: completePods(o),
		RunE: func(cmd *cobra.Command, args []string) error {
			refs, err := o.podRefs(args, "")
			if err != nil {
				return err
			}
			if err := list.validate(); err != nil {
				return err
			}
			matching, err := labels.Parse(list.selector)
			if err != nil {
				return err
			}
			if allNamespaces && len(refs) > 0 {
				return usagef("-A and %q are both given: a name is of one stack", refs[0])
			}
			containers = containers || len(refs) > 0
			if containers && list.selector != "" {
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
			scope := scope(namespace, allNamespaces)
			if containers {
				list.kind = "Container"
				if len(refs) == 0 {
					refs = []rio.PodRef{{Ref: rio.Ref{Namespace: scope}}}
				}
				rows, err := containersOf(cmd.Context(), client, refs, namespace, all)
				if len(rows) > 0 || err == nil {
					err = errors.Join(err, list.print(o, rows, func(bool) error { return printer.ContainerTable(o.Out, rows, o.Now()) }))
				}
				return err
			}
			rows, err := o.servicesOf(cmd.Context(), client, scope, matching, &list)
			if err != nil {
				return err
			}
			return list.print(o, rows, func(wide bool) error {
				return printer.ServiceTable(o.connection().to(o.Out), rows, namespace, o.Now(), wide, ids)
			})
		},
	}
	list.add(cmd)
	f := cmd.Flags()
	f.BoolVarP(&allNamespaces, "all-namespaces", "A", false, "include all stacks")
	f.BoolVarP(&containers, "containers", "c", false, "list containers")
	f.BoolVarP(&all, "all", "a", false, "include the containers that Istio and kubectl debug add, and with -c the pods that are no service's")
	addIDs(cmd, &ids)
	f.StringVarP(&list.selector, "selector", "l", "", "only services with a revision whose workload or pods have these `LABELS`, for example tier=front")
	return cmd
}

// servicesOf are the lines of services, with what the form of the list shows of each.
func (o *Options) servicesOf(ctx context.Context, client *cluster.Client, namespace string, matching labels.Selector, list *listFlags) ([]printer.Service, error) {
	if list.output == outputWide {
		services, err := client.List(ctx, namespace, matching)
		if err != nil {
			return nil, err
		}
		rows := printer.Services(services)
		return rows, o.measure(ctx, client, services, rows)
	}
	lines := printer.Services
	if list.structured() {
		lines = printer.DescribedServices
	}
	rows, err := cluster.Listed(ctx, client, namespace, matching, lines)
	printer.NewestFirst(rows)
	return rows, err
}

// containersOf are the containers of what is named, of those that were found though others may
// not have been. Where no service is named, all adds the pods that are none's.
func containersOf(ctx context.Context, client *cluster.Client, refs []rio.PodRef, namespace string, all bool) ([]printer.Container, error) {
	var rows []printer.Container
	var errs []error
	for _, ref := range refs {
		var pods []corev1.Pod
		var err error
		switch {
		case ref.Service != "":
			pods, err = podsOf(ctx, client, ref)
		case all:
			pods, err = client.AllPods(ctx, ref.Namespace)
		default:
			pods, err = client.Pods(ctx, ref.Ref)
		}
		if errors.Is(err, cluster.ErrNoPods) {
			err = nil // an empty list says it
		}
		found := printer.Containers(pods, namespace, all || ref.Container != "")
		if ref.Container != "" {
			for i := range pods {
				_, missing := rio.ContainerOf(&pods[i], ref)
				err = errors.Join(err, missing)
			}
			found = slices.DeleteFunc(found, func(c printer.Container) bool { return c.Container != ref.Container })
		}
		rows, errs = append(rows, found...), append(errs, err)
	}
	return rows, errors.Join(errs...)
}

// Wide lists measure what really happens to traffic for a moment, of no more services than
// people look at; their gateways are asked for each.
const (
	wideWindow   = 2 * time.Second
	wideServices = 20
)

// measure adds to the rows what the gateways saw of each service that they lead to.
func (o *Options) measure(ctx context.Context, client *cluster.Client, services []rio.Service, rows []printer.Service) error {
	published := slices.DeleteFunc(slices.Clone(services), func(s rio.Service) bool { return s.AtGateway() == "" })
	if len(published) > wideServices {
		o.talk("not measured: %d services are published here, and at most %d are asked about; see: kubectl rio weight SERVICE", len(published), wideServices)
		return nil
	}
	reasons := make([]error, len(published))
	var all sync.WaitGroup
	for i, s := range published {
		all.Go(func() {
			figures, err := measured(ctx, client, s, wideWindow)
			printer.AddFigures(rows, s.Ref(), figures)
			reasons[i] = err
		})
	}
	all.Wait()
	if ctx.Err() != nil {
		return ctx.Err()
	}
	said := map[string]bool{} // of most services it is the same
	for _, err := range reasons {
		if err != nil && !said[err.Error()] {
			said[err.Error()] = true
			o.talk("not measured: %v", err)
		}
	}
	return nil
}
