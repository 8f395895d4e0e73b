package cli

import (
	"context"
	"fmt"
	"maps"
	"slices"

	"github.com/kubectl-rio/kubectl-rio/pkg/plan"
	"github.com/kubectl-rio/kubectl-rio/pkg/rio"
	"github.com/kubectl-rio/kubectl-rio/pkg/spec"
)

// findTaken asks which tcp ports of the gateway are other services', where it has any. One that
// the file takes from a service of its own is free, as is that of one that left the file.
func (w *stackWork) findTaken(ctx context.Context) (err error) {
	w.gateway.Taken = map[int32]rio.Ref{}
	if !slices.ContainsFunc(w.gateway.Ports, func(p rio.Port) bool { return !p.HTTP() && !p.TLS() }) {
		return nil
	}
	if w.gateway.Taken, err = w.client.TakenPorts(ctx, w.gateway.Name, w.name); err != nil {
		return err
	}
	maps.DeleteFunc(w.gateway.Taken, func(number int32, owner rio.Ref) bool {
		s, stays := w.file.Services[owner.Service]
		has := slices.ContainsFunc(s.Ports, func(p spec.Port) bool { return p.Port == number })
		for _, sidekick := range s.Sidekicks {
			has = has || slices.ContainsFunc(sidekick.Ports, func(p spec.Port) bool { return p.Port == number })
		}
		return owner == w.ref(owner.Service) && (stays && !has || slices.Contains(w.gone, owner.Service))
	})
	return nil
}

// revisions are what the file makes latest of each service, which has all its ports.
func (w *stackWork) revisions() []spec.Revision {
	var all []spec.Revision
	for _, name := range slices.Sorted(maps.Keys(w.file.Services)) {
		all = append(all, w.file.Services[name].Revision)
	}
	return all
}

// passed reports whether a port is one that services which left the file leave to others. While
// they go, the one in their place may have it, too.
func (w *stackWork) passed(p rio.Port) bool {
	same := func(q rio.Port) bool { return q.AtGateway && q.Number == p.Number }
	return p.AtGateway && slices.ContainsFunc(w.live, func(s rio.Service) bool {
		return slices.Contains(w.gone, s.Name) && slices.ContainsFunc(s.Ports, same)
	})
}

// takesOver reports whether a service gets a tcp port of one that left the file. That one goes
// last, and until then the gateways may lead there: it is then that they are asked. But what a
// change removes wants to be asked before it goes.
func (w *stackWork) takesOver(name string) bool {
	return !slices.ContainsFunc(w.steps[name].changes, plan.Change.Removes) &&
		slices.ContainsFunc(w.steps[name].after.Ports, w.passed)
}

// confirmPassed asks the gateways about those, now that the ports are theirs.
func (w *stackWork) confirmPassed(ctx context.Context, names []string) error {
	return tryAll(names, func(name string) error {
		if w.dryRun != dryRunNone || !w.wait || !w.takesOver(name) {
			return nil
		}
		if err := w.partOf(name).confirm(ctx, w.steps[name].after); err != nil {
			return fmt.Errorf("service %q: %w", name, err)
		}
		return nil
	})
}
