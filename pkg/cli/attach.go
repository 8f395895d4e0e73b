package cli

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/spf13/cobra"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/kubectl/pkg/cmd/attach"
	"k8s.io/kubectl/pkg/cmd/exec"

	"github.com/kubectl-rio/kubectl-rio/pkg/cluster"
	"github.com/kubectl-rio/kubectl-rio/pkg/rio"
)

func newAttachCmd(o *Options) *cobra.Command {
	var stdin, tty bool
	var container string
	timeout := time.Minute
	cmd := &cobra.Command{
		Use:   "attach [flags] SERVICE[:REVISION][/POD[/CONTAINER]]",
		Short: "Attach to a running process in a container",
		Long:  "Attach to the main process of a container: see what it writes and, with -i, write to it. Waits for the container to run first.",
		Example: `
  # See what foobar writes
  kubectl rio attach foobar

  # Talk to a shell that was run with -it
  kubectl rio attach -it try`,
		Args:              exactly(1, "SERVICE"),
		ValidArgsFunction: completePods(o),
		RunE: func(cmd *cobra.Command, args []string) error {
			refs, err := o.podRefs(args[:1], container)
			if err != nil {
				return err
			}
			ref := refs[0]
			if err := mayPass("timeout", timeout, "1m"); err != nil {
				return err
			}
			client, err := o.client(cmd.Name())
			if err != nil {
				return err
			}
			if err := awaitRunning(cmd.Context(), client, ref, timeout); err != nil {
				return err
			}
			return attachTo(cmd.Context(), o, client, ref, stdin, tty)
		},
	}
	f := cmd.Flags()
	f.BoolVarP(&stdin, "stdin", "i", false, "pass standard input to the process")
	f.BoolVarP(&tty, "tty", "t", false, "standard input is a terminal")
	f.StringVarP(&container, "container", "c", "", "`NAME` of the container, when it is not the service's own")
	completeContainers(cmd, o)
	f.DurationVar(&timeout, "timeout", timeout, "how long to wait for the container to run")
	return cmd
}

func awaitRunning(ctx context.Context, client *cluster.Client, ref rio.PodRef, timeout time.Duration) error {
	ctx, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()
	if _, err := client.Pod(ctx, ref); err != nil && !errors.Is(err, cluster.ErrNoPods) {
		return err // what is not there will not run
	}
	return client.WaitRunning(ctx, ref)
}

func hasTerminal(pod *corev1.Pod, container string) bool {
	return slices.ContainsFunc(pod.Spec.Containers, func(c corev1.Container) bool { return c.Name == container && c.TTY }) ||
		slices.ContainsFunc(pod.Spec.EphemeralContainers, func(c corev1.EphemeralContainer) bool { return c.Name == container && c.TTY })
}

// attachTo streams a container's main process.
func attachTo(ctx context.Context, o *Options, client *cluster.Client, ref rio.PodRef, stdin, tty bool) error {
	pod, err := client.Pod(ctx, ref)
	if err != nil {
		return err
	}
	name, err := rio.ContainerOf(pod, ref)
	if err != nil {
		return err
	}
	a := attach.NewAttachOptions(o.IOStreams)
	a.StreamOptions = exec.StreamOptions{
		Namespace: pod.Namespace, PodName: pod.Name, ContainerName: name, Stdin: stdin, TTY: tty, IOStreams: o.IOStreams,
	}
	a.Pod, a.CommandName = pod, "kubectl rio attach"
	a.DisableStderr = hasTerminal(pod, name) // what writes to one writes all to it
	a.Quiet = true                           // its hints name pods as kubectl does
	if stdin && tty {
		o.talk("If you don't see a command prompt, try pressing enter.")
	}
	a.Config = streamConfig(client)
	if err := untilDone(ctx, a.Run); err != nil {
		return fmt.Errorf("attach to %s/%s: %w", pod.Namespace, pod.Name, client.Explain(err))
	}
	return nil
}
