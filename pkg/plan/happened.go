package plan

import (
	"fmt"
	"slices"
	"strings"

	"k8s.io/apimachinery/pkg/api/equality"

	"github.com/kubectl-rio/kubectl-rio/pkg/rio"
)

// Happened says what has happened to a service between two looks at it. Both are as the
// cluster has it; whoever looks knows the time.
func Happened(before, after rio.Service) []rio.Event {
	events := promoted(before, after)
	for _, r := range after.Revisions {
		ref := after.Ref().Of(r.Name)
		old, ok := before.Revision(r.Name)
		if !ok {
			events = append(events, began(ref, r))
			continue
		}
		events = append(events, changed(ref, *old, r)...)
	}
	for _, r := range before.Revisions {
		if _, ok := after.Revision(r.Name); !ok {
			events = append(events, rio.EventOf(before.Ref().Of(r.Name), rio.EventRemoved, "removed"))
		}
	}
	return append(events, moved(before, after)...)
}

func began(ref rio.Ref, r rio.Revision) rio.Event {
	n := r.Observed.Replicas
	return caused(rio.EventOf(ref, rio.EventCreated, fmt.Sprintf("%s: image %s, %s", begins(ref), r.Image(), rio.Count(n, "replica"))), r.Cause)
}

// begins is the word for the beginning of a revision.
func begins(ref rio.Ref) string {
	if ref.IsLatest() {
		return "created"
	}
	return "staged"
}

// changed compares a revision with itself.
func changed(ref rio.Ref, old, now rio.Revision) []rio.Event {
	var events []rio.Event
	add := func(kind, format string, args ...any) {
		events = append(events, rio.EventOf(ref, kind, fmt.Sprintf(format, args...)))
	}
	was, is := old.Observed, now.Observed
	if old.Image() != now.Image() || !equality.Semantic.DeepEqual(was.Template, is.Template) {
		events = append(events, caused(rio.EventOf(ref, rio.EventTemplate, templateChange(old.Image(), now.Image())), now.Cause))
	}
	if was.Replicas != is.Replicas {
		add(rio.EventScale, "scale %d -> %d", was.Replicas, is.Replicas)
	}
	if text := is.Progress(); is.UpToDate && is.Reported && (text != was.Progress() || !was.Reported) {
		add(rio.EventPods, "%s", text)
	}
	for _, p := range is.Problems {
		if !p.Transitioning && !slices.Contains(was.Problems, p) {
			add(rio.EventTrouble, "%s: %s", p.Reason, p.Message)
		}
	}
	if is.Deleting && !was.Deleting {
		add(rio.EventRemoved, "is being removed")
	}
	return events
}

// templateChange says how the pods of two templates differ.
func templateChange(old, now string) string {
	if old == now {
		return "its pods get another template"
	}
	return fmt.Sprintf("image %s -> %s", old, now)
}

// moved says where the traffic went.
func moved(before, after rio.Service) []rio.Event {
	was := weightsOf(before)
	var words []string
	for _, r := range after.Revisions {
		if old := was[r.Name]; old != r.Weight {
			words = append(words, fmt.Sprintf("%s %d%% -> %d%%", r.Name, old, r.Weight))
		}
	}
	if len(words) == 0 || !before.Exists() {
		return nil
	}
	e := rio.EventOf(after.Ref(), rio.EventWeight, "weight "+strings.Join(words, ", "))
	e.Weights = weightsOf(after)
	return []rio.Event{e}
}

func weightsOf(s rio.Service) map[string]int {
	weights := map[string]int{}
	for _, r := range s.Revisions {
		weights[r.Name] = r.Weight
	}
	return weights
}

// promoted reads the notes on the main VirtualService.
func promoted(before, after rio.Service) []rio.Event {
	var events []rio.Event
	add := func(kind, format, name string) {
		events = append(events, rio.EventOf(after.Ref(), kind, fmt.Sprintf(format, name)))
	}
	_, staged := after.Revision(before.Promoting)
	switch {
	case after.Promoting != "" && after.Promoting != before.Promoting:
		add(rio.EventPromotion, "promotion of %s begins", after.Promoting)
	case before.Promoting == "" || after.Promoting != "":
	case after.Undone.Revision == before.Promoting:
		add(rio.EventPromotion, "promotion of %s is taken back", before.Promoting)
	case after.Exists() && !staged:
		add(rio.EventPromotion, "promoted: what was %s is latest", before.Promoting)
	}
	switch {
	case before.Gradual == nil && after.Gradual != nil:
		add(rio.EventRelease, "gradual release of %s begins", after.Gradual.Revision)
	case before.Gradual != nil && after.Gradual == nil:
		add(rio.EventRelease, "gradual release of %s ends", before.Gradual.Revision)
	}
	return events
}

func caused(e rio.Event, c rio.Cause) rio.Event {
	e.By, e.Command = c.By, c.Command
	return e
}
