package plan

import (
	"maps"
	"reflect"

	corev1 "k8s.io/api/core/v1"

	"github.com/kubectl-rio/kubectl-rio/pkg/manifest"
	"github.com/kubectl-rio/kubectl-rio/pkg/rio"
	"github.com/kubectl-rio/kubectl-rio/pkg/spec"
)

// Describe writes a service down: the inverse of Up. Each staged revision is described whole.
func Describe(s rio.Service) spec.Service {
	out := spec.Service{}
	for _, r := range s.Revisions {
		described := describe(s, r)
		if r.Name == rio.Latest {
			out.Revision = described
			continue
		}
		described.Weight = r.Weight + s.Quiet[r.Name]
		if out.Revisions == nil {
			out.Revisions = map[string]spec.Revision{}
		}
		out.Revisions[r.Name] = described
	}
	return out
}

// Unjoined is a service whose pods do not name the Istio that Join has them name: in a file it
// would hold them to one cluster's.
func Unjoined(s rio.Service, gw Gateway) rio.Service {
	s = s.Clone()
	for _, r := range s.Revisions {
		labels := r.Template.Labels
		if labels[rio.LabelInject] == "true" && labels[rio.LabelMeshRevision] == gw.MeshRevision {
			delete(labels, rio.LabelMeshRevision)
		}
	}
	return s
}

func describe(s rio.Service, r rio.Revision) spec.Revision {
	t := r.Template.DeepCopy()
	for _, ref := range rio.ConfigRefs(&t.Spec) {
		*ref.Name = rio.SourceOf(&r.Template, ref)
	}
	for _, c := range r.Claims { // as they were before Provide
		t.Spec.Volumes = append(t.Spec.Volumes, corev1.Volume{Name: c.Name, VolumeSource: corev1.VolumeSource{
			PersistentVolumeClaim: &corev1.PersistentVolumeClaimVolumeSource{ClaimName: rio.TemplateOf(c)},
		}})
	}
	d := spec.FromTemplate(*t, s.Ports)
	if d.Image == "" { // another tool has set it, and it runs all the same
		d.Image = r.Image()
	}
	maps.DeleteFunc(d.Metadata, func(key, _ string) bool { return rio.Reserved(key) })
	if len(d.Metadata) == 0 {
		d.Metadata = nil
	}
	d.Permissions, d.GlobalPermissions = r.Permissions, r.GlobalPermissions
	d.BatchSize = r.Rollout.BatchSize
	if r.Rollout.StopFirst {
		d.UpdateOrder = stopFirst
	}
	if r.Rollout.OnDelete {
		d.UpdateStrategy = onDelete
	}
	if r.Rollout.Ordered {
		d.DeploymentStrategy = ordered
	}
	switch {
	case r.Kind == manifest.KindDaemonSet:
		d.Global = new(true)
	case r.Autoscale != nil:
		d.Scale = r.Autoscale
	case r.Replicas != nil:
		d.Scale = &rio.Scale{Min: *r.Replicas, Max: *r.Replicas}
	case r.Observed != nil && !r.Foreign && !sizedElsewhere(&r): // kubectl has set it, and it runs all the same
		d.Scale = &rio.Scale{Min: r.Observed.Replicas, Max: r.Observed.Replicas}
	}
	return d
}

// differs cuts the description of a staged revision down to what it has otherwise than
// latest, as a stack file has it: all else is inherited.
func differs(latest, staged spec.Revision) spec.Revision {
	out := staged
	cut(reflect.ValueOf(&out).Elem(), reflect.ValueOf(latest))
	out.Weight, out.Status = staged.Weight, staged.Status
	return out
}

func cut(v, base reflect.Value) {
	for i := range v.NumField() {
		f := v.Field(i)
		if v.Type().Field(i).Anonymous {
			cut(f, base.Field(i))
			continue
		}
		if reflect.DeepEqual(f.Interface(), base.Field(i).Interface()) {
			f.SetZero()
		}
	}
}
