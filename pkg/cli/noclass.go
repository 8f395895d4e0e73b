package cli

import (
	"context"
	"fmt"

	corev1 "k8s.io/api/core/v1"

	"github.com/kubectl-rio/kubectl-rio/pkg/rio"
)

// storageClasses is what helps where a class was misspelled.
const storageClasses = "those that there are: kubectl get storageclass"

func noClass(volume, class, remedy string) string {
	return fmt.Sprintf("volume %s waits until somebody makes a PersistentVolume of class %q, as there is no such StorageClass; %s", volume, class, remedy)
}

// sayNoClass says of a revision's volumes without a name, which come and go with each pod, that no class
// gives them storage.
func (m *mutation) sayNoClass(ctx context.Context, s rio.Service, revision string) error {
	rev, ok := s.Revision(revision)
	if !ok {
		return nil
	}
	for _, v := range rev.Template.Spec.Volumes {
		if v.Ephemeral == nil || v.Ephemeral.VolumeClaimTemplate == nil || v.Ephemeral.VolumeClaimTemplate.Spec.StorageClassName == nil {
			continue
		}
		class := *v.Ephemeral.VolumeClaimTemplate.Spec.StorageClassName
		there, err := m.client.HasStorageClass(ctx, class)
		if err != nil {
			return err
		}
		if !there {
			m.o.talk("%s", noClass(mountedAt(rev.Template.Spec, v.Name), class, storageClasses))
		}
	}
	return nil
}

// mountedAt is the first path at which a pod has a volume, by which people know one without a name.
func mountedAt(pod corev1.PodSpec, volume string) string {
	for _, c := range rio.Containers(&pod) {
		for _, mount := range c.VolumeMounts {
			if mount.Name == volume {
				return mount.MountPath
			}
		}
	}
	return volume
}
