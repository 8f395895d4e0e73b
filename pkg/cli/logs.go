package cli

import (
	"cmp"
	"context"
	"errors"
	"math"
	"strconv"
	"time"

	"github.com/spf13/cobra"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/kubectl-rio/kubectl-rio/pkg/cluster"
	"github.com/kubectl-rio/kubectl-rio/pkg/printer"
	"github.com/kubectl-rio/kubectl-rio/pkg/rio"
)

// logFlags are the command's own.
type logFlags struct {
	follow, previous, all, timestamps bool

	since, container string
	tail             lineCount
}

// lineCount is a number of lines. -1 is all, which docker calls that.
type lineCount int64

func (n *lineCount) String() string { return strconv.FormatInt(int64(*n), 10) }

func (n *lineCount) Type() string { return "int" }

func (n *lineCount) Set(text string) error {
	if text == "all" {
		*n = -1
		return nil
	}
	number, err := strconv.ParseInt(text, 10, 64)
	if err != nil {
		return errors.New("want a number of lines, or all")
	}
	*n = lineCount(number)
	return nil
}

func newLogsCmd(o *Options) *cobra.Command {
	var l logFlags
	cmd := &cobra.Command{
		Use:   "logs [flags] SERVICE[:REVISION][/POD[/CONTAINER]]...",
		Short: "Print logs from containers",
		Long: `Print the logs of all pods of a service, of one revision, or of one pod. With more than one container each line begins with POD/CONTAINER|.
A running logs -f does not pick up pods that start later.`,
		Example: `
  # The last lines of all pods, and what comes
  kubectl rio logs -f foobar

  # The last hour of the staged revision
  kubectl rio logs --since 1h --tail -1 foobar:v2

  # Of one pod
  kubectl rio logs foobar/f6985f578-schpv`,
		Args:              atLeast(1, "SERVICE"),
		ValidArgsFunction: completePods(o),
		RunE: func(cmd *cobra.Command, args []string) error {
			options, err := l.options(o.Now())
			if err != nil {
				return err
			}
			refs, err := o.podRefs(args, l.container)
			if err != nil {
				return err
			}
			client, err := o.client(cmd.Name())
			if err != nil {
				return err
			}
			sources, err := l.sources(cmd.Context(), client, refs)
			if len(sources) == 0 {
				return err
			}
			err = o.say(err) // the others may go on for hours
			return errors.Join(err, o.stream(cmd.Context(), client, sources, options))
		},
	}
	f := cmd.Flags()
	f.BoolVarP(&l.follow, "follow", "f", false, "keep printing new lines as they come")
	f.StringVar(&l.since, "since", "", "print only lines newer than `TIME`: a duration, for example 10m, or a time, for example 2018-10-03T12:00:00Z")
	f.BoolVarP(&l.previous, "previous", "p", false, "print the log of the container that ran before this one")
	f.StringVarP(&l.container, "container", "c", "", "print only the log of the container `NAME`")
	completeContainers(cmd, o)
	l.tail = 200
	f.Var(&l.tail, "tail", "print the last `NUMBER` lines; all, or -1, for all")
	f.BoolVarP(&l.timestamps, "timestamps", "t", false, "begin each line with its time")
	f.BoolVarP(&l.all, "all", "a", false, "include the containers that Istio and kubectl debug add")
	return cmd
}

func (l *logFlags) options(now time.Time) (*corev1.PodLogOptions, error) {
	options := &corev1.PodLogOptions{Follow: l.follow, Previous: l.previous, Timestamps: l.timestamps}
	if l.tail < -1 {
		return nil, usagef("invalid --tail %d: want a number of lines, or all", l.tail)
	}
	if l.tail >= 0 {
		options.TailLines = new(int64(l.tail))
	}
	if d, ok := sinceDuration(l.since); ok { // by the node's clock: this one may be wrong
		options.SinceSeconds = new(max(int64(math.Ceil(d.Seconds())), 1)) // the least that the API server takes
		return options, nil
	}
	since, err := parseSince(l.since, now)
	if err == nil && l.since != "" {
		options.SinceTime = &metav1.Time{Time: since}
	}
	return options, err
}

// parseSince reads a duration before now, or a time. It is zero where none is given.
func parseSince(text string, now time.Time) (time.Time, error) {
	if text == "" {
		return time.Time{}, nil
	}
	if d, ok := sinceDuration(text); ok {
		return now.Add(-d), nil
	}
	t, err := time.Parse(time.RFC3339, text)
	if err != nil {
		return t, usagef("invalid --since %q: want a duration, as 10m, or a time, as 2018-10-03T12:00:00Z", text)
	}
	return t, nil
}

// sinceDuration is what --since gives as a duration.
func sinceDuration(text string) (time.Duration, bool) {
	d, err := time.ParseDuration(text)
	return d, err == nil && d >= 0
}

// source is one container whose log is printed.
type source struct{ namespace, pod, container string }

func (l *logFlags) sources(ctx context.Context, client *cluster.Client, refs []rio.PodRef) ([]source, error) {
	var sources []source
	var errs []error
	for _, ref := range refs {
		own, err := l.sourcesOf(ctx, client, ref)
		sources, errs = append(sources, own...), append(errs, err)
	}
	return sources, errors.Join(errs...)
}

func (l *logFlags) sourcesOf(ctx context.Context, client *cluster.Client, ref rio.PodRef) ([]source, error) {
	pods, err := podsOf(ctx, client, ref)
	if err != nil {
		return nil, err
	}
	var sources []source
	var missing error // of the newest pod, said where no other has the container either
	for i := range pods {
		pod := &pods[i]
		if ref.Container != "" {
			_, err := rio.ContainerOf(pod, ref)
			missing = cmp.Or(missing, err)
		}
		for _, name := range printer.ContainerNames(*pod, l.all || ref.Container != "") {
			if ref.Container == "" || ref.Container == name {
				sources = append(sources, source{pod.Namespace, pod.Name, name})
			}
		}
	}
	if len(sources) == 0 {
		return nil, missing
	}
	return sources, nil
}

func podsOf(ctx context.Context, client *cluster.Client, ref rio.PodRef) ([]corev1.Pod, error) {
	if ref.Suffix != "" {
		pod, err := client.Pod(ctx, ref)
		if err != nil {
			return nil, err
		}
		return []corev1.Pod{*pod}, nil
	}
	pods, err := client.Pods(ctx, ref.Ref)
	if err == nil && len(pods) == 0 {
		err = client.WhyNoPods(ctx, ref.Ref)
	}
	return pods, err
}
