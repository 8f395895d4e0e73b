package lab

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"

	"k8s.io/client-go/rest"
	"k8s.io/client-go/tools/clientcmd"
	clientcmdapi "k8s.io/client-go/tools/clientcmd/api"
)

// ErrNoCluster is said when nobody chose a cluster. The default kubeconfig is never
// used: it may well be the one of a cluster with users.
var ErrNoCluster = errors.New("no cluster: set KUBECONFIG, or have a sandbox made and ended: make test")

// Kubectl runs kubectl with a kubeconfig of its own.
type Kubectl struct {
	Kubeconfig string
	Namespace  string
}

// NewKubectl writes a kubeconfig into dir that is the current context of KUBECONFIG
// with another namespace, so that commands read as a user in that stack types them.
func NewKubectl(dir, namespace string) (Kubectl, error) {
	if os.Getenv("KUBECONFIG") == "" {
		return Kubectl{}, ErrNoCluster
	}
	config, err := clientcmd.NewDefaultClientConfigLoadingRules().Load()
	if err != nil {
		return Kubectl{}, err
	}
	if err := clientcmdapi.MinifyConfig(config); err != nil {
		return Kubectl{}, fmt.Errorf("KUBECONFIG=%s: %w", os.Getenv("KUBECONFIG"), err)
	}
	if err := clientcmdapi.FlattenConfig(config); err != nil {
		return Kubectl{}, err
	}
	config.Contexts[config.CurrentContext].Namespace = namespace
	k := Kubectl{Kubeconfig: filepath.Join(dir, "kubeconfig-"+namespace), Namespace: namespace}
	return k, clientcmd.WriteToFile(*config, k.Kubeconfig)
}

// Env is the environment in which every program uses this kubeconfig.
func (k Kubectl) Env() []string {
	env := append(os.Environ(), "KUBECONFIG="+k.Kubeconfig)
	SetShortLived(func(name, value string) { env = append(env, name+"="+value) })
	return env
}

// Command prepares a program, kubectl or another.
func (k Kubectl) Command(ctx context.Context, name string, args ...string) *exec.Cmd {
	cmd := exec.CommandContext(ctx, name, args...)
	cmd.Env = k.Env()
	return cmd
}

// Run runs kubectl and gives its output.
func (k Kubectl) Run(ctx context.Context, args ...string) (string, error) {
	return k.Apply(ctx, "", args...)
}

// Apply is Run with something on standard input.
func (k Kubectl) Apply(ctx context.Context, input string, args ...string) (string, error) {
	cmd := k.Command(ctx, "kubectl", args...)
	cmd.Stdin = strings.NewReader(input)
	var stdout, stderr bytes.Buffer
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	if err := cmd.Run(); err != nil {
		return stdout.String(), fmt.Errorf("kubectl %s: %w: %s", strings.Join(args, " "), err, strings.TrimSpace(stderr.String()))
	}
	return stdout.String(), nil
}

// UntilShown is a context that ends as soon as kubectl prints anything.
func (k Kubectl) UntilShown(ctx context.Context, args ...string) (context.Context, context.CancelFunc) {
	ctx, end := context.WithCancel(ctx)
	go func() {
		for ctx.Err() == nil {
			if out, err := k.Run(ctx, args...); err == nil && out != "" {
				end()
			}
			time.Sleep(100 * time.Millisecond) // each look is a program that starts
		}
	}()
	return ctx, end
}

// Config is for clients of the API server; the server limits what is asked of it, not the client.
func (k Kubectl) Config() (*rest.Config, error) {
	config, err := clientcmd.BuildConfigFromFlags("", k.Kubeconfig)
	if err != nil {
		return nil, err
	}
	config.QPS = -1
	return config, nil
}

// DeleteNamespaces deletes namespaces that a test or the demo made. It does not wait
// for their end.
func (k Kubectl) DeleteNamespaces(ctx context.Context, names ...string) error {
	_, err := k.Run(ctx, append([]string{"delete", "namespace", "--ignore-not-found", "--wait=false"}, names...)...)
	return err
}

// Sandbox reports whether the cluster is test/sandbox, made to be broken.
func Sandbox() bool { return os.Getenv("RIO_SANDBOX") == "1" }
