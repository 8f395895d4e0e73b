package invariant

import (
	"fmt"
	"slices"

	istio "istio.io/client-go/pkg/apis/networking/v1"
	corev1 "k8s.io/api/core/v1"

	"github.com/kubectl-rio/kubectl-rio/pkg/manifest"
	"github.com/kubectl-rio/kubectl-rio/pkg/rio"
)

// subsetsExist is I2, from both sides.
func subsetsExist(w *world, c change) []string {
	var texts []string
	if vs, ok := c.after.(*istio.VirtualService); ok {
		for _, s := range named(vs) {
			if !w.hasSubset(vs.Namespace, s.host, s.subset) {
				texts = append(texts, fmt.Sprintf("%s names subset %q of host %q, which no destinationrule has yet; it must be stored before", nameOf(vs), s.subset, s.host))
			}
		}
	}
	if _, ok := c.object().(*istio.DestinationRule); !ok {
		return texts
	}
	for _, vs := range w.virtualServices(c.object().GetNamespace()) {
		for _, s := range named(vs) {
			if c.drops(s.host, s.subset) {
				texts = append(texts, fmt.Sprintf("%s drops subset %q, which %s still names", nameOf(c.object()), s.subset, nameOf(vs)))
			}
		}
	}
	return texts
}

// drops reports whether a DestinationRule loses a host's subset by the change.
func (c change) drops(host, subset string) bool {
	before, _ := c.before.(*istio.DestinationRule)
	after, _ := c.after.(*istio.DestinationRule)
	return slices.Contains(subsets(before, host), subset) && !slices.Contains(subsets(after, host), subset)
}

// raisedAreReady is I3. The first main VirtualService of a service is exempt: run writes
// it beside the first pods, and nobody had traffic before that it could lose.
func raisedAreReady(w *world, c change) []string {
	vs, ok := c.after.(*istio.VirtualService)
	if !ok || isMain(vs) && !w.routed[refOf(vs)] {
		return nil
	}
	type target struct{ match, host, subset string }
	before := map[target]int32{}
	if old, ok := c.before.(*istio.VirtualService); ok {
		for _, r := range routes(old) {
			for _, s := range r.to {
				before[target{r.match, s.host, s.subset}] = r.percent(s)
			}
		}
	}
	var texts []string
	for _, r := range routes(vs) {
		for _, s := range r.to {
			had, gets := before[target{r.match, s.host, s.subset}], r.percent(s)
			if s.subset != "" && gets > had && !w.ready(vs.Namespace, s.host, s.subset) {
				texts = append(texts, fmt.Sprintf("%s raises subset %q from %d%% to %d%%, and service %q has no ready endpoint of that revision", nameOf(vs), s.subset, had, gets, s.host))
			}
		}
	}
	return texts
}

// weightIsKept is I8. A VirtualService that went before gives nobody weight.
func weightIsKept(w *world, c change) []string {
	service := refOf(c.object())
	var texts []string
	for _, l := range losses(c) {
		for _, vs := range w.virtualServices(service.Namespace) {
			if weight := weightOf(vs, service.Service, l.subset); weight > 0 {
				texts = append(texts, fmt.Sprintf("%s is deleted while %s gives it %d%%", l.what, nameOf(vs), weight))
			}
		}
	}
	return texts
}

// loss is something that traffic needs and that goes.
type loss struct {
	what   string
	subset string // whose traffic; empty: that of all
}

func losses(c change) []loss {
	o := c.object()
	if dr, ok := o.(*istio.DestinationRule); ok {
		var lost []loss
		for _, s := range manifest.Subsets(c.before) {
			if c.drops(refOf(o).Service, s) {
				lost = append(lost, loss{fmt.Sprintf("subset %q of %s", s, nameOf(dr)), s})
			}
		}
		return lost
	}
	revision := o.GetLabels()[rio.LabelRevision]
	_, isService := o.(*corev1.Service)
	if c.deletes() && (isShared(o) || revision != "" && (isService || templateOf(o) != nil)) {
		return []loss{{nameOf(o), revision}}
	}
	return nil
}
