package cli

import (
	"context"
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"github.com/kubectl-rio/kubectl-rio/pkg/cluster"
	"github.com/kubectl-rio/kubectl-rio/pkg/plan"
	"github.com/kubectl-rio/kubectl-rio/pkg/printer"
	"github.com/kubectl-rio/kubectl-rio/pkg/rio"
)

var runExample = `
  # Run nginx as a service with a URL
  kubectl rio run --name foobar -p 80/http nginx

  # Three pods that listen on 8080, reached inside the mesh as http://api/
  kubectl rio run --name api --expose 80:8080/http --scale 3 -e MODE=fast example/api:1.2

  # A shell to try something in
  kubectl rio run -it --name try debian bash

  # In a stack of its own, which is made if need be
  kubectl rio run --name shop/front -p 80/http nginx`

const runLong = `Create a service with its revision latest, which gets all of its traffic, and run it. With a published http port it has a URL. The stack's
namespace is made when it does not exist. All that follows IMAGE belongs to the container. With -it, on a terminal, it attaches.

A run that was interrupted is finished by the same command. Otherwise a name that exists is refused.`

func newRunCmd(o *Options) *cobra.Command {
	m := newMutation(o)
	var flags podFlags
	var name, scale string
	var detach bool
	cmd := &cobra.Command{
		Use:     "run [flags] IMAGE [ARG...]",
		Short:   "Create and run a new service",
		Long:    runLong,
		Example: runExample,
		Args:    atLeast(1, "IMAGE [ARG...]"),
		RunE: func(cmd *cobra.Command, args []string) error {
			pod, err := flags.pod(cmd, args[0], afterDashes(args[1:]))
			if err != nil {
				return err
			}
			if pod.Mesh == nil {
				pod.Mesh = new(true)
			}
			replicas, err := rio.ParseReplicas(scale)
			if err != nil {
				return usageError(err)
			}
			if name == "" {
				name = o.NewName()
			}
			refs, err := o.refs([]string{name})
			if err != nil {
				return err
			}
			ref := refs[0]
			if ref.Revision != "" {
				return usagef("invalid --name %q: a new service has no revision yet; stage it afterwards: kubectl rio stage --image IMAGE %s", name, name)
			}
			ctx, done, err := m.begin(cmd, args)
			if err != nil {
				return err
			}
			defer done()
			if err := m.run(ctx, ref, pod, replicas); err != nil {
				return err
			}
			if flags.stdin && flags.tty && !detach && m.dryRun == dryRunNone && isTerminal(o.In) && isTerminal(o.Out) {
				o.talk("Attaching...")
				return attachTo(cmd.Context(), o, m.client, rio.PodRef{Ref: ref}, true, true)
			}
			return nil
		},
	}
	m.addFlags(cmd)
	flags.add(cmd)
	f := cmd.Flags()
	f.StringVar(&name, "name", "", "name of the service, `[STACK/]NAME`; without it one is made up")
	f.StringVar(&scale, "scale", "1", "`NUMBER` of pods")
	f.BoolVar(&detach, "detach", false, "do not attach to the container with -it")
	f.SetInterspersed(false) // what stands behind IMAGE is the container's
	return cmd
}

// run creates the service, or finishes what an interrupted run began.
func (m *mutation) run(ctx context.Context, ref rio.Ref, pod plan.Pod, replicas int) error {
	gateway, err := m.client.Gateway(ctx)
	if err != nil {
		return err
	}
	planned, err := plan.Run(ref, pod, replicas, gateway)
	if err != nil {
		return err
	}
	m.prepare = func(ctx context.Context) error {
		m.o.talk("stack %s: service %s, revision latest, image %s, %d %s", ref.Namespace, ref.Service, pod.Image, replicas, plural(replicas, "replica"))
		return m.client.EnsureStack(ctx, ref.Namespace)
	}
	result, err := m.apply(ctx, ref, func(s cluster.Snapshot) (rio.Service, error) {
		changes := plan.Diff(s.Objects, plan.Blame(s.Service, planned, nil, rio.Cause{}))
		if s.Service.Exists() && (len(changes) == 0 || !changes.OnlyCreates()) {
			latest, _ := s.Service.Latest()
			return planned, fmt.Errorf("service %q exists in stack %q (%s); stage a new revision of it: kubectl rio stage -n %s --image %s %s; or choose another --name",
				ref.Service, ref.Namespace, describe(latest), ref.Namespace, pod.Image, ref.Service)
		}
		return planned, nil
	})
	if err != nil {
		return err
	}
	for _, url := range printer.Endpoints(planned, rio.Latest) {
		m.o.talk("  url       %s", url)
	}
	return m.print(ref, result)
}

func describe(r *rio.Revision) string {
	if r == nil {
		return "no latest revision"
	}
	return printer.Image(*r)
}

func plural(n int, noun string) string {
	if n == 1 {
		return noun
	}
	return noun + "s"
}

// afterDashes drops the -- that may stand before a container's arguments.
func afterDashes(args []string) []string {
	if len(args) > 0 && strings.TrimSpace(args[0]) == "--" {
		return args[1:]
	}
	return args
}
