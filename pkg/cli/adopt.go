package cli

import (
	"context"
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"github.com/kubectl-rio/kubectl-rio/pkg/manifest"
	"github.com/kubectl-rio/kubectl-rio/pkg/rio"
)

const adoptLong = `Turn a Deployment, StatefulSet or DaemonSet that another tool made into a revision: it gets the same routes and URL as a revision that run makes, and
can be used as a canary and given a weight. Only labels are written to it. Its pods need labels, too, which only new pods get: where they are missing,
the workload replaces its pods, by its own strategy. The command says so first, and asks on a terminal; a script passes --yes. Routes are written once
all pods are ready.

The name of the service is the one that --as gives, else the one in the workload's labels, else the workload's name; the revision is latest unless
--as or a label names another. A Service of that name is left as it is and goes on serving; its ports are the service's. Without one, a Service is
made, with the ports of another Service that selects the pods, or else of the containers. They are open inside the mesh; -p publishes them. release
undoes the adoption. A service that release let go comes back as kubectl rio's own; set its weights and publish it again. One whose
route or Service somebody deleted gets it anew. If the command is interrupted, run it again to finish.`

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
	m.limits = limitsAnswered
	var flags podFlags
	var as string
	var yes bool
	cmd := &cobra.Command{
		Use: "adopt KIND/NAME", Short: "Turn a workload of another tool into a revision", Long: adoptLong, Example: adoptExample,
		Args: exactly(1, "KIND/NAME"), ValidArgsFunction: completeForeign(o),
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
			if err := m.start(cmd, args); err != nil {
				return err
			}
			return m.adopt(cmd.Context(), want)
		},
	}
	m.addFlags(cmd)
	flags.add(cmd.Flags(), groupPorts)
	f := cmd.Flags()
	f.StringVar(&as, "as", "", "`SERVICE[:REVISION]` that the workload becomes; when not given, its labels or its name decide. This is not kubectl's --as: to act as another user, use a context of your kubeconfig")
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
	ctx, done := m.within(ctx)
	defer done()
	result, err := m.labelAll(ctx, changedWith(a.Ref, found.Workload), found.Workload, a.Labels, a.Pods > 0)
	if err != nil {
		return err
	}
	v := decide(func(s rio.Service) (rio.Service, error) { return a.Onto(s, found.Workload) })
	v.introduce = func(ctx context.Context, s rio.Service) error { return m.mayBeLed(ctx, s, a.Ref) }
	routes, err := m.apply(ctx, a.Ref, v)
	if err != nil {
		return err
	}
	m.o.talkURLs(a.Service, a.Ref.RevisionName())
	return m.print(a.Ref, append(result, routes...))
}
