package controlplane

import (
	"context"
	"fmt"
	"strings"

	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"
	utilerrors "k8s.io/apimachinery/pkg/util/errors"

	"github.com/kubectl-rio/kubectl-rio/pkg/rio"
)

// ownNamespace is a release's namespace as install makes it.
func (r release) ownNamespace() (*corev1.Namespace, error) {
	labels := map[string]string{labelInstalled: "true"}
	if r.namespace == rioNamespace {
		values, err := r.over(r.last)
		if err != nil {
			return nil, err
		}
		labels[labelPodSecurity] = podSecurity(values)
	}
	return &corev1.Namespace{ObjectMeta: metav1.ObjectMeta{Name: r.namespace, Labels: labels}}, nil
}

// ensureNamespace makes a namespace unless it is there. One that is just being deleted is
// waited for.
func (p *plane) ensureNamespace(ctx context.Context, want *corev1.Namespace, update func(string)) error {
	namespaces := p.kube.CoreV1().Namespaces()
	return p.until(ctx, update, func() (string, error) {
		ns, err := namespaces.Get(ctx, want.Name, metav1.GetOptions{})
		if apierrors.IsNotFound(err) {
			_, err = namespaces.Create(ctx, want, metav1.CreateOptions{})
			return "", err
		}
		if err == nil && ns.DeletionTimestamp != nil {
			return fmt.Sprintf("namespace %q to be gone", want.Name), nil
		}
		return "", err
	})
}

// labelPodSecurity is the label by which a namespace refuses pods that may too much,
// https://kubernetes.io/docs/concepts/security/pod-security-admission/
const labelPodSecurity = "pod-security.kubernetes.io/enforce"

// podSecurity is the strictest level that the pods of the chart rio pass with these values:
// ports of nodes are allowed on the loosest alone.
func podSecurity(values map[string]any) string {
	if onHostPorts(values) {
		return "privileged"
	}
	return "restricted"
}

// enforce has a namespace that install made enforce a level of Pod Security.
func (p *plane) enforce(ctx context.Context, name, level string) error {
	namespaces := p.kube.CoreV1().Namespaces()
	ns, err := namespaces.Get(ctx, name, metav1.GetOptions{})
	if err != nil || ns.Labels[labelInstalled] != "true" || ns.Labels[labelPodSecurity] == level {
		return err
	}
	patch := fmt.Sprintf(`{"metadata":{"labels":{%q:%q}}}`, labelPodSecurity, level)
	_, err = namespaces.Patch(ctx, name, types.MergePatchType, []byte(patch), metav1.PatchOptions{})
	return err
}

// removeNamespace deletes a namespace that install made, unless others have something in
// it, which is returned. It does not wait.
func (p *plane) removeNamespace(ctx context.Context, name string) ([]string, error) {
	namespaces := p.kube.CoreV1().Namespaces()
	ns, err := namespaces.Get(ctx, name, metav1.GetOptions{})
	if err != nil || ns.Labels[labelInstalled] != "true" {
		return nil, utilerrors.FilterOut(err, apierrors.IsNotFound)
	}
	if foreign, err := p.foreignIn(ctx, name); err != nil || len(foreign) > 0 {
		return foreign, err
	}
	return nil, utilerrors.FilterOut(namespaces.Delete(ctx, name, metav1.DeleteOptions{}), apierrors.IsNotFound)
}

// terminating says what keeps a namespace that is being deleted, and is empty when it is
// gone or stays.
func (p *plane) terminating(ctx context.Context, name string) (string, error) {
	ns, err := p.kube.CoreV1().Namespaces().Get(ctx, name, metav1.GetOptions{})
	if err != nil || ns.DeletionTimestamp == nil {
		return "", utilerrors.FilterOut(err, apierrors.IsNotFound)
	}
	return strings.TrimSpace(fmt.Sprintf("namespace %q to be gone\n%s", name, rio.WhyTerminating(ns))), nil
}
