package rio

import (
	"crypto/sha256"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
	"time"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/util/validation"
)

// The kinds of a Config.
const (
	KindConfigMap = "ConfigMap"
	KindSecret    = "Secret"
)

// ContentKey is the key under which a config holds the file that it was made of, and a secret unless
// told otherwise.
const ContentKey = "content"

// Config is what pods read beside their image: a ConfigMap, or a Secret.
type Config struct {
	Kind        string
	Namespace   string
	Name        string
	Labels      map[string]string // a user's own
	Data        map[string][]byte // by key; not read of a copy, whose name says what is in it
	Type        corev1.SecretType // of a Secret
	Source      string            // of a copy: the config that it was made of
	Description string            // what people say of it
	Foreign     bool              // made by another tool: pods read it as it is
	Filed       bool              // a stack file made it
	Created     time.Time         // zero while it is only planned
}

// Word is what people call the kind.
func (c Config) Word() string { return ConfigWord(c.Kind) }

// ConfigWord is what people call a kind of Config.
func ConfigWord(kind string) string {
	if kind == KindSecret {
		return "secret"
	}
	return "config"
}

// ID is what mutating verbs print: NAMESPACE:NAME.
func (c Config) ID() string { return c.FullName().ID() }

// FullName names it in the cluster.
func (c Config) FullName() Name { return Name{Namespace: c.Namespace, Name: c.Name} }

// Size is how many bytes it holds.
func (c Config) Size() int {
	size := 0
	for _, content := range c.Data {
		size += len(content)
	}
	return size
}

// Validate checks what the API server would, where its answer would not help.
func (c Config) Validate() error {
	if c.Size() > corev1.MaxSecretSize {
		return fmt.Errorf("%s %q has more than %d bytes, which is all that Kubernetes keeps in one; put it into the image or on a volume", c.Word(), c.Name, corev1.MaxSecretSize) // how many more nobody has read
	}
	for key := range c.Data {
		if errs := validation.IsConfigMapKey(key); len(errs) > 0 {
			return fmt.Errorf("invalid key %q of %s %q: %s", key, c.Word(), c.Name, errs[0])
		}
	}
	return validLabels(c.Labels)
}

// validLabels checks labels that a user gives to a config or volume.
func validLabels(labels map[string]string) error {
	for key, value := range labels {
		if errs := append(validation.IsQualifiedName(key), validation.IsValidLabelValue(value)...); len(errs) > 0 {
			return fmt.Errorf("invalid --label %q: %s", key+"="+value, errs[0])
		}
		if Reserved(key) || key == LabelK8sManagedBy {
			return fmt.Errorf("invalid --label %q: the key is kubectl rio's own; choose another", key+"="+value)
		}
	}
	return nil
}

// Copy is a service's own copy of the config, as it is now. It never changes: its name has
// a hash of what is in it, and of the service, so that each service has copies of its own.
// A revision keeps what it was tested with, and another content makes another pod template.
func (c Config) Copy(service string) Config {
	return Config{Kind: c.Kind, Namespace: c.Namespace, Name: c.Name + "-" + c.hash(service), Data: c.Data, Type: c.Type, Source: c.Name}
}

// hashLength is as long as anybody wants to read; the hash tells contents of one config of
// one service apart, not all there are.
const hashLength = 8

func (c Config) hash(service string) string {
	h := sha256.New()
	write := func(part string) { fmt.Fprintf(h, "%d:%s", len(part), part) }
	write(service)
	write(string(c.Type))
	for _, key := range c.Keys() {
		write(key)
		write(string(c.Data[key]))
	}
	return fmt.Sprintf("%x", h.Sum(nil))[:hashLength]
}

// Keys are the keys of what it holds, sorted.
func (c Config) Keys() []string { return slices.Sorted(maps.Keys(c.Data)) }

// SameName reports whether another config of the stack has its kind and name.
func (c Config) SameName(o Config) bool { return o.Kind == c.Kind && o.Name == c.Name }

// SortConfigs orders configs as they are written: by kind, then by name.
func SortConfigs(list []Config) {
	slices.SortFunc(list, func(a, b Config) int {
		return strings.Compare(a.Kind+"/"+a.Name, b.Kind+"/"+b.Name)
	})
}

// Name names an object of a stack that belongs to no one service: a config or a volume.
type Name struct{ Namespace, Name string }

// NoSuch is the error for a config, a secret or a volume that a stack does not have.
func NoSuch(word string, n Name) error {
	return fmt.Errorf("stack %q has no %s %q; see: kubectl rio %s ls -n %s", n.Namespace, word, n.Name, word, n.Namespace)
}

// ID is what mutating verbs print: NAMESPACE:NAME.
func (n Name) ID() string { return n.Namespace + ":" + n.Name }

// In is the name as users type it in the given stack: [STACK/]NAME.
func (n Name) In(namespace string) string {
	if n.Namespace == namespace {
		return n.Name
	}
	return n.Namespace + "/" + n.Name
}

// namePattern splits the two forms of a name: STACK/NAME, and the ID STACK:NAME.
var namePattern = regexp.MustCompile(`^(?:([^/:]*)[/:])?([^/:]*)$`)

// ParseName reads [STACK/]NAME or an ID; namespace is the stack when none is named. The name
// is a label's value too, by which copies are found.
func ParseName(s, namespace string) (Name, error) {
	m := namePattern.FindStringSubmatch(s)
	if m == nil {
		return Name{}, fmt.Errorf("invalid name %q: want [STACK/]NAME", s)
	}
	n := Name{Namespace: namespace, Name: m[2]}
	if strings.ContainsAny(s, "/:") {
		n.Namespace = m[1]
	}
	if errs := validation.IsDNS1123Label(n.Namespace); len(errs) > 0 {
		return Name{}, fmt.Errorf("invalid name %q: stack %q: %s", s, n.Namespace, errs[0])
	}
	if errs := validation.IsDNS1123Subdomain(n.Name); len(errs) > 0 {
		return Name{}, fmt.Errorf("invalid name %q: %s", s, errs[0])
	}
	if len(n.Name) > validation.LabelValueMaxLength {
		return Name{}, fmt.Errorf("invalid name %q: it has %d characters, want at most %d", s, len(n.Name), validation.LabelValueMaxLength)
	}
	return n, nil
}
