package cli

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"
	"k8s.io/apimachinery/pkg/labels"

	"github.com/kubectl-rio/kubectl-rio/pkg/cluster"
	"github.com/kubectl-rio/kubectl-rio/pkg/rio"
)

// completionTimeout bounds what a Tab waits for.
const completionTimeout = 2 * time.Second

type completer = func(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective)

// completeServices offers the services and revisions of the stack in use, or of the one
// that is typed in front.
func completeServices(o *Options) completer {
	return func(cmd *cobra.Command, args []string, typed string) ([]string, cobra.ShellCompDirective) {
		directive := cobra.ShellCompDirectiveNoFileComp
		suffix := ""
		if (cmd.Name() == "exec" || cmd.Name() == "stage") && len(args) > 0 { // the container's own words follow
			return nil, directive
		}
		if cmd.Name() == "weight" || cmd.Name() == "scale" {
			suffix, directive = "=", directive|cobra.ShellCompDirectiveNoSpace
		}
		return o.complete(directive, func(ctx context.Context, client *cluster.Client, own string) ([]string, error) {
			services, err := client.List(ctx, stackOf(typed, own), labels.Everything())
			switch cmd.Name() {
			case "promote":
				services = staged(services)
			case "undo", "abort", "release":
				services = whole(services)
			}
			found := names(services, own, typed, suffix)
			if cmd.Name() != "add" { // of a route, which may have one service in two places
				found = slices.DeleteFunc(found, func(name string) bool { return slices.Contains(args, name) })
			}
			return found, err
		})
	}
}

// completeNumbers offers for --to what history shows of the service that is named, but for what runs.
func completeNumbers(cmd *cobra.Command, o *Options) {
	completeFlagBy(cmd, "to", func(_ *cobra.Command, args []string, typed string) ([]string, cobra.ShellCompDirective) {
		if len(args) == 0 {
			return nil, cobra.ShellCompDirectiveNoFileComp
		}
		directive := cobra.ShellCompDirectiveNoFileComp | cobra.ShellCompDirectiveKeepOrder
		return o.complete(directive, func(ctx context.Context, client *cluster.Client, _ string) ([]string, error) {
			refs, err := o.serviceRefs(args[:1], "")
			if err != nil {
				return nil, err
			}
			snap, err := client.Load(ctx, refs[0])
			if err != nil {
				return nil, err
			}
			releases, err := client.History(ctx, snap.Service, rio.Latest)
			var numbers []string
			for _, r := range releases {
				if !r.Current {
					numbers = append(numbers, fmt.Sprintf("%d\t%s", r.Number, r.Image()))
				}
			}
			return startingWith(numbers, typed), err
		})
	})
}

// complete asks the cluster what to offer; own is the stack in use. What goes wrong behind a
// Tab is not said.
func (o *Options) complete(directive cobra.ShellCompDirective, ask func(ctx context.Context, client *cluster.Client, own string) ([]string, error)) ([]string, cobra.ShellCompDirective) {
	ctx, cancel := context.WithTimeout(context.Background(), completionTimeout)
	defer cancel()
	own, err := o.namespace()
	if err != nil {
		return nil, cobra.ShellCompDirectiveError
	}
	client, err := o.client("completion")
	if err != nil {
		return nil, cobra.ShellCompDirectiveError
	}
	found, err := ask(ctx, client, own)
	if err != nil {
		return nil, cobra.ShellCompDirectiveError
	}
	return found, directive
}

// stackOf is the stack that is typed in front, else the one in use.
func stackOf(typed, own string) string {
	if stack, _, ok := strings.Cut(typed, "/"); ok {
		return stack
	}
	return own
}

// staged leaves of services the revisions that promote takes: all but latest.
func staged(services []rio.Service) []rio.Service {
	for i := range services {
		services[i].Revisions = slices.DeleteFunc(services[i].Revisions, func(r rio.Revision) bool { return r.Name == rio.Latest })
	}
	return services
}

// whole leaves of services the names that are of no revision.
func whole(services []rio.Service) []rio.Service {
	for i := range services {
		services[i].Revisions = []rio.Revision{{Name: rio.Latest}}
	}
	return services
}

// completeTyped offers what is of the type that --type says, else services.
func completeTyped(o *Options) completer {
	services := completeServices(o)
	others := map[string]completer{
		typeRoute: completeRoutes(o), typeConfig: completeConfigs(o, rio.KindConfigMap), typeSecret: completeConfigs(o, rio.KindSecret),
		typeVolume: completeVolumes(o), typeStack: completeStacks(o),
	}
	return func(cmd *cobra.Command, args []string, typed string) ([]string, cobra.ShellCompDirective) {
		switch kind := cmd.Flag("type").Value.String(); {
		case others[kind] != nil:
			return others[kind](cmd, args, typed)
		case kind != "" && kind != typeService:
			return nil, cobra.ShellCompDirectiveNoFileComp
		}
		return services(cmd, args, typed)
	}
}

func names(services []rio.Service, namespace, typed, suffix string) []string {
	var out []string
	for _, s := range services {
		for _, r := range s.Revisions {
			name := s.Ref().Of(r.Name).In(namespace)
			if strings.HasPrefix(typed, namespace+"/") {
				name = s.Ref().Of(r.Name).In("")
			}
			if strings.HasPrefix(name, typed) {
				out = append(out, name+suffix)
			}
		}
	}
	return out
}

// completeFlag offers the values of a flag that has a few.
func completeFlag(cmd *cobra.Command, flag string, values ...string) {
	completeFlagBy(cmd, flag, func(_ *cobra.Command, _ []string, typed string) ([]string, cobra.ShellCompDirective) {
		return startingWith(values, typed), cobra.ShellCompDirectiveNoFileComp
	})
}

// completeFlagBy offers the values of a flag that somebody is asked for.
func completeFlagBy(cmd *cobra.Command, flag string, values completer) {
	// The only error is that of a flag that does not exist, which the tests of completion would show.
	_ = cmd.RegisterFlagCompletionFunc(flag, values)
}

// completeNamespaces offers the namespaces for -n.
func completeNamespaces(root *cobra.Command, o *Options) {
	completeFlagBy(root, "namespace", func(_ *cobra.Command, _ []string, typed string) ([]string, cobra.ShellCompDirective) {
		return o.complete(cobra.ShellCompDirectiveNoFileComp, func(ctx context.Context, client *cluster.Client, _ string) ([]string, error) {
			all, err := client.Namespaces(ctx)
			return startingWith(all, typed), err
		})
	})
}

// startingWith leaves of a list what goes on from what is typed.
func startingWith(list []string, typed string) []string {
	return slices.DeleteFunc(slices.Clone(list), func(s string) bool { return !strings.HasPrefix(s, typed) })
}

// completeConfigs offers the configs or secrets of the stack in use, or of the one that is
// typed in front.
func completeConfigs(o *Options, kind string) completer {
	return completeNames(o, func(ctx context.Context, client *cluster.Client, namespace string) ([]rio.Config, error) {
		return client.Configs(ctx, kind, namespace, "")
	})
}

// completeVolumes offers volumes.
func completeVolumes(o *Options) completer {
	return completeNames(o, func(ctx context.Context, client *cluster.Client, namespace string) ([]rio.Volume, error) {
		return client.Volumes(ctx, namespace, "")
	})
}

// completeForeign offers what adopt takes: workloads that are no revisions.
func completeForeign(o *Options) completer {
	return func(_ *cobra.Command, args []string, typed string) ([]string, cobra.ShellCompDirective) {
		if len(args) > 0 {
			return nil, cobra.ShellCompDirectiveNoFileComp
		}
		words := []string{"deploy", "sts", "ds"}
		if word, _, ok := strings.Cut(typed, "/"); ok {
			words = []string{word}
		}
		words = slices.DeleteFunc(words, func(word string) bool {
			return workloadKinds[word] == "" || !strings.Contains(typed, "/") && !strings.HasPrefix(word, typed)
		})
		return o.complete(cobra.ShellCompDirectiveNoFileComp, func(ctx context.Context, client *cluster.Client, own string) ([]string, error) {
			var out []string
			for _, word := range words {
				found, err := client.Foreign(ctx, workloadKinds[word], own)
				if err != nil {
					return nil, err
				}
				for _, name := range found {
					out = append(out, word+"/"+name)
				}
			}
			return startingWith(out, typed), nil
		})
	}
}

func completeNames[T interface{ FullName() rio.Name }](o *Options, list func(context.Context, *cluster.Client, string) ([]T, error)) completer {
	return func(cmd *cobra.Command, args []string, typed string) ([]string, cobra.ShellCompDirective) {
		if len(args) > 0 && cmd.Name() == "update" { // the file
			return nil, cobra.ShellCompDirectiveDefault
		}
		return o.complete(cobra.ShellCompDirectiveNoFileComp, func(ctx context.Context, client *cluster.Client, own string) ([]string, error) {
			namespace := stackOf(typed, own)
			if strings.Contains(typed, "/") {
				own = ""
			}
			found, err := list(ctx, client, namespace)
			var out []string
			for _, thing := range found {
				out = append(out, thing.FullName().In(own))
			}
			return startingWith(out, typed), err
		})
	}
}
