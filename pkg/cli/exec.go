package cli

import (
	"context"

	"github.com/spf13/cobra"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/client-go/kubernetes/scheme"
	"k8s.io/client-go/rest"
	"k8s.io/kubectl/pkg/cmd/exec"

	"github.com/kubectl-rio/kubectl-rio/pkg/cluster"
	"github.com/kubectl-rio/kubectl-rio/pkg/rio"
)

func newExecCmd(o *Options) *cobra.Command {
	var stdin, tty bool
	var container string
	cmd := &cobra.Command{
		Use:   "exec [flags] SERVICE[:REVISION][/POD[/CONTAINER]] COMMAND [ARG...]",
		Short: "Run a command in a running container",
		Long: `Run a command in a container of a service: in one of its ready pods, or in the pod with the given suffix, as ps SERVICE shows it. Exits with the
command's exit code. Flags go before SERVICE; everything after it belongs to the command.`,
		Example: `
  # A shell in some pod of foobar
  kubectl rio exec -it foobar bash

  # In a certain one
  kubectl rio exec foobar/f6985f578-schpv cat /etc/hostname

  # In the sidecar
  kubectl rio exec -c istio-proxy foobar pilot-agent version`,
		Args:              atLeast(2, "SERVICE COMMAND, for example: kubectl rio exec -it foobar bash"),
		ValidArgsFunction: completePods(o),
		RunE: func(cmd *cobra.Command, args []string) error {
			refs, err := o.podRefs(args[:1], container)
			if err != nil {
				return err
			}
			ref := refs[0]
			command := afterDashes(args[1:])
			if len(command) == 0 {
				return usagef("no command given, want SERVICE COMMAND, for example: kubectl rio exec -it foobar bash")
			}
			client, err := o.client(cmd.Name())
			if err != nil {
				return err
			}
			pod, err := client.Pod(cmd.Context(), ref)
			if err != nil {
				return err
			}
			if ref.Container, err = rio.ContainerOf(pod, ref); err != nil {
				return err
			}
			e := &exec.ExecOptions{
				StreamOptions: exec.StreamOptions{
					Namespace: pod.Namespace, PodName: pod.Name, ContainerName: ref.Container,
					Stdin: stdin, TTY: tty, IOStreams: o.IOStreams,
				},
				Command:   command,
				Executor:  &exec.DefaultRemoteExecutor{},
				PodClient: client.Core(),
				Config:    streamConfig(client),
			}
			if err := e.Validate(); err != nil {
				return usageError(err)
			}
			return client.Explain(untilDone(cmd.Context(), e.Run))
		},
	}
	f := cmd.Flags()
	f.BoolVarP(&stdin, "stdin", "i", false, "pass standard input to the command")
	f.BoolVarP(&tty, "tty", "t", false, "standard input is a terminal")
	f.StringVarP(&container, "container", "c", "", "`NAME` of the container, when it is not the service's own")
	completeContainers(cmd, o)
	f.SetInterspersed(false) // what stands behind SERVICE is the container's
	return cmd
}

// untilDone ends a stream with the command. kubectl's streams know no context; on a
// terminal they take the signals themselves, to leave it as they found it.
func untilDone(ctx context.Context, stream func() error) error {
	_, err := unlessStopped(ctx.Done(), func() (struct{}, error) { return struct{}{}, stream() })
	return err
}

// unlessStopped gives what run gives, or ends with the command: what reads and streams knows no context.
func unlessStopped[T any](stop <-chan struct{}, run func() (T, error)) (value T, err error) {
	type result struct {
		value T
		err   error
	}
	done := make(chan result, 1)
	go func() {
		value, err := run()
		done <- result{value, err}
	}()
	select {
	case r := <-done:
		return r.value, r.err
	case <-stop:
		return value, context.Canceled
	}
}

// streamConfig is the connection as kubectl's streaming commands want it.
func streamConfig(client *cluster.Client) *rest.Config {
	config := rest.CopyConfig(client.Config())
	config.APIPath = "/api"
	config.GroupVersion = &schema.GroupVersion{Version: "v1"}
	config.NegotiatedSerializer = scheme.Codecs.WithoutConversion()
	return config
}
