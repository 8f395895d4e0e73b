package cli

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/kubectl-rio/kubectl-rio/pkg/cluster"
	"github.com/kubectl-rio/kubectl-rio/pkg/plan"
	"github.com/kubectl-rio/kubectl-rio/pkg/printer"
	"github.com/kubectl-rio/kubectl-rio/pkg/rio"
	"github.com/kubectl-rio/kubectl-rio/pkg/spec"
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

const runLong = `Create a service with its revision latest, which gets all of its traffic, and run it. A published http port gives it a URL. The stack's namespace is
created if it does not exist. All that follows IMAGE belongs to the container. With -it on a terminal, the command attaches to it.

A run that was interrupted is finished by the same command. Otherwise, a name that exists is refused.`

func newRunCmd(o *Options) *cobra.Command {
	var scale string
	var detach bool
	cmd := newLaunchCmd(o, func(cmd *cobra.Command, r *spec.Revision) error {
		if !cmd.Flags().Changed("scale") {
			return nil
		}
		s, err := rio.ParseRange(scale)
		r.Scale = &s
		return usageError(err)
	}, &detach)
	cmd.Use, cmd.Short, cmd.Example = "run [flags] IMAGE [ARG...]", "Create and run a new service", runExample
	cmd.Long = runLong
	cmd.Flags().StringVar(&scale, "scale", "1", "`NUMBER` of pods, or MIN-MAX for an autoscaler that goes by CPU use; for example 3 or 2-5")
	cmd.Flags().BoolVar(&detach, "detach", false, "do not attach to the container with -it")
	return cmd
}

func newCreateCmd(o *Options) *cobra.Command {
	cmd := newLaunchCmd(o, func(_ *cobra.Command, r *spec.Revision) error {
		if r.Global != nil && *r.Global {
			return usagef("--global runs one pod on every node, so there is no such service without pods; use: kubectl rio run --global")
		}
		r.Scale = &rio.Scale{}
		return nil
	}, new(true))
	cmd.Use, cmd.Short = "create [flags] IMAGE [ARG...]", "Create a new service that does not run yet"
	cmd.Long = "Create a new service with no pods. Start it with: kubectl rio scale SERVICE=N"
	cmd.Example = `
  # All that run would make, but for the pods; and then one of them
  kubectl rio create --name foobar -p 80/http nginx
  kubectl rio scale foobar=1`
	return cmd
}

// newLaunchCmd is what run and create have in common; size gives the service its scale.
func newLaunchCmd(o *Options, size func(*cobra.Command, *spec.Revision) error, detach *bool) *cobra.Command {
	m := newMutation(o)
	var flags podFlags
	var name string
	cmd := &cobra.Command{
		Args: atLeast(1, "IMAGE [ARG...]"),
		RunE: func(cmd *cobra.Command, args []string) error {
			r, err := flags.revision(args[0], afterDashes(args[1:]))
			if err != nil {
				return err
			}
			if err := size(cmd, &r); err != nil {
				return err
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
				return usagef("invalid --name %q: a new service has no revision yet; stage it afterwards: kubectl rio stage -n %s --image IMAGE %s", name, ref.Namespace, ref)
			}
			if err := plan.Check(ref, r); err != nil {
				return usageError(err)
			}
			ctx, done, err := m.begin(cmd, args)
			if err != nil {
				return err
			}
			defer done()
			if flag := flagBehindImage(cmd, args); flag != "" {
				o.talk("%s stands behind IMAGE, so it is an argument of the program", flag)
			}
			o.sayOutside(r)
			attaches := flags.on("interactive") && flags.on("tty") && !*detach && m.dryRun == dryRunNone && isTerminal(o.In) && isTerminal(o.Out)
			if attaches {
				m.wait = false // what is to be ready may be started by what is typed
			}
			if err := m.run(ctx, ref, r); err != nil {
				return err
			}
			if attaches {
				if err := m.started(ctx, ref); err != nil {
					return err
				}
				o.talk("Attaching...")
				return attachTo(cmd.Context(), o, m.client, rio.PodRef{Ref: ref}, true, true)
			}
			return nil
		},
	}
	m.addFlags(cmd)
	flags.addTo(cmd)
	completePodFlags(cmd, o)
	f := cmd.Flags()
	f.StringVar(&name, "name", "", "name of the service, `[STACK/]NAME`; without it one is made up")
	f.SetInterspersed(false) // what stands behind IMAGE is the container's
	return cmd
}

// flagBehindImage is the first argument of the program that is spelled as a long flag of the
// command; what stands behind -- is meant so.
func flagBehindImage(cmd *cobra.Command, args []string) string {
	if cmd.ArgsLenAtDash() == 0 {
		return ""
	}
	for _, arg := range args[1:] {
		name, long := strings.CutPrefix(arg, "--")
		if long && name == "" {
			return ""
		}
		name, _, _ = strings.Cut(name, "=")
		if long && cmd.Flags().Lookup(name) != nil {
			return "--" + name
		}
	}
	return ""
}

// run creates the service, or finishes what an interrupted run began.
func (m *mutation) run(ctx context.Context, ref rio.Ref, r spec.Revision) error {
	ports, err := r.AllPorts()
	if err != nil {
		return err
	}
	gateway, err := m.gatewayFor(ctx, ref, ports)
	if err != nil {
		return err
	}
	planned, err := plan.Run(ref, r, gateway)
	if err != nil {
		return err
	}
	repeat := fmt.Sprintf("kubectl rio rm -n %s %s; then this again", ref.Namespace, ref.Service) // what runs is not changed by run
	if planned, err = m.furnish(ctx, planned, rio.Latest, nil, nil, repeat); err != nil {
		return err
	}
	if err := m.sayNoClass(ctx, planned, rio.Latest); err != nil {
		return err
	}
	latest, _ := planned.Latest()
	if err := m.mustHaveRoles(ctx, ref.Namespace, latest.Rights, rio.Rights{}); err != nil {
		return err
	}
	prepare := func(ctx context.Context) error {
		m.o.talk("stack %s: service %s, revision latest, image %s, %s", ref.Namespace, ref.Service, r.Image, sizeOf(latest))
		m.sayAlone(rio.Service{}, planned)
		_, err := m.ensureStack(ctx, ref.Namespace)
		return err
	}
	result, err := m.apply(ctx, ref, verb{prepare: prepare, of: []string{rio.Latest}, decide: func(s cluster.Snapshot) (rio.Service, error) {
		changes := plan.Diff(s.Objects, plan.Blame(s.Service, planned, nil, rio.Cause{}))
		latest, ok := s.Service.Latest()
		underWay := ok && len(changes) == 0 && !latest.Observed.RolledOut()
		if s.Service.Exists() && !underWay && (len(changes) == 0 || !changes.OnlyCreates()) {
			if !ok {
				return planned, rio.NoSuchRevision(s.Service, rio.Latest)
			}
			return planned, fmt.Errorf("service %q exists in stack %q (%s); stage a new revision of it: kubectl rio stage -n %s --image %s %s; or choose another --name",
				ref.Service, ref.Namespace, latest.Image(), ref.Namespace, r.Image, ref.Service)
		}
		return planned, nil
	}})
	if err != nil {
		return err
	}
	m.o.talkURLs(planned, rio.Latest)
	return m.print(ref, result)
}

// started waits until there is something to attach to.
func (m *mutation) started(ctx context.Context, ref rio.Ref) error {
	snap, err := m.client.Load(ctx, ref)
	if err != nil {
		return err
	}
	latest, ok := snap.Service.Latest()
	if !ok {
		return rio.NoSuchRevision(snap.Service, rio.Latest)
	}
	return m.await("pods", func(report func(string)) error {
		return m.client.WaitStarted(ctx, workloadOf(snap.Service, latest), report)
	})
}

// sayOutside says what a pod of the node's network is without, unless it was asked to be.
func (o *Options) sayOutside(r spec.Revision) {
	if r.Net == "host" && r.Mesh == nil {
		o.talk("Istio gives a pod in its node's network no sidecar, so it is outside the mesh")
	}
}

// talkURLs says by which URLs a revision is reached.
func (o *Options) talkURLs(s rio.Service, revision string) {
	for _, url := range printer.Endpoints(s, revision) {
		o.talk("  url       %s", url)
	}
}

// gatewayFor is where ports are published, and which of its ports others have.
func (m *mutation) gatewayFor(ctx context.Context, ref rio.Ref, ports []rio.PortSpec) (plan.Gateway, error) {
	gateway, err := m.client.Gateway(ctx)
	if err == nil && slices.ContainsFunc(ports, func(p rio.PortSpec) bool { return p.AtGateway }) {
		gateway.Taken, err = m.client.TakenPorts(ctx, gateway.Name, ref.Namespace)
	}
	return gateway, err
}

// sizeOf says how many pods a revision is to have.
func sizeOf(r *rio.Revision) string {
	switch {
	case r.Autoscale != nil:
		return fmt.Sprintf("%s replicas, by CPU", r.Autoscale)
	case r.Replicas == nil:
		return "one replica on every node"
	}
	return rio.Count(*r.Replicas, "replica")
}

// afterDashes drops the -- that may stand before a container's arguments.
func afterDashes(args []string) []string {
	if len(args) > 0 && strings.TrimSpace(args[0]) == "--" {
		return args[1:]
	}
	return args
}
