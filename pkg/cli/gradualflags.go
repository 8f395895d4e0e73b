package cli

import (
	"net/url"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/kubectl-rio/kubectl-rio/pkg/rio"
)

// gradualFlags are those of a release that goes step by step.
type gradualFlags struct {
	step        int
	every       time.Duration
	abortIf     []string
	minRequests int64
	prometheus  string
	resume      bool
}

func (f *gradualFlags) add(cmd *cobra.Command, step int) {
	flags := cmd.Flags()
	flags.IntVar(&f.step, "step", step, "`PERCENT` that each step of a gradual release moves, for example 10")
	flags.DurationVar(&f.every, "every", 30*time.Second, "how long each step of a gradual release is watched")
	flags.StringArrayVar(&f.abortIf, "abort-if", nil, "`GATE` that takes a gradual release back to where it began, with exit code 1: errors>1%, or p50, p90, p95, p99 with a duration, for example p95>500ms; may be repeated")
	flags.Int64Var(&f.minRequests, "min-requests", 0, "`NUMBER` of requests that a step must see before it counts")
	flags.StringVar(&f.prometheus, "prometheus", "", "`URL` of a Prometheus that scrapes the gateways; without it, the gateways are asked directly")
}

// release is the gradual release that the flags ask for.
func (f *gradualFlags) release(revision string, to int) (rio.Gradual, error) {
	gates, err := rio.ParseGates(f.abortIf)
	if err != nil {
		return rio.Gradual{}, usageError(err)
	}
	g := rio.Gradual{Revision: revision, To: to, Step: f.step, Every: f.every, Gates: gates, MinRequests: f.minRequests}
	if err := g.Valid(); err != nil {
		return g, usageError(err)
	}
	return g, nil
}

// weightGradually is weight with --step or --resume, of one revision.
func (m *mutation) weightGradually(cmd *cobra.Command, args []string, steps gradualFlags) error {
	if len(args) != 1 {
		return usagef("%d arguments given; a gradual release is of one revision, for example: kubectl rio weight foobar:v2=100%% --step 10", len(args))
	}
	if err := without(cmd, "is not of a gradual release; set it in a command of its own", "sticky", "window"); err != nil {
		return err
	}
	var ref rio.Ref
	var g rio.Gradual
	if steps.resume {
		if err := without(cmd, "says nothing here: a release that goes on is as it began; leave it out, or begin anew without --resume", "step", "every", "abort-if", "min-requests"); err != nil {
			return err
		}
		if strings.Contains(args[0], "=") {
			return usagef("invalid %q: --resume goes on to the weight that the release began with; name the revision alone", args[0])
		}
		refs, err := m.o.refs(args)
		if err != nil {
			return err
		}
		if ref = refs[0]; ref.IsLatest() {
			return usagef("%q names no staged revision; want the one whose release is to go on: kubectl rio weight --resume %s:REVISION", args[0], ref.Service)
		}
	} else {
		wanted, err := amounts(m.o, args, rio.ParseWeight)
		if err != nil {
			return err
		}
		for revision, share := range wanted[0].byRevision {
			ref = wanted[0].ref.Of(revision)
			if g, err = steps.release(revision, share); err != nil {
				return err
			}
		}
	}
	if err := m.start(cmd, args); err != nil {
		return err
	}
	r, err := m.newGradual(cmd.Context(), ref, g, steps)
	if err == nil {
		err = r.run(cmd.Context())
	}
	if err != nil {
		return err
	}
	return m.print(ref, r.result)
}

// where is the flag that says where figures are, without a password: a release does not note it.
func (f *gradualFlags) where() string {
	if f.prometheus == "" {
		return ""
	}
	address := f.prometheus
	if u, err := url.Parse(address); err == nil {
		address = u.Redacted()
	}
	return "--prometheus " + rio.Quote(address) + " "
}

// without refuses flags that do not go with the rest of the command, and says why.
func without(cmd *cobra.Command, why string, names ...string) error {
	for _, name := range names {
		if cmd.Flags().Changed(name) {
			return usagef("--%s %s", name, why)
		}
	}
	return nil
}
