package cli

import (
	"context"
	"fmt"

	corev1 "k8s.io/api/core/v1"

	"github.com/kubectl-rio/kubectl-rio/pkg/manifest"
	"github.com/kubectl-rio/kubectl-rio/pkg/plan"
)

// fits refuses a file that could not be kept: the server takes so much in a Secret, and would
// say so only in the middle of the work.
func (w *stackWork) fits() error {
	if w.only != "" {
		return nil
	}
	o, err := manifest.StackFile(w.name, w.source)
	if err != nil {
		return err
	}
	size := 0
	for _, part := range o.Data {
		size += len(part)
	}
	if size > corev1.MaxSecretSize {
		return usagef("stack %q: the file and those it names are kept in the stack, which takes %d bytes (of files a third more than they have), want at most %d; "+
			"make large configs by themselves: kubectl rio config create -n %s NAME FILE, and write external: true for them", w.name, size, corev1.MaxSecretSize, w.name)
	}
	return nil
}

// keep remembers the file, so that export gives it back.
func (w *stackWork) keep(ctx context.Context) error {
	changes, err := w.unlike(w.kept)
	if err != nil {
		return err
	}
	_, err = w.put(ctx, changes)
	return err
}

// stillKept refuses to say that a stack is as its file has it where another up began meanwhile, with
// another file: each has written what the other had not yet.
func (w *stackWork) stillKept(ctx context.Context) error {
	_, kept, err := w.client.StackFile(ctx, w.name)
	if err != nil || kept == nil { // removed, or not to be read
		return err
	}
	if changes, err := w.unlike(kept); err != nil || len(changes) == 0 {
		return err
	}
	return fmt.Errorf("stack %q: another file was brought up meanwhile, and what runs may be of both; "+
		"see what differs from this one: kubectl rio diff; and repeat the command that is meant", w.name)
}

// unlike is what it takes that a kept file is this one.
func (w *stackWork) unlike(kept manifest.Object) (plan.ChangeSet, error) {
	o, err := manifest.StackFile(w.name, w.source)
	if err != nil {
		return nil, err
	}
	return plan.Keep(kept, o), nil
}
