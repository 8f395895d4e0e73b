package spec

import (
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/util/validation"
	"k8s.io/utils/ptr"

	"github.com/kubectl-rio/kubectl-rio/pkg/rio"
)

// selfFields are what $(self/...) names of the pod itself.
var selfFields = map[string]string{
	"name": "metadata.name", "namespace": "metadata.namespace", "node": "spec.nodeName",
	"serviceAccount": "spec.serviceAccountName", "hostIp": "status.hostIP", "ip": "status.podIP",
}

// resources are what a container may be asked for its limits and requests of.
var resources = []string{"cpu", "memory", "ephemeral-storage"}

// filledIn is a value that Kubernetes fills in, such as $(self/ip), or looks like one. Behind
// a dollar it is text: see dollars.go.
var filledIn = regexp.MustCompile(`(?:^|[^$])(?:\$\$)*(\$\(((?:self|config|secret|(?:[a-z0-9-]+/)?(?:limits|requests))/[^()]*|(?:[a-z0-9-]+/){1,2}(?:` +
	strings.Join(resources, "|") + `))\))`)

// ParseVariable reads NAME=VALUE. VALUE may be a reference: $(self/FIELD), $(limits/cpu),
// $(requests/memory), $(CONTAINER/limits/cpu), $(config/NAME), $(secret/NAME[/KEY]), the
// last two with a ? behind when they may be missing.
func ParseVariable(entry string) (corev1.EnvVar, error) {
	name, value, _ := strings.Cut(entry, "=")
	if errs := validation.IsEnvVarName(name); len(errs) > 0 {
		return corev1.EnvVar{}, fmt.Errorf("%s", errs[0])
	}
	found := filledIn.FindStringSubmatchIndex(value)
	if found == nil {
		return corev1.EnvVar{Name: name, Value: Escaped(value)}, nil
	}
	path := value[found[4]:found[5]]
	if found[2] != 0 || found[3] != len(value) {
		return corev1.EnvVar{}, fmt.Errorf("$(%s) is filled in as a whole value only; give it a variable of its own, X=$(%s), and write $(X) here", path, path)
	}
	source, err := sourceOf(path)
	return corev1.EnvVar{Name: name, ValueFrom: source}, err
}

func sourceOf(path string) (*corev1.EnvVarSource, error) {
	first, rest, _ := strings.Cut(path, "/")
	switch first {
	case "self":
		return selfField(rest)
	case "config", "secret":
		name, optional := strings.CutSuffix(rest, "?")
		name, key, hasKey := strings.Cut(name, "/")
		if !hasKey {
			key = rio.ContentKey
		}
		if errs := append(validation.IsDNS1123Subdomain(name), validation.IsConfigMapKey(key)...); len(errs) > 0 {
			return nil, fmt.Errorf("$(%s) names no %s: %s", path, first, errs[0])
		}
		object := corev1.LocalObjectReference{Name: name}
		if first == "secret" {
			return &corev1.EnvVarSource{SecretKeyRef: &corev1.SecretKeySelector{LocalObjectReference: object, Key: key, Optional: orNil(optional)}}, nil
		}
		return &corev1.EnvVarSource{ConfigMapKeyRef: &corev1.ConfigMapKeySelector{LocalObjectReference: object, Key: key, Optional: orNil(optional)}}, nil
	}
	container := ""
	if first != "limits" && first != "requests" {
		container = first
		first, rest, _ = strings.Cut(rest, "/")
	}
	if first != "limits" && first != "requests" || !slices.Contains(resources, rest) {
		return nil, fmt.Errorf("$(%s) is no resource; want limits/ or requests/ and cpu, memory or ephemeral-storage, for example $(limits/cpu), or of another container $(SIDEKICK/limits/cpu)", path)
	}
	return &corev1.EnvVarSource{ResourceFieldRef: &corev1.ResourceFieldSelector{ContainerName: container, Resource: first + "." + rest}}, nil
}

func selfField(field string) (*corev1.EnvVarSource, error) {
	path, known := selfFields[field]
	for _, list := range []string{"labels", "annotations"} {
		if key, ok := strings.CutPrefix(field, list+"/"); ok && len(validation.IsQualifiedName(key)) == 0 {
			path, known = fmt.Sprintf("metadata.%s['%s']", list, key), true
		}
	}
	if !known {
		return nil, fmt.Errorf("$(self/%s) is not known of a pod; want self/ with %s, labels/KEY or annotations/KEY", field,
			strings.Join(slices.Sorted(maps.Keys(selfFields)), ", "))
	}
	return &corev1.EnvVarSource{FieldRef: &corev1.ObjectFieldSelector{APIVersion: "v1", FieldPath: path}}, nil
}

// variableText is the inverse of ParseVariable.
func variableText(e corev1.EnvVar) string {
	if from := e.ValueFrom; from != nil {
		return e.Name + "=$(" + referenceText(from) + ")"
	}
	return e.Name + "=" + literal(unescaped(e.Value))
}

// literal is a text of others that looks like a value to fill in, and is none.
func literal(text string) string {
	for {
		found := filledIn.FindStringSubmatchIndex(text)
		if found == nil {
			return text
		}
		text = text[:found[2]] + "$" + text[found[2]:]
	}
}

func referenceText(from *corev1.EnvVarSource) string {
	switch {
	case from.FieldRef != nil:
		for word, path := range selfFields {
			if path == from.FieldRef.FieldPath {
				return "self/" + word
			}
		}
		list, key, _ := strings.Cut(strings.TrimSuffix(strings.TrimPrefix(from.FieldRef.FieldPath, "metadata."), "']"), "['")
		return "self/" + list + "/" + key
	case from.ResourceFieldRef != nil:
		kind, resource, _ := strings.Cut(from.ResourceFieldRef.Resource, ".")
		text := kind + "/" + resource
		if c := from.ResourceFieldRef.ContainerName; c != "" {
			text = c + "/" + text
		}
		return text
	case from.ConfigMapKeyRef != nil:
		return keyText("config", from.ConfigMapKeyRef.Name, from.ConfigMapKeyRef.Key, from.ConfigMapKeyRef.Optional)
	case from.SecretKeyRef != nil:
		return keyText("secret", from.SecretKeyRef.Name, from.SecretKeyRef.Key, from.SecretKeyRef.Optional)
	}
	return ""
}

func keyText(kind, name, key string, optional *bool) string {
	text := kind + "/" + name
	if key != rio.ContentKey {
		text += "/" + key
	}
	if ptr.Deref(optional, false) {
		text += "?"
	}
	return text
}

// overlayEnv puts each variable in the place of the one of its name.
func (c Container) overlayEnv(k *corev1.Container) error {
	for _, entry := range c.Environment {
		e, err := ParseVariable(entry)
		if err != nil {
			return fmt.Errorf("invalid environment %q: %w", entry, err)
		}
		// Its place counts: the kubelet expands $(NAME) only from variables before it.
		if i := slices.IndexFunc(k.Env, func(old corev1.EnvVar) bool { return old.Name == e.Name }); i >= 0 {
			k.Env[i] = e
		} else {
			k.Env = append(k.Env, e)
		}
	}
	return nil
}
