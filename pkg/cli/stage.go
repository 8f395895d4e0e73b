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
  kubectl rio stage --image httpd --match header:x-canary=1 --match cookie:beta=1 foobar:v2`

func newStageCmd(o *Options) *cobra.Command {
	m := newMutation(o)
	var flags podFlags
	var image, scale, weight string
	var match []string
	cmd := &cobra.Command{
		Use:               "stage [flags] SERVICE[:REVISION] [-- ARG...]",
		Short:             "Stage a new revision of a service",
		Long:              "Stage a new revision of a service: latest's pod with what the flags change. The service's traffic stays where it is, unless --weight gives it a share.",
		Example:           stageExample,
		Args:              atLeast(1, "SERVICE[:REVISION]"),
		ValidArgsFunction: completeServices(o),
		RunE: func(cmd *cobra.Command, args []string) error {
			pod, err := flags.pod(cmd, image, args[1:])
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
			replicas, err := rio.ParseReplicas(scale)
			if err != nil {
				return usageError(err)
			}
			share, err := rio.ParsePercent(weight)
			if err != nil {
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
			return m.change(ctx, ref, decide(func(s rio.Service) (rio.Service, error) {
				next, err := plan.Stage(s, ref.Revision, pod, replicas, share)
				if err == nil {
					next, err = plan.Choose(next, ref.Revision, matches)
				}
				if err == nil {
					m.describeStage(ref, s, next)
				}
				return next, err
			}))
		},
	}
	m.addFlags(cmd)
	flags.add(cmd)
	f := cmd.Flags()
	f.StringVar(&image, "image", "", "image of the revision; latest's when not given")
	f.StringVar(&scale, "scale", "0", "number of pods; 0 means as many as latest has")
	f.StringArrayVar(&match, "match", nil, "`REQUESTS` that go to the revision whatever its weight: header:NAME=VALUE, cookie:NAME=VALUE or from:[STACK/]SERVICE; may be repeated, any of them counts")
	f.StringVar(&weight, "weight", "0", "percent of the traffic that the revision gets")
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
	m.o.talk("%s  image %s -> %s, %d %s, weight %d%%", ref, printer.Image(*latest), t.Spec.Containers[0].Image,
		*staged.Replicas, plural(int(*staged.Replicas), "replica"), staged.Weight)
	for _, url := range printer.Endpoints(after, ref.Revision) {
		m.o.talk("  preview   %s", url)
	}
	for _, match := range staged.Match {
		m.o.talk("  matched   %s", match)
	}
}
