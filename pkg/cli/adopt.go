package cli

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/kubectl-rio/kubectl-rio/pkg/cluster"
	"github.com/kubectl-rio/kubectl-rio/pkg/manifest"
	"github.com/kubectl-rio/kubectl-rio/pkg/plan"
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
	reading, done := context.WithTimeout(ctx, m.timeout)
	defer done()
	found, a, err := m.planAdoption(reading, want)
	if err != nil {
		return err
	}
	m.describeAdoption(found, a)
	var costs []string
	if a.Pods > 0 {
		costs = append(costs, replaced(found.Workload, a))
	}
	if ok, err := m.agreed(costs, want.yes); err != nil || !ok {
		return err
	}
	ctx, done = context.WithTimeout(ctx, m.timeout)
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

// planAdoption reads and decides, and finds out what else would stand in the way, all before
// the first write.
func (m *mutation) planAdoption(ctx context.Context, want adoption) (found plan.Found, a plan.Adoption, err error) {
	if found.Workload, err = m.client.Workload(ctx, want.kind, want.name); err != nil {
		return found, a, err
	}
	if found.Services, err = m.client.Services(ctx, want.name.Namespace); err != nil {
		return found, a, err
	}
	if a.Ref, err = plan.AdoptAs(found.Workload); want.as != nil {
		a.Ref, err = *want.as, nil
	}
	if err != nil {
		return found, a, err
	}
	gateway, err := m.gatewayFor(ctx, a.Ref, want.ports)
	if err != nil {
		return found, a, err
	}
	snap, err := m.client.Load(ctx, a.Ref)
	if err != nil {
		return found, a, err
	}
	if a, err = plan.Adopt(snap.Service, a.Ref, found, want.ports, gateway); err != nil {
		return found, a, err
	}
	changes := plan.Diff(snap.Objects, a.Service)
	return found, a, m.client.MustBeFree(ctx, slices.DeleteFunc(changes, a.Labels.Has))
}

// labelAll labels the workload, and when all its pods are there with theirs, the Services.
func (m *mutation) labelAll(ctx context.Context, w manifest.Object, changes plan.ChangeSet, replaces bool) ([]manifest.Object, error) {
	var own, others plan.ChangeSet
	for _, c := range changes {
		if manifest.IsWorkload(c.Object()) {
			own = append(own, c)
		} else {
			others = append(others, c)
		}
	}
	result, err := m.put(ctx, own)
	if err != nil {
		return nil, err
	}
	if m.dryRun == dryRunNone && (m.wait || replaces) {
		if err := m.rolledOut(ctx, rio.Ref{Namespace: w.GetNamespace(), Service: w.GetName()}, manifest.Kind(w)); err != nil {
			return nil, err
		}
	}
	labelled, err := m.put(ctx, others)
	return append(result, labelled...), err
}

// mayBeLed waits until the proxies know an adopted revision, whose Service has callers
// already, before these are led.
func (m *mutation) mayBeLed(ctx context.Context, s rio.Service, ref rio.Ref) error {
	if s.Selects == nil {
		return nil
	}
	return m.confirmLine("proxies", func() (cluster.Confirmation, error) { return m.client.ConfirmKnown(ctx, s, ref.RevisionName()) })
}

// agreed asks on a terminal whether something may be lost; a script has to have said so.
func (m *mutation) agreed(costs []string, yes bool) (bool, error) {
	if len(costs) == 0 || yes || m.dryRun != dryRunNone {
		return true, nil
	}
	what := strings.Join(costs, "; ")
	if !m.o.mayAsk() {
		return false, fmt.Errorf("%s, and there is no terminal to ask on; if that is meant, say so: kubectl rio %s --yes", what, m.command)
	}
	ok, err := m.o.confirmed(what + ". Go on?")
	if err == nil && !ok {
		m.o.talk("nothing was changed")
	}
	return ok, err
}

// replaced says how the pods of an adopted workload get their labels.
func replaced(w manifest.Object, a plan.Adoption) string {
	how := "one after the other"
	if a.AtOnce {
		how = "all of them end before others begin (Recreate), and requests are lost meanwhile"
	}
	return fmt.Sprintf("%d %s of %s to be replaced, for labels come with a new pod only: %s", a.Pods, plural(int(a.Pods), "pod"), manifest.KindName(w), how)
}

func (m *mutation) describeAdoption(f plan.Found, a plan.Adoption) {
	m.o.talk("stack %s: %s becomes revision %s of service %s", a.Ref.Namespace, manifest.KindName(f.Workload), a.Ref.RevisionName(), a.Ref.Service)
	for _, p := range a.Service.Ports {
		where := "inside the mesh"
		if p.Publish {
			where = "published"
		}
		m.o.talk("  port      %s, %s", p, where)
	}
	if a.Service.Selects != nil {
		m.o.talk("  service   service/%s stays as it is", a.Ref.Service)
	}
	if a.Pods > 0 {
		m.o.talk("  pods      %s", replaced(f.Workload, a))
	} else {
		m.o.talk("  pods      stay")
	}
}
