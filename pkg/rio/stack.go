package rio

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"k8s.io/apimachinery/pkg/util/validation"
)

// AnnotationDescription is what people say of a stack, on its namespace, of a config, a
// secret or a volume.
const AnnotationDescription = "rio.cattle.io/description"

// Stack is a namespace with services.
type Stack struct {
	Name        string
	Description string
	Own         bool // it was made as a stack, so it goes with what is in it
	Removing    bool
	Created     time.Time
}

// ID is what verbs that change a stack print.
func (s Stack) ID() string { return s.Name }

// ParseStack reads the name of a stack, with or without the slash that tells it from a service.
func ParseStack(name string) (string, error) {
	name = strings.TrimSuffix(name, "/")
	if errs := validation.IsDNS1123Label(name); len(errs) > 0 {
		return "", fmt.Errorf("invalid stack %q: %s", name, errs[0])
	}
	return name, nil
}

// MayRemove refuses to remove a namespace that was not made as a stack, or that others need.
func (s Stack) MayRemove() error {
	if !s.Own || slices.Contains([]string{"default", "kube-system", "kube-public", "kube-node-lease"}, s.Name) {
		return fmt.Errorf("namespace %q was not made as a stack, so it stays; remove its services: kubectl rio rm -n %s SERVICE...; or all of it: kubectl delete namespace %s", s.Name, s.Name, s.Name)
	}
	return nil
}
