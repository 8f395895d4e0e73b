package cli

import (
	"context"
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"github.com/kubectl-rio/kubectl-rio/pkg/manifest"
	"github.com/kubectl-rio/kubectl-rio/pkg/printer"
	"github.com/kubectl-rio/kubectl-rio/pkg/rio"
)

const adoptLong = `Make a revision of a Deployment, StatefulSet or DaemonSet that another tool made: it gets the routes and the URL that a revision of run has, and can
be canaried and weighted. Nothing of it is written but labels. Pods are known by labels, too, which only new pods get: where they lack them the workload
replaces them, by its own strategy. That is said first, and asked on a terminal; a script says --yes. Routes are written when all pods are ready.

The service is called as --as says, else as the workload's labels or its name say; the revision is latest. A Service of that name stays as it is and goes on
serving; its ports are the service's. Without one the ports are those of another Service that selects the pods, or of the containers, and a Service is made.
They are open inside the mesh; -p publishes. release gives all of it back. What release let go is taken back as kubectl rio's own; its weights and its
publishing are asked for anew. Stopped anywhere, the same command finishes it.`

const adoptExample = `
  # A Deployment becomes the service that its labels name, with a URL
  kubectl rio adopt deploy/web -p 80:8080/http

  # What would be written, and whether pods are replaced
  kubectl rio adopt deploy/web --dry-run=server

  # Another one becomes a revision of it, with no traffic yet
  kubectl rio adopt deploy/web-next --as web:next --yes`

// workloadKinds are the words for what can be adopted.
var workloadKinds = map[string]string{
	"deploy": manifest.KindDeployment, "deployment": manifest.KindDeployment, "deployments": manifest.KindDeployment,
	"sts": manifest.KindStatefulSet, "statefulset": manifest.KindStatefulSet, "statefulsets": manifest.KindStatefulSet,
	"ds": manifest.KindDaemonSet, "daemonset": manifest.KindDaemonSet, "daemonsets": manifest.KindDaemonSet,
}

// adoption is what the arguments of adopt ask for.
type adoption struct {
	kind  string
	name  rio.Name
	as    *rio.Ref // nil: as the workload's labels say
	ports []rio.PortSpec
	yes   bool
}

func newAdoptCmd(o *Options) *cobra.Command {
	m := newMutation(o)
	var flags podFlags
	var as string
	var yes bool
	cmd := &cobra.Command{
		Use: "adopt KIND/NAME", Short: "Make a revision of what another tool runs", Long: adoptLong, Example: adoptExample,
		Args: exactly(1, "KIND/NAME"), ValidArgsFunction: cobra.NoFileCompletions,
		RunE: func(cmd *cobra.Command, args []string) error {
			want, err := o.adoption(args[0], as)
			if err != nil {
				return err
			}
			r, err := flags.revision("", nil)
			if err != nil {
				return err
			}
			if want.ports, err = r.AllPorts(); err != nil {
				return usageError(err)
			}
			want.yes = yes
			_, done, err := m.begin(cmd, args)
			if err != nil {
				return err
			}
			done() // who is asked takes some time
			return m.adopt(cmd.Context(), want)
		},
	}
	m.addFlags(cmd)
	flags.add(cmd.Flags(), groupPorts)
	f := cmd.Flags()
	f.StringVar(&as, "as", "", "`SERVICE[:REVISION]` that it becomes, what its labels or its name say when not given; here it is not kubectl's --as, so act as another user by a context of your kubeconfig")
	f.BoolVarP(&yes, "yes", "y", false, "do not ask before pods are replaced")
	return cmd
}

// adoption reads what is to be adopted, and as what.
func (o *Options) adoption(workload, as string) (adoption, error) {
	var want adoption
	namespace, err := o.namespace()
	if err != nil {
		return want, err
	}
	word, name, _ := strings.Cut(workload, "/")
	word, _, _ = strings.Cut(strings.ToLower(word), ".")
	kind, known := workloadKinds[word]
	if !known || name == "" {
		return want, usagef("invalid workload %q: want deploy/NAME, sts/NAME or ds/NAME", workload)
	}
	want.kind = kind
	if want.name, err = rio.ParseName(name, namespace); err != nil {
		return want, usageError(err)
	}
	if as == "" {
		return want, nil
	}
	refs, err := o.refs([]string{as})
	if err != nil {
		return want, err
	}
	if want.as = &refs[0]; refs[0].Namespace != want.name.Namespace {
		return want, usagef("invalid --as %q: %s is in namespace %q and stays there; leave the stack out", as, workload, want.name.Namespace)
	}
	return want, nil
}

// adopt labels first, which may replace pods, and routes to them when they are ready.
func (m *mutation) adopt(ctx context.Context, want adoption) error {
	found, a, err := m.planAdoption(ctx, want)
	if err != nil {
		return err
	}
	said := describeAdoption(found, a)
	m.o.talk("%s", said)
	var costs []string
	if a.Pods > 0 {
		costs = append(costs, replaced(found.Workload, a))
	}
	if ok, err := m.agreed(costs, want.yes); err != nil || !ok {
		return err
	}
	if m.asks(costs, want.yes) { // the question may have stood for long
		if found, a, err = m.planAdoption(ctx, want); err != nil {
			return err
		}
		if describeAdoption(found, a) != said {
			return fmt.Errorf("%s was changed while you were asked; look at it, and repeat the command", manifest.KindName(found.Workload))
		}
	}
	ctx, done := context.WithTimeout(ctx, m.timeout)
	defer done()
	result, err := m.labelAll(ctx, found.Workload, a.Labels, a.Pods > 0)
	if err != nil {
		return err
	}
	m.introduce = func(ctx context.Context, s rio.Service) error { return m.mayBeLed(ctx, s, a.Ref) }
	routes, err := m.apply(ctx, a.Ref, decide(func(s rio.Service) (rio.Service, error) { return a.Onto(s, found.Workload) }))
	if err != nil {
		return err
	}
	for _, url := range printer.Endpoints(a.Service, a.Ref.RevisionName()) {
		m.o.talk("  url       %s", url)
	}
	return m.print(a.Ref, append(result, routes...))
}
