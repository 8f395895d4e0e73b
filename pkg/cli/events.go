package cli

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"sync"
	"syscall"
	"time"

	"github.com/spf13/cobra"
	"golang.org/x/sync/errgroup"

	"github.com/kubectl-rio/kubectl-rio/pkg/printer"
	"github.com/kubectl-rio/kubectl-rio/pkg/rio"
)

const eventsLong = `Stream what happens to services, one line each, until Ctrl-C: what is created, staged, scaled, rolled out and removed, and by whose command; how many
pods are ready, where the traffic goes, promotions, containers that restart, pods that cannot start, and warnings of Kubernetes. A warning that
persists is repeated after a minute. A watch that breaks is resumed.

With -o json each line is one object: time, type, id, stack, name, revision, pod, message, by, command, weights.
The types are in ` + docsURL + `schema.md.`

// eventFlags are the command's own.
type eventFlags struct {
	allNamespaces         bool
	since, output, format string

	written form // what --format has begun
}

func newEventsCmd(o *Options) *cobra.Command {
	var e eventFlags
	cmd := &cobra.Command{
		Use:   "events [SERVICE[:REVISION]...]",
		Short: "Stream what happens to services",
		Long:  eventsLong,
		Example: `
  # All that happens in the stack
  kubectl rio events

  # To one service, with what is known of the last ten minutes
  kubectl rio events --since 10m foobar

  # For scripts
  kubectl rio events -A -o json
  kubectl rio events --format '{{.time}} {{.id}} {{.message}}'`,
		ValidArgsFunction: completeServices(o),
		RunE: func(cmd *cobra.Command, args []string) error {
			refs, err := parseAll(o, args, rio.ParseRef)
			if err != nil {
				return err
			}
			begin, err := e.begin(o, refs)
			if err != nil {
				return err
			}
			namespace, err := o.namespace()
			if err != nil {
				return err
			}
			client, err := o.client(cmd.Name())
			if err != nil {
				return err
			}
			for i, arg := range args {
				if refs[i], err = expected(cmd.Context(), client, arg, refs[i]); err != nil {
					return err
				}
			}
			var mu sync.Mutex
			tell := func(event rio.Event) error {
				if len(refs) > 0 && !slices.ContainsFunc(refs, func(ref rio.Ref) bool { return concerns(event, ref) }) {
					return nil
				}
				mu.Lock()
				defer mu.Unlock()
				return e.print(o, event, namespace)
			}
			group, ctx := errgroup.WithContext(cmd.Context())
			for _, ns := range e.namespaces(refs, namespace) {
				group.Go(func() error { return client.Events(ctx, ns, begin, o.Now, tell) })
			}
			if err := group.Wait(); !errors.Is(err, syscall.EPIPE) { // who read has seen enough
				return err
			}
			return nil
		},
	}
	f := cmd.Flags()
	f.BoolVarP(&e.allNamespaces, "all-namespaces", "A", false, "include all stacks")
	f.StringVar(&e.since, "since", "", "begin with the events that are known to have happened since `TIME`: a duration, for example 10m, or a time, for example 2018-10-03T12:00:00Z")
	f.StringVarP(&e.output, "output", "o", "", "`FORMAT` json: one object per line")
	completeFlag(cmd, "output", "json")
	f.StringVar(&e.format, "format", "", "json, jsoncompact, yaml, or a Go `TEMPLATE` that is written for each event, for example '{{.id}} {{.message}}'")
	return cmd
}

// begin checks the flags, and gives the time that is asked for.
func (e *eventFlags) begin(o *Options, refs []rio.Ref) (time.Time, error) {
	if e.output != "" && e.output != "json" {
		return time.Time{}, usagef("invalid --output %q: want json", e.output)
	}
	if e.allNamespaces && len(refs) > 0 {
		return time.Time{}, usagef("-A and %q are both given: a name is of one stack", refs[0])
	}
	if err := (form{output: e.output, format: e.format}).validate(); err != nil {
		return time.Time{}, err
	}
	return parseSince(e.since, o.Now())
}

// namespaces are those to watch; the empty one means all.
func (e *eventFlags) namespaces(refs []rio.Ref, namespace string) []string {
	if len(refs) == 0 {
		return []string{scope(namespace, e.allNamespaces)}
	}
	var all []string
	for _, ref := range refs {
		if !slices.Contains(all, ref.Namespace) {
			all = append(all, ref.Namespace)
		}
	}
	return all
}

// concerns reports whether an event is of what a name means: of all of a service, or of one
// revision and of its service as a whole.
func concerns(event rio.Event, ref rio.Ref) bool {
	whole := event.Weights != nil || event.Type == rio.EventPromotion || event.Type == rio.EventRelease
	return event.Ref.Of("") == ref.Of("") && (ref.Revision == "" || event.Ref.RevisionName() == ref.Revision || whole)
}

func (e *eventFlags) print(o *Options, event rio.Event, namespace string) error {
	switch {
	case e.output == "json":
		line, err := json.Marshal(event)
		if err == nil {
			_, err = fmt.Fprintln(o.Out, string(line))
		}
		return err
	case e.format != "":
		e.written.format = e.format
		return e.written.writeOne(o, event)
	}
	return printer.Event(o.Out, event, namespace, o.Now())
}
