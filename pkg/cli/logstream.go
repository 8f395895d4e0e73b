package cli

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"sync"

	corev1 "k8s.io/api/core/v1"

	"github.com/kubectl-rio/kubectl-rio/pkg/cluster"
	"github.com/kubectl-rio/kubectl-rio/pkg/printer"
)

// stream copies all logs at once, line by line, so that no line is cut by another's. What goes
// wrong with one is said when it does: the others may go on for hours.
func (o *Options) stream(ctx context.Context, client *cluster.Client, sources []source, options *corev1.PodLogOptions) error {
	var mu sync.Mutex
	var errs []error
	live := isTerminal(o.Out) // which does what it is told
	var all sync.WaitGroup
	for _, s := range sources {
		prefix := ""
		if len(sources) > 1 {
			prefix = s.pod + "/" + s.container + "| "
		}
		own := options.DeepCopy()
		own.Container = s.container
		all.Go(func() {
			err := copyLog(ctx, client, s, own, func(line string) error {
				mu.Lock()
				defer mu.Unlock()
				if live {
					line = printer.CleanLine(strings.TrimSuffix(line, "\r"))
				}
				_, err := fmt.Fprintf(o.Out, "%s%s\n", prefix, line)
				return err
			})
			if err != nil && ctx.Err() == nil {
				mu.Lock()
				defer mu.Unlock()
				errs = append(errs, o.say(fmt.Errorf("logs of %s/%s: %w", s.pod, s.container, err)))
			}
		})
	}
	all.Wait()
	if ctx.Err() != nil {
		return ctx.Err()
	}
	return errors.Join(errs...)
}

func copyLog(ctx context.Context, client *cluster.Client, s source, options *corev1.PodLogOptions, write func(string) error) error {
	log, err := client.Core().Pods(s.namespace).GetLogs(s.pod, options).Stream(ctx)
	if err != nil {
		return client.Explain(err)
	}
	defer log.Close()
	reader := bufio.NewReader(log)
	for {
		line, err := reader.ReadString('\n')
		if len(line) > 0 {
			if err := write(strings.TrimSuffix(line, "\n")); err != nil {
				return err
			}
		}
		switch {
		case errors.Is(err, io.EOF):
			return nil
		case err != nil:
			return err
		}
	}
}
