package plan

import (
	"fmt"
	"slices"
	"strings"

	"github.com/kubectl-rio/kubectl-rio/pkg/rio"
)

// Goals beside the states that lists show.
const (
	goalReady  = "ready"
	goalGone   = "gone"
	goalWeight = "weight="
)

var goalStates = []string{rio.StateActive, rio.StateInactive, rio.StatePending, rio.StateUpdating, rio.StateRemoving, rio.StateError}

// Goal is what a service or one of its revisions is waited to come to.
type Goal struct {
	State  string // of a list, ready or gone; empty where the weight counts
	Weight int    // percent
}

// ParseGoal reads a state, ready, gone or weight=PERCENT.
func ParseGoal(text string) (Goal, error) {
	if share, ok := strings.CutPrefix(text, goalWeight); ok {
		percent, err := rio.ParsePercent(share)
		if err != nil {
			return Goal{}, fmt.Errorf("invalid --for %q: %w", text, err)
		}
		return Goal{Weight: percent}, nil
	}
	if text != goalReady && text != goalGone && !slices.Contains(goalStates, text) {
		return Goal{}, fmt.Errorf("invalid --for %q: want %s, %s, %s or weight=PERCENT", text, strings.Join(goalStates, ", "), goalReady, goalGone)
	}
	return Goal{State: text}, nil
}

func (g Goal) String() string {
	if g.State == "" {
		return fmt.Sprintf("%s%d%%", goalWeight, g.Weight)
	}
	return g.State
}

// Weighs reports whether routes are needed to tell.
func (g Goal) Weighs() bool { return g.State == "" }

// serves reports whether pods that cannot start make an end of waiting for it.
func (g Goal) serves() bool { return g.State == rio.StateActive || g.State == goalReady }

// Sight is what a wait sees of a service.
type Sight struct {
	Service rio.Service
	Pods    map[string]int // there are, by revision, those that end too
}

// Standing is how near something is to its goals.
type Standing struct {
	Is     string    // in a few words
	Left   []string  // goals that are not reached
	Broken []rio.Ref // revisions that are in error and are to serve
}

// Stand judges a service, or one revision of it, by all goals. Without a revision it is
// latest that counts, and all of the service for gone.
func Stand(seen Sight, ref rio.Ref, goals []Goal) Standing {
	rev, there := seen.Service.Revision(ref.RevisionName())
	st := Standing{Is: standing(rev, slices.ContainsFunc(goals, Goal.Weighs))}
	if !there {
		st.Is = "not there"
		if n := pods(seen, ref.Revision); n > 0 {
			st.Is = fmt.Sprintf("gone but for %d of its pods", n)
		}
	}
	for _, g := range goals {
		reached := there && g.reached(rev)
		if g.State == goalGone {
			reached = !there && pods(seen, ref.Revision) == 0 && (ref.Revision != "" || !seen.Service.Exists())
		}
		if !reached {
			st.Left = append(st.Left, g.String())
		}
		if there && !reached && g.serves() && stateOf(rev) == rio.StateError {
			st.Broken = []rio.Ref{ref.Of(rev.Name)}
		}
	}
	return st
}

// NoServices is a stack in which nothing was found: it has none, or there is no such stack.
const NoServices = "without services"

// StandAll judges all services of a stack. One that is scaled to 0 does not keep the stack
// from being active.
func StandAll(seen []Sight, goals []Goal) Standing {
	all := Standing{Is: NoServices}
	if len(seen) > 0 {
		all.Is = "there, " + rio.Count(len(seen), "service")
	}
	left := map[string]bool{}
	for _, g := range goals {
		left[g.String()] = len(seen) == 0 && g.State != goalGone
	}
	for _, s := range seen {
		for _, r := range s.Service.Revisions {
			ref := s.Service.Ref().Of(r.Name)
			for _, g := range goals {
				if g.State == rio.StateActive && stateOf(&r) == rio.StateInactive {
					continue
				}
				st := Stand(s, ref, []Goal{g})
				if len(st.Left) == 0 {
					continue
				}
				left[g.String()] = true
				all.Is, all.Broken = fmt.Sprintf("%s %s", ref, st.Is), append(all.Broken, st.Broken...)
			}
		}
		if !s.Service.Exists() { // its pods end
			st := Stand(s, s.Service.Ref(), goals)
			for _, g := range st.Left {
				left[g] = true
				all.Is = fmt.Sprintf("%s %s", s.Service.Ref(), st.Is)
			}
		}
	}
	for _, g := range goals {
		if left[g.String()] {
			all.Left = append(all.Left, g.String())
		}
	}
	return all
}

func (g Goal) reached(r *rio.Revision) bool {
	switch g.State {
	case "":
		return r.Weight == g.Weight
	case goalReady:
		return r.Observed.RolledOut() || r.Rollout.OnDelete && r.Observed.Reported && !r.Observed.Short()
	case rio.StateActive:
		return stateOf(r) == g.State && !r.Observed.Short()
	}
	return stateOf(r) == g.State
}

func stateOf(r *rio.Revision) string {
	state, _ := r.Observed.State()
	return state
}

// standing is a revision in a few words. Its weight is known where it is waited for.
func standing(r *rio.Revision, weighed bool) string {
	if r == nil {
		return ""
	}
	state, detail := r.Observed.State()
	text := state + ", " + r.Observed.Progress()
	if weighed {
		text += fmt.Sprintf(", weight %d%%", r.Weight)
	}
	if detail != "" {
		text += ": " + detail
	}
	return text
}

func pods(seen Sight, revision string) int {
	if revision != "" {
		return seen.Pods[revision]
	}
	n := 0
	for _, of := range seen.Pods {
		n += of
	}
	return n
}
