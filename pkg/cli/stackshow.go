package cli

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/kubectl-rio/kubectl-rio/pkg/plan"
	"github.com/kubectl-rio/kubectl-rio/pkg/printer"
	"github.com/kubectl-rio/kubectl-rio/pkg/stack"
)

// draw shows what changes, in the words of the file. A dry run shows the objects instead, and says
// the notes too.
func (w *stackWork) draw() error {
	if w.o.Quiet || w.dryRun == dryRunClient || w.dryRun == dryRunServer {
		w.showNotes()
		return nil
	}
	changes, err := stack.Compare(w.have, w.want, w.mask)
	if err != nil {
		return err
	}
	for _, d := range w.data {
		if kind, name, _ := strings.Cut(d.what, " "); d.adopted {
			changes = adopted(changes, kind, name)
		}
	}
	for _, name := range slices.Sorted(maps.Keys(w.steps)) {
		if w.steps[name].adopted() {
			changes = adopted(changes, "service", name)
		}
		changes = unsaid(changes, "service", name, w.steps[name].changes)
	}
	for _, host := range slices.Sorted(maps.Keys(w.routes)) {
		if w.routes[host].adopted {
			changes = adopted(changes, "route", host)
		}
		changes = unsaid(changes, "route", host, w.routes[host].changes)
	}
	for i := range changes {
		changes[i].Name = w.mask.Hide(changes[i].Name)
	}
	if err := printer.Stack(w.o.ErrOut, w.name, changes, w.o.colour(w.o.ErrOut)); err != nil {
		return err
	}
	for _, name := range slices.Sorted(maps.Keys(w.steps)) {
		w.sayAlone(w.steps[name].before.Service, w.steps[name].after)
		for _, line := range plan.Unreached(w.steps[name].before.Service, w.steps[name].after) {
			w.o.talk("%s", line)
		}
		if err := w.showConflicts(name); err != nil {
			return err
		}
	}
	for _, wait := range w.waits {
		w.o.talk("%s", wait)
	}
	w.showNotes()
	w.showProblems()
	return nil
}

// showConflicts says before it is asked what of a service only --force-conflicts writes.
func (w *stackWork) showConflicts(name string) error {
	if w.write.Force {
		return nil
	}
	conflicts, err := printer.Conflicts(w.steps[name].changes)
	for _, c := range conflicts {
		w.o.talk("! service %s: %s", name, printer.Clean(w.mask.Hide(c)))
	}
	return err
}

// showNotes says what docker-compose would do otherwise.
func (w *stackWork) showNotes() {
	for _, note := range w.file.Notes {
		w.o.talk("%s", printer.Clean(w.mask.Hide(note.Error())))
	}
}

// showProblems says what cannot be done before it is asked whether to go on.
func (w *stackWork) showProblems() {
	for _, problem := range flat(w.failure()) {
		text := problem.Error()
		for _, name := range w.gone {
			if reason, ok := strings.CutPrefix(text, fmt.Sprintf("service %q: ", name)); ok {
				text = "service " + name + ": " + reason
			}
		}
		w.o.talk("! %s", printer.Clean(w.mask.Hide(text)))
	}
	if left := w.left(); left != "" && w.stays() {
		w.o.talk("! %s", printer.Clean(w.mask.Hide(left)))
	}
}

// masked is an error without what must not be shown.
func masked(err error, m stack.Mask) error {
	return tryAll(flat(err), func(e error) error {
		if text := m.Hide(e.Error()); text != e.Error() {
			return silenced{e, text}
		}
		return e
	})
}

// silenced is an error in other words.
type silenced struct {
	error
	text string
}

func (s silenced) Error() string { return s.text }
func (s silenced) Unwrap() error { return s.error }

// whose is said of what a command made, as run, and the file names now.
const whose = "it is the file's from now on, and goes when it leaves the file"

// adopted reports whether that is true of a service.
func (s serviceStep) adopted() bool {
	return s.before.Service.Exists() && !s.before.Service.Filed && s.after.Filed
}

// adopted says it of a thing.
func adopted(changes []stack.Change, kind, name string) []stack.Change {
	i := slices.IndexFunc(changes, func(c stack.Change) bool { return c.Kind == kind && c.Name == name })
	if i < 0 {
		return append(changes, stack.Change{Op: stack.Changed, Kind: kind, Name: name, Fields: []string{whose}})
	}
	changes[i].Fields = append([]string{whose}, changes[i].Fields...)
	return changes
}

// unsaid adds a thing of which nothing changes that a file can say, and objects do.
func unsaid(changes []stack.Change, kind, name string, objects plan.ChangeSet) []stack.Change {
	if len(objects) == 0 || slices.ContainsFunc(changes, func(c stack.Change) bool { return c.Kind == kind && c.Name == name }) {
		return changes
	}
	return append(changes, stack.Change{Op: stack.Changed, Kind: kind, Name: name, Fields: []string{fmt.Sprintf("%d of its objects", len(objects))}})
}
