// Package cli is the command line: one file a verb, each a few flags and one closure,
// and in mutate.go the flow that every verb which changes something goes through.
package cli

import (
	"cmp"
	"fmt"
	"math/rand/v2"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/docker/docker/pkg/namesgenerator"
	"golang.org/x/term"
	"k8s.io/cli-runtime/pkg/genericclioptions"
	"k8s.io/cli-runtime/pkg/genericiooptions"
	"k8s.io/client-go/rest"

	"github.com/kubectl-rio/kubectl-rio/pkg/cluster"
	"github.com/kubectl-rio/kubectl-rio/pkg/printer"
	"github.com/kubectl-rio/kubectl-rio/pkg/rio"
)

// Options is what every command gets from outside: streams, kubeconfig, and what a
// test wants to hold still.
type Options struct {
	genericiooptions.IOStreams
	Config  *genericclioptions.ConfigFlags
	Now     func() time.Time
	NewName func() string   // a name for a service that was given none
	Quiet   bool            // no talk on stderr but errors
	Stopped <-chan struct{} // closed when the command is to end, also while somebody is asked; nil: never
}

// NewOptions gives the options of a real run.
func NewOptions(streams genericiooptions.IOStreams) *Options {
	return &Options{
		IOStreams: streams,
		Config:    genericclioptions.NewConfigFlags(true),
		Now:       time.Now,
		NewName: func() string {
			return strings.ReplaceAll(namesgenerator.GetRandomName(rand.IntN(2)), "_", "-")
		},
	}
}

// stackFlag is -n as it was given, for a command that is to be typed.
func (o *Options) stackFlag() string {
	if ns := o.Config.Namespace; ns != nil && *ns != "" {
		return " -n " + rio.Quote(*ns)
	}
	return ""
}

// namespace is the stack of names that carry none: -n, else the context's, else default.
func (o *Options) namespace() (string, error) {
	ns, _, err := o.Config.ToRawKubeConfigLoader().Namespace()
	return ns, err
}

// client connects as the kubeconfig says. verb is what the server's audit log shows.
func (o *Options) client(verb string) (*cluster.Client, error) {
	config, err := o.Config.ToRESTConfig()
	if err != nil {
		return nil, err
	}
	config.WarningHandler = rest.NewWarningWriter(o.ErrOut, rest.WarningWriterOptions{Deduplicate: true})
	return cluster.New(config, fmt.Sprintf("kubectl-rio/%s (%s)", version, verb), o.context())
}

// context is the name of the kubeconfig context in use, for error messages.
func (o *Options) context() string {
	if *o.Config.Context != "" {
		return *o.Config.Context
	}
	raw, err := o.Config.ToRawKubeConfigLoader().RawConfig()
	if err != nil {
		return ""
	}
	return raw.CurrentContext
}

// parseAll reads names, all of them before any is used. What names no stack is of the one in use.
func parseAll[T any](o *Options, args []string, parse func(arg, namespace string) (T, error)) ([]T, error) {
	namespace, err := o.namespace()
	if err != nil {
		return nil, err
	}
	var all []T
	for _, arg := range args {
		one, err := parse(arg, namespace)
		if err != nil {
			return nil, usageError(err)
		}
		all = append(all, one)
	}
	return all, nil
}

// parseOnce is parseAll for names without a number: one that is given again says nothing more.
func parseOnce[T comparable](o *Options, args []string, parse func(arg, namespace string) (T, error)) ([]T, error) {
	all, err := parseAll(o, args, parse)
	var once []T
	for _, one := range all {
		if !slices.Contains(once, one) {
			once = append(once, one)
		}
	}
	return once, err
}

// refs reads names of services.
func (o *Options) refs(args []string) ([]rio.Ref, error) { return parseOnce(o, args, rio.ParseRef) }

// names reads names of configs or volumes.
func (o *Options) names(args []string) ([]rio.Name, error) { return parseOnce(o, args, rio.ParseName) }

// podRefs reads names of pods; a container that the flag gives wins.
func (o *Options) podRefs(args []string, container string) ([]rio.PodRef, error) {
	return parseOnce(o, args, func(arg, namespace string) (rio.PodRef, error) {
		ref, err := rio.ParsePodRef(arg, namespace)
		ref.Container = cmp.Or(container, ref.Container)
		return ref, err
	})
}

// stackRef reads the name of a stack as a reference without a service.
func stackRef(arg, _ string) (rio.Ref, error) {
	name, err := rio.ParseStack(arg)
	return rio.Ref{Namespace: name}, err
}

// refOrStack reads the name of a service, or STACK/.
func refOrStack(arg, namespace string) (rio.Ref, error) {
	if strings.HasSuffix(arg, "/") {
		return stackRef(arg, namespace)
	}
	return rio.ParseRef(arg, namespace)
}

// talk writes a line for people. What of it comes from the cluster does nothing to a terminal.
func (o *Options) talk(format string, args ...any) {
	if !o.Quiet {
		fmt.Fprintln(o.connection().to(o.ErrOut), printer.CleanText(fmt.Sprintf(format, args...)))
	}
}

// isTerminal reports whether a stream is a terminal.
func isTerminal(stream any) bool {
	f, ok := stream.(*os.File)
	return ok && term.IsTerminal(int(f.Fd()))
}

// isDrawable reports whether a stream is a terminal that can be drawn on.
func isDrawable(stream any) bool {
	f, ok := stream.(*os.File)
	return ok && isTerminal(f) && obeysEscapes(f)
}

// widthOf is how many columns a terminal has; 0 where it does not say, or the stream is none.
func widthOf(stream any) int {
	if f, ok := stream.(*os.File); ok {
		if columns, _, err := term.GetSize(int(f.Fd())); err == nil {
			return columns
		}
	}
	return 0
}

// colour reports whether lines on a stream may have colours, https://no-color.org
func (o *Options) colour(stream any) bool { return isDrawable(stream) && os.Getenv("NO_COLOR") == "" }

// unicode reports whether a stream can show more than ASCII.
func (o *Options) unicode(stream any) bool {
	if !isDrawable(stream) || os.Getenv("NO_COLOR") != "" {
		return false
	}
	for _, name := range []string{"LC_ALL", "LC_CTYPE", "LANG"} {
		if v := os.Getenv(name); v != "" {
			return strings.Contains(strings.ToUpper(v), "UTF-8") || strings.Contains(strings.ToUpper(v), "UTF8")
		}
	}
	return false
}
