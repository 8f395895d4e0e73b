package cli

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"

	corev1 "k8s.io/api/core/v1"

	"github.com/kubectl-rio/kubectl-rio/pkg/manifest"
	"github.com/kubectl-rio/kubectl-rio/pkg/plan"
	"github.com/kubectl-rio/kubectl-rio/pkg/rio"
	"github.com/kubectl-rio/kubectl-rio/pkg/stack"
)

// planVolumes makes those that are missing. Of one that is there only the description is
// changed, and it is never removed: there is data on it.
func (w *stackWork) planVolumes(ctx context.Context) error {
	existing, err := w.client.VolumesNow(ctx, w.name, slices.Sorted(maps.Keys(w.file.Volumes)))
	if err != nil {
		return err
	}
	w.have.Volumes, w.want.Volumes = map[string]stack.Volume{}, map[string]stack.Volume{}
	for _, name := range slices.Sorted(maps.Keys(w.file.Volumes)) {
		said := w.file.Volumes[name]
		step := dataStep{what: "volume " + name}
		i := slices.IndexFunc(existing, func(v rio.Volume) bool { return v.Name == name })
		if i >= 0 {
			w.have.Volumes[name], w.want.Volumes[name] = volumeWritten(existing[i]), volumeWritten(existing[i])
			if err := w.findNoClass(ctx, existing[i]); err != nil {
				return err
			}
			if err := unlike(existing[i], said); err != nil {
				w.problems[step.what] = w.wrong("volumes", name, step.what, err)
			} else if err := w.describeVolume(ctx, existing[i], said); err != nil {
				return err
			}
			continue
		}
		if said.External {
			w.lacking = append(w.lacking, name)
			continue
		}
		v := rio.Volume{Namespace: w.name, Name: name, Driver: said.Driver, Template: said.Template, SizeInGB: max(said.SizeInGB, 1), AccessMode: corev1.ReadWriteOnce, Description: said.Description}
		if said.AccessMode != "" {
			if v.AccessMode, err = rio.ParseAccessMode(said.AccessMode); err != nil {
				return usageError(err)
			}
		}
		if step.changes, err = plan.CreateVolume(nil, v); err != nil {
			return usageError(err)
		}
		if err := w.findNoClass(ctx, v); err != nil {
			return err
		}
		w.want.Volumes[name] = volumeWritten(v)
		w.volumes, w.data = append(w.volumes, v), append(w.data, step)
	}
	return nil
}

// findNoClass finds out of a volume without storage that no class gives it any, which is no error:
// somebody may make a PersistentVolume by hand.
func (w *stackWork) findNoClass(ctx context.Context, v rio.Volume) error {
	if v.Driver == "" || v.Foreign || v.State != "" && v.State != rio.VolumePending {
		return nil
	}
	if ok, err := w.client.HasStorageClass(ctx, v.Driver); ok || err != nil {
		return err
	}
	remedy := storageClasses
	if v.State == rio.VolumePending {
		remedy = fmt.Sprintf("or remove it: kubectl rio volume rm -n %s %s", v.Namespace, v.Name)
	}
	w.waits = append(w.waits, noClass(v.Name, w.mask.Hide(v.Driver), remedy))
	return nil
}

// hasExternal refuses a revision with a volume that the file calls external and that is not there:
// without it the pods would write into an empty directory that ends with them.
func (w *stackWork) hasExternal(s rio.Service, revision string) error {
	for _, name := range plan.Claimed(s, revision) {
		if slices.Contains(w.lacking, name) {
			return fmt.Errorf("volume %q is external in the file, and stack %q has no such volume; create it: kubectl rio volume create -n %s %s SIZE_IN_GB, or take external out", name, w.name, w.name, name)
		}
	}
	return nil
}

// describeVolume plans that a volume which is there has the description that the file gives.
func (w *stackWork) describeVolume(ctx context.Context, v rio.Volume, said stack.Volume) error {
	if said.External || v.Foreign || said.Description == v.Description {
		return nil
	}
	kind, name := manifest.VolumeObject(v)
	_, mine, err := w.client.Get(ctx, kind, name)
	if err != nil {
		return err
	}
	v.Description = said.Description
	w.want.Volumes[v.Name] = volumeWritten(v)
	w.data = append(w.data, dataStep{what: "volume " + v.Name, changes: plan.DescribeVolume(mine, v)})
	return nil
}

var errNotMade = errors.New("it was not made by kubectl rio; write external: true to use it as it is, or choose another name")

// unlike says in what a volume that is there is not as the file has it, and what to do.
func unlike(v rio.Volume, said stack.Volume) error {
	mode, err := rio.ParseAccessMode(cmp.Or(said.AccessMode, string(v.AccessMode)))
	if err != nil {
		return err
	}
	remedy := fmt.Sprintf("write it so, or remove the volume and what is on it: kubectl rio volume rm -n %s %s", v.Namespace, v.Name)
	if v.Template {
		remedy = fmt.Sprintf("write it so, or remove the services that use it and then the template, which leaves the volumes of pods as they are: kubectl rio volume rm -n %s %s", v.Namespace, v.Name)
	}
	switch {
	case v.Foreign && !said.External:
		return errNotMade
	case said.SizeInGB != 0 && said.SizeInGB != v.SizeInGB && v.Template:
		return fmt.Errorf("it has %d GB and the file says %d; %s", v.SizeInGB, said.SizeInGB, remedy)
	case said.SizeInGB != 0 && said.SizeInGB != v.SizeInGB:
		return fmt.Errorf("it has %d GB and the file says %d; up does not change what data is on: kubectl edit pvc -n %s %s", v.SizeInGB, said.SizeInGB, v.Namespace, v.Name)
	case said.Driver != "" && said.Driver != v.Driver:
		return fmt.Errorf("it is of driver %q and the file says %q; %s", cmp.Or(v.Driver, "default"), said.Driver, remedy)
	case mode != v.AccessMode:
		return fmt.Errorf("it is %s and the file says %s; %s", v.AccessMode, mode, remedy)
	case said.Template && !v.Template:
		return fmt.Errorf("it is no template and the file says it is; %s", remedy)
	}
	return nil
}

func volumeWritten(v rio.Volume) stack.Volume {
	out := stack.Volume{Driver: v.Driver, Template: v.Template, SizeInGB: v.SizeInGB, Description: v.Description}
	if v.AccessMode != corev1.ReadWriteOnce {
		out.AccessMode = string(v.AccessMode)
	}
	return out
}
