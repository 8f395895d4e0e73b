package rio

import (
	"maps"
	"slices"
	"strings"

	corev1 "k8s.io/api/core/v1"
)

// ConfigRef is a place in a pod that names a config.
type ConfigRef struct {
	Kind     string
	Name     *string // points into the pod
	Keys     []string
	Optional bool // the pod starts without it
}

// ConfigRefs lists the places in a pod that name configs: volumes and variables. Secrets to
// pull images with are not among them; the kubelet reads those, the pod does not.
func ConfigRefs(pod *corev1.PodSpec) []ConfigRef {
	var refs []ConfigRef
	for i := range pod.Volumes {
		refs = append(refs, volumeRefs(pod, &pod.Volumes[i])...)
	}
	for _, c := range Containers(pod) {
		refs = append(refs, containerRefs(c)...)
	}
	return refs
}

func volumeRefs(pod *corev1.PodSpec, v *corev1.Volume) []ConfigRef {
	var refs []ConfigRef
	if c := v.ConfigMap; c != nil {
		refs = append(refs, ConfigRef{KindConfigMap, &c.Name, mountedKeys(pod, v.Name, c.Items), isTrue(c.Optional)})
	}
	if s := v.Secret; s != nil {
		refs = append(refs, ConfigRef{KindSecret, &s.SecretName, itemKeys(s.Items), isTrue(s.Optional)})
	}
	if v.Projected == nil {
		return refs
	}
	for i := range v.Projected.Sources {
		if c := v.Projected.Sources[i].ConfigMap; c != nil {
			refs = append(refs, ConfigRef{KindConfigMap, &c.Name, itemKeys(c.Items), isTrue(c.Optional)})
		}
		if s := v.Projected.Sources[i].Secret; s != nil {
			refs = append(refs, ConfigRef{KindSecret, &s.Name, itemKeys(s.Items), isTrue(s.Optional)})
		}
	}
	return refs
}

// mountedKeys are the keys that must be there for the mounts of a volume to be files.
func mountedKeys(pod *corev1.PodSpec, volume string, items []corev1.KeyToPath) []string {
	if len(items) > 0 {
		return itemKeys(items)
	}
	var keys []string
	for _, c := range Containers(pod) {
		for _, m := range c.VolumeMounts {
			if m.Name == volume && m.SubPath != "" {
				keys = append(keys, m.SubPath)
			}
		}
	}
	return keys
}

func itemKeys(items []corev1.KeyToPath) []string {
	var keys []string
	for _, item := range items {
		keys = append(keys, item.Key)
	}
	return keys
}

func containerRefs(c *corev1.Container) []ConfigRef {
	var refs []ConfigRef
	for i := range c.EnvFrom {
		if r := c.EnvFrom[i].ConfigMapRef; r != nil {
			refs = append(refs, ConfigRef{KindConfigMap, &r.Name, nil, isTrue(r.Optional)})
		}
		if r := c.EnvFrom[i].SecretRef; r != nil {
			refs = append(refs, ConfigRef{KindSecret, &r.Name, nil, isTrue(r.Optional)})
		}
	}
	for i := range c.Env {
		from := c.Env[i].ValueFrom
		if from == nil {
			continue
		}
		if r := from.ConfigMapKeyRef; r != nil {
			refs = append(refs, ConfigRef{KindConfigMap, &r.Name, []string{r.Key}, isTrue(r.Optional)})
		}
		if r := from.SecretKeyRef; r != nil {
			refs = append(refs, ConfigRef{KindSecret, &r.Name, []string{r.Key}, isTrue(r.Optional)})
		}
	}
	return refs
}

func isTrue(b *bool) bool { return b != nil && *b }

// copyAnnotations hold, in a pod template, which config each of its copies was made of:
// SOURCE=COPY, separated by commas.
var copyAnnotations = map[string]string{KindConfigMap: AnnotationConfigs, KindSecret: AnnotationSecrets}

// Sources gives the config that each copy in a pod template was made of, for one kind.
func Sources(t *corev1.PodTemplateSpec, kind string) map[string]string {
	sources := map[string]string{}
	for pair := range strings.SplitSeq(t.Annotations[copyAnnotations[kind]], ",") {
		if source, copied, ok := strings.Cut(pair, "="); ok {
			sources[copied] = source
		}
	}
	return sources
}

// SourceOf is the config that a place in a pod template is about, whether it names the
// config itself or a copy.
func SourceOf(t *corev1.PodTemplateSpec, r ConfigRef) string {
	if source, ok := Sources(t, r.Kind)[*r.Name]; ok {
		return source
	}
	return *r.Name
}

// Unpinned is a pod template that names each config itself where it names a copy: what
// somebody asked for.
func Unpinned(t corev1.PodTemplateSpec) corev1.PodTemplateSpec {
	t = *t.DeepCopy()
	for _, r := range ConfigRefs(&t.Spec) {
		*r.Name = SourceOf(&t, r)
	}
	for _, key := range copyAnnotations {
		delete(t.Annotations, key)
	}
	return t
}

// Reads reports whether a pod template names a config.
func Reads(t *corev1.PodTemplateSpec, kind, name string) bool {
	return slices.ContainsFunc(ConfigRefs(&t.Spec), func(r ConfigRef) bool { return r.Kind == kind && *r.Name == name })
}

// NoteSources writes down in a pod template what its copies were made of.
func NoteSources(t *corev1.PodTemplateSpec, kind string, sources map[string]string) {
	var pairs []string
	for _, copied := range slices.Sorted(maps.Keys(sources)) {
		if Reads(t, kind, copied) {
			pairs = append(pairs, sources[copied]+"="+copied)
		}
	}
	delete(t.Annotations, copyAnnotations[kind])
	if len(pairs) == 0 {
		return
	}
	if t.Annotations == nil {
		t.Annotations = map[string]string{}
	}
	t.Annotations[copyAnnotations[kind]] = strings.Join(pairs, ",")
}

// Reads reports whether a revision's pods read a copy, or may again: those that run, and
// earlier ones that undo can bring back, count like those that are to be.
func (r Revision) Reads(c Config) bool {
	templates := []corev1.PodTemplateSpec{r.Template}
	if r.Observed != nil {
		templates = append(append(templates, r.Observed.Template), r.Observed.Past...)
	}
	return slices.ContainsFunc(templates, func(t corev1.PodTemplateSpec) bool { return Reads(&t, c.Kind, c.Name) })
}

// PutConfig adds a copy, unless the service has it.
func (s *Service) PutConfig(c Config) {
	if !slices.ContainsFunc(s.Configs, c.SameName) {
		s.Configs = append(s.Configs, c)
		SortConfigs(s.Configs)
	}
}
