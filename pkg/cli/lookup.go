package cli

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"

	apierrors "k8s.io/apimachinery/pkg/api/errors"

	"github.com/kubectl-rio/kubectl-rio/pkg/cluster"
	"github.com/kubectl-rio/kubectl-rio/pkg/rio"
)

// What a name on the command line may be.
const (
	typeService = "service"
	typeRoute   = "route"
	typeStack   = "stack"
	typeConfig  = "config"
	typeSecret  = "secret"
	typeVolume  = "volume"
	typePod     = "pod"
	typeNode    = "node"
)

// thing is what a name was found to mean.
type thing struct {
	kind string
	ref  rio.Ref // whatever it is, NAMESPACE and NAME; of a stack the namespace alone
}

func (t thing) String() string {
	if t.kind == typeStack {
		return t.ref.Namespace
	}
	return t.ref.ID()
}

// lookUp finds what names mean, of the given types; without a name it is the stack in use.
// Where a name means several things the user chooses. What is found is given beside the errors
// about other names.
func (o *Options) lookUp(ctx context.Context, client *cluster.Client, args []string, kind string, types ...string) ([]thing, error) {
	if kind != "" && !slices.Contains(types, kind) {
		return nil, usagef("invalid --type %q: want %s", kind, strings.Join(types, ", "))
	}
	namespace, err := o.namespace()
	if err != nil {
		return nil, err
	}
	if len(args) == 0 {
		return []thing{{typeStack, rio.Ref{Namespace: namespace}}}, nil
	}
	if kind != "" {
		types = []string{kind}
	}
	var all []thing
	var errs []error
	for _, arg := range args {
		found, err := find(ctx, client, arg, namespace, types)
		var chosen thing
		if err == nil {
			chosen, err = o.choose(arg, found, types)
		}
		switch {
		case errors.Is(err, context.Canceled):
			return nil, err
		case err != nil:
			errs = append(errs, err)
		default:
			all = append(all, chosen)
		}
	}
	return all, errors.Join(errs...)
}

// find lists all that a name may mean. What may not be read is an error where nothing else has
// the name.
func find(ctx context.Context, client *cluster.Client, arg, namespace string, types []string) ([]thing, error) {
	var found []thing
	var denied error
	for _, kind := range types {
		t, err := finders[kind](ctx, client, arg, namespace)
		if apierrors.IsForbidden(err) {
			denied = cmp.Or(denied, err)
			continue
		}
		if err != nil {
			return nil, err
		}
		if t != nil {
			t.kind = kind
			found = append(found, *t)
		}
	}
	if len(found) > 0 {
		denied = nil
	}
	return found, denied
}

// choose is the one thing that was found, or what the user chooses of several.
func (o *Options) choose(arg string, found []thing, types []string) (thing, error) {
	switch {
	case len(found) == 0:
		namespace, err := o.namespace()
		if err != nil {
			return thing{}, err
		}
		return thing{}, fmt.Errorf("not found: %q is no %s; see: kubectl rio ps -n %s", arg, strings.Join(types, ", no "), namespace)
	case len(found) == 1:
		return found[0], nil
	case !o.mayAsk():
		var names []string
		for _, t := range found {
			names = append(names, t.kind)
		}
		return thing{}, usagef("%q is a %s; say which with --type", arg, strings.Join(names, " and a "))
	}
	fmt.Fprintf(o.ErrOut, "Choose resource for %s:\n", arg)
	for i, t := range found {
		fmt.Fprintf(o.ErrOut, "[%d] type=%s %s\n", i+1, t.kind, t)
	}
	for {
		fmt.Fprint(o.ErrOut, "Select Number [] ")
		line, err := o.readLine()
		if errors.Is(err, io.EOF) {
			fmt.Fprintln(o.ErrOut)
			return thing{}, fmt.Errorf("none was chosen, as the input ended; say with --type which %q is meant", arg)
		}
		if err != nil {
			return thing{}, err
		}
		if n, err := strconv.Atoi(strings.TrimSpace(line)); err == nil && n >= 1 && n <= len(found) {
			return found[n-1], nil
		}
	}
}
