package controlplane

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"k8s.io/apimachinery/pkg/util/sets"

	"github.com/kubectl-rio/kubectl-rio/pkg/rio"
)

// made is what people made with kubectl rio, as NAMESPACE/NAME, sorted.
type made struct {
	services, routes []string
	going            []string         // services of which only pods are left, that end by themselves
	adopted          sets.Set[string] // services of which another tool made a workload
}

func (m made) all() []string {
	all := slices.Clone(m.services)
	for _, r := range m.routes {
		all = append(all, "route "+r)
	}
	return all
}

// remedy is how each of them is removed.
func (m made) remedy() string {
	var commands []string
	for _, r := range m.routes { // before what they lead to
		namespace, name, _ := strings.Cut(r, "/")
		commands = append(commands, fmt.Sprintf("kubectl rio route rm -n %s %s", namespace, name))
	}
	if len(m.adopted) > 0 { // rm would delete what another tool made, and is refused
		commands = append(commands, "kubectl rio release "+strings.Join(sets.List(m.adopted), " "))
	}
	if ours := slices.DeleteFunc(slices.Clone(m.services), m.adopted.Has); len(ours) > 0 {
		commands = append(commands, "kubectl rio rm "+strings.Join(ours, " "))
	}
	return strings.Join(commands, "; ")
}

func (p *plane) listMade(ctx context.Context) (made, error) {
	services, routes, running := sets.Set[string]{}, sets.Set[string]{}, sets.Set[string]{}
	letGo, adopted, err := p.ofOthers(ctx)
	if err != nil {
		return made{}, err
	}
	for _, kind := range serviceKinds {
		if isCopy(kind) { // in nobody's way, and no command removes it where the service is gone
			continue
		}
		objects, err := p.listOwn(ctx, kind, letGo)
		if err != nil {
			return made{}, err
		}
		for _, o := range objects {
			route := o.GetLabels()[rio.LabelRoute]
			switch {
			case kind == pods:
				running.Insert(serviceOf(o))
			case route != "":
				routes.Insert(o.GetNamespace() + "/" + route)
			default:
				services.Insert(serviceOf(o))
			}
		}
	}
	return made{sets.List(services), sets.List(routes), sets.List(running.Difference(services)), adopted.Intersection(services)}, nil
}
