package cluster

import (
	"context"
	"slices"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/fields"

	"github.com/kubectl-rio/kubectl-rio/pkg/manifest"
	"github.com/kubectl-rio/kubectl-rio/pkg/rio"
)

// Volumes lists the volumes of a namespace, of all when it is empty, templates included. Of one
// that waits for storage the cluster's reason is read too.
func (c *Client) Volumes(ctx context.Context, namespace, selector string) ([]rio.Volume, error) {
	objects, err := c.objects(ctx, and(rio.LabelVolume, selector), []objectList{
		{manifest.KindClaim, page(c.core.PersistentVolumeClaims(namespace).List)},
		{rio.KindConfigMap, page(c.core.ConfigMaps(namespace).List)},
	})
	if err != nil {
		return nil, err
	}
	var volumes []rio.Volume
	for _, o := range objects {
		if v, ok := manifest.ParseVolume(o); ok {
			volumes = append(volumes, v)
		}
	}
	return volumes, c.addReasons(ctx, namespace, volumes)
}

// VolumesNow reads those of the volumes that exist, claims of other tools included.
func (c *Client) VolumesNow(ctx context.Context, namespace string, names []string) ([]rio.Volume, error) {
	var found []rio.Volume
	for _, name := range names {
		v := rio.Volume{Namespace: namespace, Name: name}
		o, err := c.Volume(ctx, &v)
		if err != nil {
			return nil, err
		}
		if o == nil {
			continue
		}
		if v, ok := manifest.ParseVolume(o); ok {
			found = append(found, v)
		}
	}
	return found, nil
}

// Volume reads the object of a volume, or of the template of that name, and notes which it is.
func (c *Client) Volume(ctx context.Context, v *rio.Volume) (manifest.Object, error) {
	for _, v.Template = range []bool{false, true} {
		kind, name := manifest.VolumeObject(*v)
		live, _, err := c.Get(ctx, kind, name)
		if err != nil || live != nil {
			return live, err
		}
	}
	return nil, nil
}

// addReasons says of volumes that wait for storage what for. Where none does, nothing is asked.
func (c *Client) addReasons(ctx context.Context, namespace string, volumes []rio.Volume) error {
	if !slices.ContainsFunc(volumes, func(v rio.Volume) bool { return v.State == rio.VolumePending }) {
		return nil
	}
	events, err := c.core.Events(namespace).List(ctx, metav1.ListOptions{
		FieldSelector: fields.OneTermEqualSelector("involvedObject.kind", manifest.KindClaim).String(),
	})
	if err != nil {
		return c.Explain(err)
	}
	slices.SortStableFunc(events.Items, func(a, b corev1.Event) int { return rio.LastSeen(a).Compare(rio.LastSeen(b)) })
	for _, e := range events.Items {
		i := slices.IndexFunc(volumes, func(v rio.Volume) bool {
			return v.Namespace == e.InvolvedObject.Namespace && v.Name == e.InvolvedObject.Name
		})
		if i >= 0 && volumes[i].State == rio.VolumePending {
			volumes[i].Detail = e.Reason + ": " + e.Message
		}
	}
	return nil
}
