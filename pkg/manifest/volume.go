package manifest

import (
	"strconv"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/resource"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/kubectl-rio/kubectl-rio/pkg/rio"
)

// KindClaim is the kind of a volume that exists once.
const KindClaim = "PersistentVolumeClaim"

// templatePrefix begins the name of the ConfigMap that holds the template of a volume.
// Kubernetes has such templates inside of StatefulSets only, so one that services can share
// is kept as what it says.
const templatePrefix = "volume-template-"

// Keys of that ConfigMap.
const (
	keySize       = "sizeInGb"
	keyDriver     = "driver"
	keyAccessMode = "accessMode"
)

const gigabyte = 1 << 30

// VolumeObject is the kind and name of the object that a volume is.
func VolumeObject(v rio.Volume) (kind string, name rio.Name) {
	if v.Template {
		return rio.KindConfigMap, rio.Name{Namespace: v.Namespace, Name: templatePrefix + v.Name}
	}
	return KindClaim, rio.Name{Namespace: v.Namespace, Name: v.Name}
}

// Volume gives the object of a volume.
func Volume(v rio.Volume) Object {
	kind, name := VolumeObject(v)
	m := metav1.ObjectMeta{
		Name: name.Name, Namespace: v.Namespace, Labels: standalone(v.Labels, v.Namespace, rio.LabelVolume, v.Name), Annotations: described(v.Description),
	}
	if kind == KindClaim {
		claim := Claim(v)
		claim.TypeMeta, claim.ObjectMeta = metav1.TypeMeta{APIVersion: "v1", Kind: KindClaim}, m
		return &claim
	}
	data := map[string]string{keySize: strconv.Itoa(v.SizeInGB), keyAccessMode: string(v.AccessMode)}
	if v.Driver != "" {
		data[keyDriver] = v.Driver
	}
	return &corev1.ConfigMap{TypeMeta: metav1.TypeMeta{APIVersion: "v1", Kind: kind}, ObjectMeta: m, Data: data}
}

// Claim is the claim that a volume makes on the cluster's storage, or that each pod makes by
// its template.
func Claim(v rio.Volume) corev1.PersistentVolumeClaim {
	claim := corev1.PersistentVolumeClaim{
		ObjectMeta: metav1.ObjectMeta{Name: v.Name, Labels: standalone(nil, v.Namespace, rio.LabelVolume, v.Name)},
		Spec: corev1.PersistentVolumeClaimSpec{
			AccessModes: []corev1.PersistentVolumeAccessMode{v.AccessMode},
			Resources: corev1.VolumeResourceRequirements{Requests: corev1.ResourceList{
				corev1.ResourceStorage: *resource.NewQuantity(int64(v.SizeInGB)*gigabyte, resource.BinarySI),
			}},
		},
	}
	if v.Driver != "" {
		claim.Spec.StorageClassName = &v.Driver
	}
	return claim
}

// ParseVolume reads a volume back; ok is false when the object is none.
func ParseVolume(o Object) (v rio.Volume, ok bool) {
	v = rio.Volume{
		Namespace: o.GetNamespace(), Name: o.GetName(), Created: o.GetCreationTimestamp().Time,
		Labels: usersLabels(o), Foreign: IsForeign(o), Description: o.GetAnnotations()[rio.AnnotationDescription],
	}
	switch o := o.(type) {
	case *corev1.PersistentVolumeClaim:
		parseClaim(&v, o)
		return v, true
	case *corev1.ConfigMap:
		v.Name, v.Template, v.State = o.Labels[rio.LabelVolume], true, rio.VolumeActive
		v.Driver, v.AccessMode = o.Data[keyDriver], corev1.PersistentVolumeAccessMode(o.Data[keyAccessMode])
		size, err := strconv.Atoi(o.Data[keySize])
		v.SizeInGB = size
		return v, err == nil && v.Name != ""
	}
	return v, false
}

func parseClaim(v *rio.Volume, claim *corev1.PersistentVolumeClaim) {
	if of := claim.Labels[rio.LabelVolume]; of != v.Name {
		v.Of = of
	}
	if class := claim.Spec.StorageClassName; class != nil {
		v.Driver = *class
	}
	if len(claim.Spec.AccessModes) > 0 {
		v.AccessMode = claim.Spec.AccessModes[0]
	}
	size := claim.Spec.Resources.Requests[corev1.ResourceStorage]
	v.SizeInGB = int((size.Value() + gigabyte - 1) / gigabyte) // what is not whole is shown as the next
	switch {
	case claim.DeletionTimestamp != nil:
		v.State, v.Detail = rio.VolumeRemoving, "goes when the last pod that uses it has ended"
	case claim.Status.Phase == corev1.ClaimBound:
		v.State = rio.VolumeActive
	case claim.Status.Phase == corev1.ClaimLost:
		v.State, v.Detail = rio.VolumeError, "the storage behind it is gone"
	default:
		v.State = rio.VolumePending
	}
}
