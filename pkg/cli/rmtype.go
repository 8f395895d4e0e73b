package cli

import (
	"context"
	"fmt"
	"strings"

	"github.com/spf13/cobra"
	corev1 "k8s.io/api/core/v1"

	"github.com/kubectl-rio/kubectl-rio/pkg/plan"
	"github.com/kubectl-rio/kubectl-rio/pkg/rio"
)

// removeTyped deletes what is no service, by the rules of each type.
func (m *mutation) removeTyped(cmd *cobra.Command, args []string, kind string, force, yes bool) error {
	switch kind {
	case typeStack:
		return m.removeStacks(cmd, args, yes)
	case typeRoute:
		return m.removeRoutes(cmd, args)
	case typePod:
		return m.removePods(cmd, args)
	}
	remove := map[string]func(context.Context, rio.Name) error{
		typeConfig: func(ctx context.Context, name rio.Name) error {
			return m.removeConfig(ctx, rio.KindConfigMap, name, force)
		},
		typeSecret: func(ctx context.Context, name rio.Name) error {
			return m.removeConfig(ctx, rio.KindSecret, name, force)
		},
		typeVolume: func(ctx context.Context, name rio.Name) error { return m.removeVolume(ctx, name, force) },
	}[kind]
	if remove == nil {
		return usagef("invalid --type %q: want service, stack, route, config, secret, volume or pod", kind)
	}
	names, err := m.o.names(args)
	if err != nil {
		return err
	}
	return each(m, cmd, args, names, remove)
}

// removePods deletes pods of services, which Kubernetes makes again.
func (m *mutation) removePods(cmd *cobra.Command, args []string) error {
	refs, err := m.o.podRefs(args, "")
	if err != nil {
		return err
	}
	for _, ref := range refs {
		if ref.Suffix == "" || ref.Container != "" {
			return usagef("invalid pod %q: want SERVICE[:REVISION]/POD, as ps -c shows it", strings.TrimSuffix(ref.String()+"/"+ref.Suffix, "/"))
		}
	}
	return each(m, cmd, args, refs, func(ctx context.Context, ref rio.PodRef) error {
		pod, err := m.client.Pod(ctx, ref)
		if err != nil {
			return err
		}
		if pod.Labels[rio.LabelService] != ref.Service {
			return fmt.Errorf("pod %q is not one of service %q; delete it with: kubectl delete pod -n %s %s", pod.Name, ref.Service, pod.Namespace, pod.Name)
		}
		pod.SetGroupVersionKind(corev1.SchemeGroupVersion.WithKind(rio.KindPod))
		return m.putAndPrint(ctx, rio.Name{Namespace: pod.Namespace, Name: pod.Name}, plan.ChangeSet{{Op: plan.Delete, Before: pod}})
	})
}
