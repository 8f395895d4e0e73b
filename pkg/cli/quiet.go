package cli

import (
	"maps"
	"slices"

	"github.com/kubectl-rio/kubectl-rio/pkg/rio"
)

// tellQuiet says of quiet revisions where their requests go, and what gives them back.
func (o *Options) tellQuiet(s rio.Service, which func(name string) bool) {
	for _, name := range slices.Sorted(maps.Keys(s.Quiet)) {
		if which(name) {
			o.talk("%-10s latest gets its requests; give them back when its pods are ready: kubectl rio weight -n %s %s=%d%%", name, s.Namespace, s.Ref().Of(name), s.Quiet[name])
		}
	}
}
