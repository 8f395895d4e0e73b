package cli

import (
	"github.com/spf13/cobra"

	"github.com/kubectl-rio/kubectl-rio/pkg/plan"
	"github.com/kubectl-rio/kubectl-rio/pkg/printer"
	"github.com/kubectl-rio/kubectl-rio/pkg/rio"
)

var stageExample = `
  # Put httpd beside what runs, as revision v2; it gets a URL and no traffic yet
  kubectl rio stage --image httpd foobar:v2

  # The same image with another setting, at once with 5% of the traffic
  kubectl rio stage -e MODE=fast --weight 5% foobar:fast

  # For testers only: their requests go to v2, all others to latest
  kubectl rio stage --image httpd --match header:x-canary=1 --match cookie:beta=1 foobar:v2

  # With arguments of its own for the program
  kubectl rio stage --image example/api:2 foobar:v3 -- --verbose`

const stageLong = `Stage a revision beside latest: latest's pod as it runs, with what the flags change. It gets its own URL; the service's traffic stays where it is,
unless --weight gives the revision a share, which ends a gradual release that is on. Without REVISION, it is called next. A revision of that name is
replaced, and its weight becomes that of --weight; the traffic that it carries goes to latest before its pods are replaced. With --weight or
--match, also with --wait=false, the pods are waited for before requests are led to them.

What no flag sets is taken from latest. So is when to pull the image, unless that is only the default of latest's image: a new --image then has its own.
A port flag, or one of --sidekick, can change where a port leads, but not add a port: with -p 80:8080/http, the revision listens on 8080 behind the same
port 80.`

func newStageCmd(o *Options) *cobra.Command {
	m := newMutation(o)
	var flags podFlags
	var image, scale, weight string
	var match []string
	cmd := &cobra.Command{
		Use:               "stage [flags] SERVICE[:REVISION] [-- ARG...]",
		Short:             "Stage a new revision of a service",
		Long:              stageLong,
		Example:           stageExample,
		Args:              atLeast(1, "SERVICE[:REVISION]"),
		ValidArgsFunction: completeServices(o),
		RunE: func(cmd *cobra.Command, args []string) error {
			if len(args) > 1 && cmd.ArgsLenAtDash() != 1 {
				return usagef("%q is no flag; an image goes behind --image, and arguments for the program behind --: kubectl rio %s%s %s -- %s", args[1], typed(cmd, nil, nil), o.stackFlag(), rio.Quote(args[0]), rio.QuoteAll(args[1:]))
			}
			if cmd.Flags().Changed("image") && image == "" {
				return usagef("invalid --image \"\": want an image, for example httpd:2.4; without the flag it is latest's")
			}
			r, err := flags.revision(image, args[1:])
			if err != nil {
				return err
			}
			refs, err := o.refs(args[:1])
			if err != nil {
				return err
			}
			ref := refs[0]
			if ref.Revision == "" {
				ref.Revision = rio.DefaultNext
			}
			size, err := rio.ParseRange(scale)
			if err != nil {
				return usageError(err)
			}
			if size.Max > 0 {
				r.Scale = &size
			}
			if r.Weight, err = rio.ParsePercent(weight); err != nil {
				return usagef("invalid --weight: %w", err)
			}
			matches, err := parseMatches(match, ref.Namespace)
			if err != nil {
				return err
			}
			ctx, done, err := m.begin(cmd, args)
			if err != nil {
				return err
			}
			defer done()
			for _, match := range matches {
				if from, ok := match.Caller(ref.Namespace); ok {
					if err := m.mustCall(ctx, from, ref); err != nil {
						return err
					}
				}
			}
			o.sayOutside(r)
			var gateway plan.Gateway
			if r.Mesh != nil && *r.Mesh {
				if gateway, err = m.client.Gateway(ctx); err != nil {
					return err
				}
			}
			v := decide(func(s rio.Service) (rio.Service, error) {
				next, err := plan.Stage(s, ref.Revision, r)
				if staged, ok := next.Revision(ref.Revision); ok && err == nil {
					plan.Join(&staged.Template, gateway)
				}
				if err == nil {
					err = m.mustHaveRoles(ctx, ref.Namespace, rio.Rights{Permissions: r.Permissions, GlobalPermissions: r.GlobalPermissions}, rio.Rights{})
				}
				if err == nil {
					next, err = m.furnish(ctx, next, ref.Revision, nil, nil, "this again")
				}
				if err == nil {
					err = m.sayNoClass(ctx, next, ref.Revision)
				}
				if err == nil {
					next, err = plan.Choose(next, ref.Revision, matches)
				}
				if err == nil {
					m.describeStage(ref, s, next)
				}
				return next, err
			})
			v.of = []string{ref.Revision}
			return m.change(ctx, ref, v)
		},
	}
	m.addFlags(cmd)
	flags.addTo(cmd)
	completePodFlags(cmd, o)
	f := cmd.Flags()
	f.StringVar(&image, "image", "", "`IMAGE` of the revision, for example httpd:2.4; latest's when not given")
	f.StringVar(&scale, "scale", "0", "`NUMBER` of pods, for example 2; 0 means as many as latest has")
	f.StringArrayVar(&match, "match", nil, "`REQUESTS` that go to the revision whatever its weight: header:NAME=VALUE, cookie:NAME=VALUE, or from:[STACK/]SERVICE[:REVISION] for callers inside the mesh; may be repeated, and any match is enough")
	f.StringVar(&weight, "weight", "0", "`PERCENT` of the traffic that the revision gets, when its pods are ready and the gateways know them; for example 5%")
	return cmd
}

func parseMatches(forms []string, namespace string) ([]rio.Match, error) {
	var matches []rio.Match
	for _, form := range forms {
		m, err := rio.ParseMatch(form, namespace)
		if err != nil {
			return nil, usageError(err)
		}
		matches = append(matches, m)
	}
	return matches, nil
}

func (m *mutation) describeStage(ref rio.Ref, before, after rio.Service) {
	latest, _ := before.Latest()
	staged, _ := after.Revision(ref.Revision)
	t := staged.Template
	m.o.talk("%s  image %s -> %s, %s, weight %d%%", ref, latest.Image(), t.Spec.Containers[0].Image, sizeOf(staged), staged.Weight)
	for _, url := range printer.Endpoints(after, ref.Revision) {
		m.o.talk("  preview   %s", url)
	}
	for _, match := range staged.Match {
		m.o.talk("  matched   %s", match)
	}
	m.describeSplit(before, after)
	m.sayAlone(before, after)
}
