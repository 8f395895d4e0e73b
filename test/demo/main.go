// Command demo plays the walk-through of Rio v0.0.3 with kubectl rio, on a real cluster
// and with real traffic, and measures what was promised: that the split is the weight,
// and that no request is lost. It ends with a table of that, and with an error when a
// promise was broken. Start it with: make demo.
package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/signal"
	"syscall"
	"time"

	utilrand "k8s.io/apimachinery/pkg/util/rand"

	"github.com/kubectl-rio/kubectl-rio/test/cluster/lab"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	ctx, cancel := context.WithTimeout(ctx, 10*time.Minute)
	err := run(ctx)
	cancel()
	stop()
	if err != nil {
		fmt.Fprintln(os.Stderr, "error:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context) (err error) {
	dir, err := os.MkdirTemp("", "kubectl-rio-demo-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	namespace := "default" // as in the walk-through
	if !lab.Sandbox() {
		namespace = "rio-demo-" + utilrand.String(4)
	}
	k, err := lab.NewKubectl(dir, namespace)
	if err != nil {
		return err
	}
	s := &show{kubectl: k, begin: time.Now()}
	if err := s.mayBegin(ctx); err != nil {
		return err
	}
	defer func() { err = errors.Join(err, s.cleanUp()) }()
	if err := s.play(ctx); err != nil {
		return err
	}
	return s.verdict()
}

// mayBegin keeps the demo from taking over a service that somebody runs.
func (s *show) mayBegin(ctx context.Context) error {
	found, err := s.kubectl.Run(ctx, "get", "deployments", "--ignore-not-found", "-o", "name", "foobar", "foobar-v2", lab.NaiveName)
	if err == nil && found != "" {
		err = fmt.Errorf("namespace %q has %q already, which the demo would take for its own; remove it: kubectl rio rm -n %s foobar", s.kubectl.Namespace, found, s.kubectl.Namespace)
	}
	return err
}

// cleanUp leaves nothing that the demo made, however it ended.
func (s *show) cleanUp() error {
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	if s.gateway != nil {
		s.gateway.Close()
	}
	if !lab.Sandbox() {
		return s.kubectl.DeleteNamespaces(ctx, s.kubectl.Namespace)
	}
	_, err := s.kubectl.Run(ctx, "delete", "deployments,services,virtualservices,destinationrules", "-l", "app in (foobar,naive)", "--wait=false")
	_, naive := s.kubectl.Run(ctx, "delete", "deployments,services,virtualservices,destinationrules", lab.NaiveName, lab.NaiveName+"-v2", "--ignore-not-found", "--wait=false")
	return errors.Join(err, naive)
}
