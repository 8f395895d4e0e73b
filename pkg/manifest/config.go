package manifest

import (
	"maps"
	"unicode/utf8"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/labels"

	"github.com/kubectl-rio/kubectl-rio/pkg/rio"
)

// Config gives the object of a config or secret that belongs to no service, or of a
// service's copy of one. A copy cannot be changed, and says of which service it is.
func Config(c rio.Config, service string) Object {
	m := metav1.ObjectMeta{Name: c.Name, Namespace: c.Namespace, Labels: configLabels(c, service), Annotations: described(c.Description)}
	var immutable *bool
	if c.Source != "" {
		immutable = new(true)
	}
	if c.Kind == rio.KindSecret {
		return &corev1.Secret{
			TypeMeta: metav1.TypeMeta{APIVersion: "v1", Kind: rio.KindSecret}, ObjectMeta: m,
			Type: c.Type, Data: maps.Clone(c.Data), Immutable: immutable,
		}
	}
	o := &corev1.ConfigMap{TypeMeta: metav1.TypeMeta{APIVersion: "v1", Kind: rio.KindConfigMap}, ObjectMeta: m, Immutable: immutable}
	for key, content := range c.Data {
		if utf8.Valid(content) {
			put(&o.Data, key, string(content))
		} else {
			put(&o.BinaryData, key, content)
		}
	}
	return o
}

func put[V any](m *map[string]V, key string, value V) {
	if *m == nil {
		*m = map[string]V{}
	}
	(*m)[key] = value
}

// configLabel says of an object which config it is, or is a copy of.
func configLabel(kind string) string {
	if kind == rio.KindSecret {
		return rio.LabelSecret
	}
	return rio.LabelConfig
}

func configLabels(c rio.Config, service string) map[string]string {
	if c.Source != "" {
		l := rio.ServiceLabels(rio.Ref{Namespace: c.Namespace, Service: service})
		l[configLabel(c.Kind)] = c.Source
		return l
	}
	return filed(standalone(c.Labels, c.Namespace, configLabel(c.Kind), c.Name), c.Filed)
}

// standalone are the labels of an object that belongs to a stack, and to no service of it.
func standalone(own map[string]string, namespace, key, name string) map[string]string {
	return labels.Merge(own, map[string]string{
		rio.LabelManaged: "true", rio.LabelNamespace: namespace, rio.LabelK8sManagedBy: rio.FieldManager, key: name,
	})
}

// usersLabels are those of such an object that are not ours.
func usersLabels(o Object) map[string]string {
	own := maps.Clone(o.GetLabels())
	maps.DeleteFunc(own, func(key, _ string) bool { return rio.Reserved(key) || key == rio.LabelK8sManagedBy })
	return own
}

// IsForeign reports whether another tool made an object.
func IsForeign(o Object) bool { return o.GetLabels()[rio.LabelK8sManagedBy] != rio.FieldManager }

// ConfigSelector finds the configs or secrets of a stack, and not the services' copies.
func ConfigSelector(kind string) string { return configLabel(kind) + ",!" + rio.LabelService }

// ParseConfig reads one back; ok is false when the object is of another kind.
func ParseConfig(o Object) (c rio.Config, ok bool) {
	c = rio.Config{
		Kind: Kind(o), Namespace: o.GetNamespace(), Name: o.GetName(), Created: o.GetCreationTimestamp().Time,
		Foreign: IsForeign(o), Filed: isFiled(o),
		Description: o.GetAnnotations()[rio.AnnotationDescription],
	}
	if o.GetLabels()[rio.LabelService] != "" {
		c.Source = o.GetLabels()[configLabel(c.Kind)]
	}
	if c.Source == "" {
		c.Labels = usersLabels(o)
	}
	switch o := o.(type) {
	case *corev1.Secret:
		c.Type = o.Type
		for key, content := range o.Data {
			put(&c.Data, key, content)
		}
	case *corev1.ConfigMap:
		for key, content := range o.Data {
			put(&c.Data, key, []byte(content))
		}
		for key, content := range o.BinaryData {
			put(&c.Data, key, content)
		}
	default:
		return rio.Config{}, false
	}
	return c, true
}

// IsCopy reports whether an object of a service is its copy of a config. One that is there
// is as it is to be: its name says what is in it, and it cannot be changed.
func IsCopy(o Object) bool { return Kind(o) == rio.KindConfigMap || Kind(o) == rio.KindSecret }

// renderConfigs gives the copies that any revision reads.
func renderConfigs(s rio.Service) []Object {
	var objects []Object
	for _, c := range s.Configs {
		for _, r := range s.Revisions {
			if r.Reads(c) {
				objects = append(objects, Config(c, s.Name))
				break
			}
		}
	}
	return objects
}
