package cluster

import (
	"context"
	"errors"
	"fmt"
	"strings"

	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/fields"
	"k8s.io/apimachinery/pkg/watch"

	"github.com/kubectl-rio/kubectl-rio/pkg/manifest"
	"github.com/kubectl-rio/kubectl-rio/pkg/rio"
	"github.com/kubectl-rio/kubectl-rio/pkg/stack"
)

// Stack reads a stack's namespace, live and cut down to what kubectl rio owns of it. Both are
// nil when there is none.
func (c *Client) Stack(ctx context.Context, name string) (live *corev1.Namespace, mine manifest.Object, err error) {
	o, mine, err := c.Get(ctx, manifest.KindNamespace, rio.Name{Name: name})
	live, _ = o.(*corev1.Namespace)
	return live, mine, err
}

// Stacks lists the namespaces that were made as stacks.
func (c *Client) Stacks(ctx context.Context) ([]rio.Stack, error) {
	list, err := c.core.Namespaces().List(ctx, metav1.ListOptions{LabelSelector: rio.LabelStack + "=true"})
	if err != nil {
		return nil, c.Explain(fmt.Errorf("list stacks: %w", err))
	}
	var stacks []rio.Stack
	for i := range list.Items {
		stacks = append(stacks, manifest.ParseStack(&list.Items[i]))
	}
	return stacks, nil
}

// EnsureStack makes the namespace of a stack if it does not exist, and gives it then. One that was
// there before is used as it is: nil.
func (c *Client) EnsureStack(ctx context.Context, name string) (*corev1.Namespace, error) {
	_, err := c.core.Namespaces().Get(ctx, name, metav1.GetOptions{})
	switch {
	case err == nil, apierrors.IsForbidden(err): // without the right to look, the first write tells
		return nil, nil
	case !apierrors.IsNotFound(err):
		return nil, c.Explain(fmt.Errorf("look for namespace %q: %w", name, err))
	}
	ns := &corev1.Namespace{ObjectMeta: metav1.ObjectMeta{Name: name, Labels: map[string]string{rio.LabelStack: "true"}}}
	made, err := c.core.Namespaces().Create(ctx, ns, metav1.CreateOptions{FieldManager: rio.FieldManager})
	if apierrors.IsAlreadyExists(err) {
		return nil, nil
	}
	if err != nil {
		return nil, c.Explain(fmt.Errorf("create namespace %q: %w", name, err))
	}
	made.SetGroupVersionKind(corev1.SchemeGroupVersion.WithKind(manifest.KindNamespace))
	return made, nil
}

// StackFile reads the file that a stack was made of, live and as an object to write over it.
// It is empty where there is none, or where it may not be read.
func (c *Client) StackFile(ctx context.Context, namespace string) (stack.Source, manifest.Object, error) {
	secret, err := c.core.Secrets(namespace).Get(ctx, manifest.StackFileName, metav1.GetOptions{})
	switch {
	case apierrors.IsNotFound(err), apierrors.IsForbidden(err):
		return stack.Source{}, nil, nil
	case err != nil:
		return stack.Source{}, nil, c.Explain(fmt.Errorf("read the stack file of %q: %w", namespace, err))
	}
	secret.SetGroupVersionKind(corev1.SchemeGroupVersion.WithKind("Secret"))
	mine, err := c.Owned(secret)
	return manifest.ParseStackFile(secret), mine, err
}

// WaitNoStack waits until a namespace is gone, with all that was in it.
func (c *Client) WaitNoStack(ctx context.Context, name string, report func(string)) error {
	namespace := scope{kind: manifest.KindNamespace, fields: fields.OneTermEqualSelector(metav1.ObjectNameField, name).String()}
	left := ""
	err := c.until(ctx, namespace, none, func(e watch.Event) (bool, error) {
		if ns, ok := e.Object.(*corev1.Namespace); ok {
			if left = strings.ReplaceAll(rio.WhyTerminating(ns), "\n", "; "); left != "" {
				report(left)
			}
		}
		return e.Type == watch.Deleted, nil
	})
	if errors.Is(err, context.DeadlineExceeded) {
		if left != "" {
			left = ": " + left
		}
		return NotReady("stack %q is not gone in time%s; see: kubectl get namespace %s -o yaml", name, left, name)
	}
	return err
}
