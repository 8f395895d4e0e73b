package cli

import (
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/kubectl-rio/kubectl-rio/pkg/plan"
	"github.com/kubectl-rio/kubectl-rio/pkg/rio"
)

var weightExample = `
  # Send 30% of foobar's traffic to its staged revision v2
  kubectl rio weight foobar:v2=30%

  # Two at once; latest gets the rest
  kubectl rio weight foobar:v2=20% foobar:v3=10%

  # See how the traffic is split, and which pods are ready
  kubectl rio weight foobar

  # The same, and each user stays on the revision that answered first
  kubectl rio weight foobar:v2=30% --sticky

  # Step by step to all of it, and back at once when it does badly
  kubectl rio weight foobar:v2=100% --step 10 --every 30s --abort-if 'errors>1%' --abort-if 'p95>500ms' --min-requests 100

  # See what would change, as YAML
  kubectl rio weight foobar:v2=30% --dry-run=server -o yaml`

const weightLong = `Send a share of a service's traffic to staged revisions; latest gets what is left. Percentages are whole numbers from 0 to 100, with or without %.
Several weights of one service take effect together. The command writes one object, once all pods of each raised revision are available (of latest:
one; of one that another tool made: one that is ready) and the gateways know them, and returns when all gateways serve the split. With --wait=false, it
returns after the write, but still waits for the pods before it. Without =, it shows the split, the ready pods, the measured traffic, which requests
come beside the split (stage --match, --sticky), and what has begun and is not finished.

With --step, the weight changes gradually. Such a release is recorded on the VirtualService: Ctrl-C holds it where it is, and --resume or
the same command continues it, also from another shell or by another person; the share where it stands is watched first. Whoever sets a weight of
the service by hand, also with stage --weight or of another revision, aborts or promotes takes over. Gates judge the gateways' own figures: 5xx answers
are errors, including the gateways' own 503 and 504; a request that its caller gave up is not counted. A step that still holds --timeout after
its time, as when no request comes, ends the command, and --resume continues.

If the gateways cannot be asked, the command waits for a fixed time instead, and the output says so: waited 3s unseen.`

func newWeightCmd(o *Options) *cobra.Command {
	m := newMutation(o)
	m.limits = limitsAll + "; with --step, each step of it"
	var steps gradualFlags
	var window time.Duration
	var sticky string
	cmd := &cobra.Command{
		Use:               "weight SERVICE:REVISION=PERCENT... | SERVICE...",
		Short:             "Send a share of a service's traffic to a staged revision",
		Long:              weightLong,
		Example:           weightExample,
		Args:              atLeast(1, "SERVICE:REVISION=PERCENT, for example: foobar:v2=30%"),
		ValidArgsFunction: completeServices(o),
		RunE: func(cmd *cobra.Command, args []string) error {
			if steps.resume || cmd.Flags().Changed("step") {
				return m.weightGradually(cmd, args, steps)
			}
			if err := without(cmd, "is of a gradual release; add --step PERCENT", "every", "abort-if", "min-requests", "prometheus"); err != nil {
				return err
			}
			if window < 0 {
				return usagef("invalid --window %s: want a duration, for example 2s, or 0", window)
			}
			show, set, err := splitShown(args)
			if err != nil {
				return err
			}
			if len(set) > 0 {
				return m.setWeights(cmd, set, sticky)
			}
			return m.showWeights(cmd, show, window)
		},
	}
	m.addFlags(cmd)
	steps.add(cmd, 0)
	cmd.Flags().StringVar(&sticky, "sticky", "", "keep each user on the revision that answered first, with this `COOKIE`, rio-SERVICE when not named; it stays on for later weights, until --sticky=none, or until no revision has a weight")
	cmd.Flags().Lookup("sticky").NoOptDefVal = stickyDefault
	cmd.Flags().BoolVar(&steps.resume, "resume", false, "continue the gradual release of SERVICE:REVISION where it stopped")
	cmd.Flags().DurationVar(&window, "window", 2*time.Second, "how long to measure the traffic that is shown beside the split; 0 to leave it out")
	return cmd
}

// setWeights is weight with percentages.
func (m *mutation) setWeights(cmd *cobra.Command, args []string, sticky string) error {
	if err := without(cmd, "is of what is shown, and this sets; look in a command of its own, for example: kubectl rio weight --window 5s foobar", "window"); err != nil {
		return err
	}
	weights, err := amounts(m.o, args, rio.ParseWeight)
	if err != nil {
		return err
	}
	if err := tryAll(weights, checkSum); err != nil {
		return err
	}
	sticks := cmd.Flags().Changed("sticky")
	if err := rio.ParseCookie(sticky); sticks && err != nil {
		return usagef("invalid --sticky: %w", err)
	}
	ctx, done, err := m.begin(cmd, args)
	if err != nil {
		return err
	}
	defer done()
	if m.dryRun == dryRunNone {
		m.client.Approach(ctx)
	}
	return tryAll(weights, func(w wanted[int]) error {
		return m.change(ctx, w.ref, decide(func(s rio.Service) (rio.Service, error) {
			next, err := plan.Weight(s, w.byRevision)
			if err == nil && sticks {
				next, err = plan.Stick(next, cookieOf(w.ref, sticky))
			}
			if err == nil {
				m.describeSplit(s, next)
			}
			return next, err
		}))
	})
}

// What --sticky may say beside a cookie's name.
const (
	stickyDefault = "default"
	stickyNone    = "none"
)

// checkSum refuses shares of one service that are too much whatever the others have.
func checkSum(w wanted[int]) error {
	s := rio.Service{Name: w.ref.Service}
	for _, name := range slices.Sorted(maps.Keys(w.byRevision)) {
		s.Revisions = append(s.Revisions, rio.Revision{Name: name, Weight: w.byRevision[name]})
	}
	return usageError(s.BalanceLatest())
}

// cookieOf is the cookie that --sticky asks for.
func cookieOf(ref rio.Ref, sticky string) string {
	switch sticky {
	case stickyDefault:
		return "rio-" + ref.Service
	case stickyNone:
		return ""
	}
	return sticky
}

// splitShown parts what is asked for from what is to be set; one command does one of them.
func splitShown(args []string) (show, set []string, err error) {
	for _, a := range args {
		if strings.Contains(a, "=") {
			set = append(set, a)
		} else {
			show = append(show, a)
		}
	}
	if len(show) > 0 && len(set) > 0 {
		return nil, nil, usagef("%q has no percentage and %q has one; set or show in one command, for example: foobar:v2=30%%", show[0], set[0])
	}
	return show, set, nil
}
