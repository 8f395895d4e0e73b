package cli

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"

	"github.com/kubectl-rio/kubectl-rio/pkg/cluster"
	"github.com/kubectl-rio/kubectl-rio/pkg/manifest"
	"github.com/kubectl-rio/kubectl-rio/pkg/plan"
	"github.com/kubectl-rio/kubectl-rio/pkg/rio"
)

// trace is how far a command has come: who interrupts it does not see that.
type trace struct {
	mu   sync.Mutex
	open map[string]unfinished // what is written and was not seen to its end, by stack and name
	done bool                  // something else was
}

// unfinished is how far the change of a thing is.
type unfinished struct {
	changed
	whole bool // all of it is written
}

// changed is a thing that is written to, and the command that shows how it is.
type changed struct{ stack, what, see string }

func (c changed) key() string { return c.stack + "/" + c.what }

func changedObject(o manifest.Object) changed {
	where := ""
	if o.GetNamespace() != "" {
		where = "-n " + o.GetNamespace() + " "
	}
	return changed{o.GetNamespace(), manifest.KindName(o), "kubectl get " + where + manifest.KindName(o)}
}

// changedWith is a service whose workload tells how it is, rio's or not.
func changedWith(ref rio.Ref, workload manifest.Object) changed {
	return changed{ref.Namespace, fmt.Sprintf("%q", ref.Service), changedObject(workload).see}
}

func changedService(s rio.Service, changes plan.ChangeSet) changed {
	see := "ps"
	if s.Exists() && slices.ContainsFunc(changes, func(c plan.Change) bool { return c.Op != plan.Create && manifest.Weights(c.Object()) != nil }) {
		see = "weight"
	}
	return changed{s.Namespace, fmt.Sprintf("%q", s.Name), fmt.Sprintf("kubectl rio %s -n %s %s", see, s.Namespace, s.Name)}
}

// send writes a change of a thing, its last one or not.
func (m *mutation) send(ctx context.Context, c plan.Change, of changed, last bool) (manifest.Object, error) {
	o, err := m.client.Apply(ctx, c, m.write)
	if err == nil || errors.Is(err, context.Canceled) { // the server may have it
		m.trace.note(of, err == nil && last)
	}
	return o, err
}

func (t *trace) note(of changed, whole bool) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.open[of.key()] = unfinished{of, whole}
}

// ensureStack makes a stack that is not there.
func (m *mutation) ensureStack(ctx context.Context, name string) (made bool, err error) {
	namespace, err := m.client.EnsureStack(ctx, name)
	if namespace == nil {
		return false, err
	}
	*m.made = append(*m.made, namespace)
	m.trace.ends(changed{})
	return true, err
}

// ends notes that what was written of a thing was seen to its end.
func (t *trace) ends(of changed) {
	t.mu.Lock()
	defer t.mu.Unlock()
	delete(t.open, of.key())
	t.done = true
}

func (t *trace) endsAll() {
	t.mu.Lock()
	defer t.mu.Unlock()
	clear(t.open)
	t.done = true
}

// stands adds to an interrupt what it leaves, where nothing else says so.
func (m *mutation) stands(err error) error {
	all := flat(err)
	interrupted := slices.ContainsFunc(all, func(e error) bool { return errors.Is(e, context.Canceled) })
	if !interrupted || slices.ContainsFunc(all, func(e error) bool { return errors.Is(e, errStopped) }) || m.onlyShows || m.dryRun != dryRunNone {
		return err
	}
	return errors.Join(err, coded{cluster.Mark(fmt.Errorf("interrupted; %s", m.trace), errStopped), exitInterrupted})
}

func (t *trace) String() string {
	t.mu.Lock()
	defer t.mu.Unlock()
	var open []string
	for _, of := range t.open {
		how := "is written in part; the same command again does the rest"
		if of.whole {
			how = "is written, and not confirmed yet"
		}
		open = append(open, fmt.Sprintf("the change of %s %s; see: %s", of.what, how, of.see))
	}
	slices.Sort(open)
	switch {
	case len(open) > 0:
		return strings.Join(open, "\n")
	case t.done:
		return "nothing else was written"
	}
	return "nothing was written"
}
