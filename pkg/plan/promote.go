package plan

import (
	"fmt"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/equality"
	"k8s.io/utils/ptr"

	"github.com/kubectl-rio/kubectl-rio/pkg/manifest"
	"github.com/kubectl-rio/kubectl-rio/pkg/rio"
)

// PromotionSteps is how many steps people see. The drain between 3 and 5 is a wait
// and has no target.
const PromotionSteps = 5

// Promote finds the next step of making a staged revision the latest:
//
//	0  the revision gets as many replicas as latest, so that the shift overloads nobody
//	1  latest's share goes to the revision, and the main VirtualService notes the promotion and the way back
//	2  latest, which nobody sends to now, gets the revision's pod; where it has a share again, 0 and 1 come first
//	3  latest takes the traffic back, and that of another revision whose workload somebody deleted
//	5  the revision goes, then the note of the promotion
//
// A service without routes has no share to move and nowhere to note it: 2 and 5 remain.
// Where somebody deleted latest's workload, 2 makes it again.
// With replicas, latest ends with that many, else with the larger number of the two.
//
// A revision of which the pods lack a port of the service is refused.
func Promote(s rio.Service, revision string, replicas *int32, history []rio.Release) (Step, error) {
	step, err := promote(s, revision, replicas, history)
	if rev, ok := s.Revision(revision); ok && err == nil && s.Promoting == "" {
		err = mayServe(s, *rev, s.Ports...)
	}
	return step, err
}

func promote(s rio.Service, revision string, replicas *int32, history []rio.Release) (Step, error) {
	if err := mustExist(s); err != nil {
		return Step{}, err
	}
	if s.Promoting != revision {
		if err := mayChange(s); err != nil {
			return Step{}, err
		}
	}
	if revision == rio.Latest {
		return Step{}, fmt.Errorf("revision %q is what is promoted to; name a staged one: kubectl rio promote -n %s %s:REVISION", revision, s.Namespace, s.Name)
	}
	if err := mayUse(s, revision); err != nil {
		return Step{}, err
	}
	if err := lostTooEarly(s, revision, history); err != nil {
		return Step{}, err
	}
	next := awake(s, revision)
	rev, ok := next.Revision(revision)
	if !ok && s.Promoting == revision && revision != "" {
		next.Promoting, next.Before = "", nil
		return Step{Number: 5, Of: PromotionSteps, Title: "remove " + revision, Target: next, Last: true}, nil
	}
	if !ok {
		return Step{}, rio.NotStaged(s, revision)
	}
	_, kept := next.Latest()
	if !kept {
		next.Put(lostLatest(rev))
		if err := next.BalanceLatest(); err != nil {
			return Step{}, err
		}
	}
	latest, _ := next.Latest()
	rev, _ = next.Revision(revision)
	if err := mustBeOurs(s, latest, "release its traffic with weight instead"); err != nil {
		return Step{}, err
	}
	if err := mustBeOurs(s, rev, fmt.Sprintf("stage its image yourself and promote that: kubectl rio stage -n %s --image IMAGE %s:NAME", s.Namespace, s.Name)); err != nil {
		return Step{}, err
	}
	if err := mayRoll(s, latest, rev, replicas); err != nil {
		return Step{}, err
	}
	if replicas != nil && *replicas < 1 {
		return Step{}, fmt.Errorf("service %q cannot be promoted to %d replicas: nobody would serve it; scale it down afterwards: kubectl rio scale -n %s %s=%d", s.Name, *replicas, s.Namespace, s.Name, *replicas)
	}
	result := promoteNext(next, latest, rev, replicas, history)
	if !kept && result.Number < 2 {
		result.Target.Drop(rio.Latest)
		if result.Follow != nil {
			result.Follow.Drop(rio.Latest)
		}
	}
	return result, nil
}

// LostError is that of a promotion which has nothing to go on with.
type LostError struct{ error }

// lostTooEarly refuses to end a promotion whose revision somebody deleted before latest got its pod: that would
// pass for done, and the pod is nowhere.
func lostTooEarly(s rio.Service, revision string, history []rio.Release) error {
	share, lost := s.Lost[revision] // what step 5 removes leaves nothing behind
	latest, kept := s.Latest()
	if !lost || !kept || s.Promoting != revision || s.Before == nil || s.Back() == "" || !has(latest, history, s.Before.Template) {
		return nil
	}
	with := ""
	if share > 0 {
		with = fmt.Sprintf(" with %d%% of the traffic", share)
	}
	return LostError{fmt.Errorf("revision %q of %q was deleted%s, before latest got its pod; go back: %s", revision, s.Name, with, s.Back())}
}

// has reports whether latest has the template of a hash.
func has(latest *rio.Revision, history []rio.Release, hash string) bool {
	was, known := byHash(history, hash)
	return known && (was.Current && upToDate(latest) || equality.Semantic.DeepEqual(latest.Template, was.Template))
}

// Promoted reports whether nothing is left of a promotion that was on.
func Promoted(s rio.Service, revision string) bool {
	_, there := s.Revision(revision)
	return !there && s.Promoting == "" && s.Exists()
}

// lostLatest stands for a latest whose workload was deleted: a promotion is to give it the
// pod of a revision, and all else that this has.
func lostLatest(rev *rio.Revision) rio.Revision {
	return rio.Revision{Name: rio.Latest, Kind: rev.Kind, Replicas: rev.Replicas, Claims: rev.Claims, Settings: rev.Settings}
}

func promoteNext(next rio.Service, latest, rev *rio.Revision, replicas *int32, history []rio.Release) Step {
	begins := next.Promoting == "" && next.Routed()
	rolled := equality.Semantic.DeepEqual(latest.Template, *whole(next, rev)) && equality.Semantic.DeepEqual(latest.Settings, rev.Settings)
	shifts := begins || !rolled && next.Routed() && latest.Weight > 0 // or it would be rolled under its traffic, as where the revision's pod has changed since step 3
	switch {
	case shifts && latest.Kind != manifest.KindDaemonSet && count(rev) < carrying(latest, replicas):
		n, follow := carrying(latest, replicas), shifted(next, rev.Name)
		rev.Replicas = &n
		title := fmt.Sprintf("scale %s to %d", rev.Name, n)
		return Step{Number: 0, Of: PromotionSteps, Title: title, Target: next, Rehearse: ahead(next, rev.Name, replicas), Follow: follow}
	case begins:
		next.Promoting, next.Undone = rev.Name, rio.Undone{}
		next.Before = &rio.Before{Weight: shareBefore(next, latest, rev), Replicas: latest.Replicas, Template: current(history).Hash, Match: rev.Match, Sticky: next.Sticky, Settings: latest.Settings}
		next.Gradual = nil
		return shift(next, latest, rev, replicas)
	case shifts:
		return shift(next, latest, rev, replicas)
	case !rolled && latest.Weight == 0 && latest.Observed != nil && !next.Followed(): // a route set was left behind, and leads to pods that are to go
		return Step{Number: 1, Of: PromotionSteps, Title: "traffic to " + rev.Name, Target: next}
	case !rolled:
		title := "latest -> " + whole(next, rev).Spec.Containers[0].Image
		return Step{Number: 2, Of: PromotionSteps, Title: title, Target: roll(next, rev.Name, replicas)}
	case !sized(next, latest, rev, replicas):
		title := "latest to " + rio.Count(endSize(latest, rev, replicas), "pod")
		return Step{Number: 2, Of: PromotionSteps, Title: title, Target: roll(next, rev.Name, replicas)}
	case rev.Weight > 0 || len(rev.Match) > 0 || latest.Weight == 0 && len(next.RoutedBy(rev.Name)) > 0 || !next.Followed() || Adrift(next) && next.Routed():
		latest.Weight += rev.Weight
		if rev.Weight, rev.Match = 0, nil; latest.Weight == 0 { // others have all: routes do not follow by themselves
			next.Repoint(rev.Name, rio.Latest)
		}
		return Step{Number: 3, Of: PromotionSteps, Title: "traffic to latest", Target: next, Settle: rio.Latest}
	}
	last := Step{Number: 5, Of: PromotionSteps, Title: "remove " + rev.Name, Target: without(next, rev.Name), Drain: rev.Name, Last: next.Promoting == ""}
	if !next.Routed() || latest.Weight == 0 { // no step 3 has waited for its pods
		last.Settle = rio.Latest
	}
	return last
}

// shift is the step that gives latest's share to a revision.
func shift(next rio.Service, latest, rev *rio.Revision, replicas *int32) Step {
	rev.Weight += latest.Weight
	latest.Weight = 0
	return Step{Number: 1, Of: PromotionSteps, Title: "traffic to " + rev.Name, Target: next, Rehearse: ahead(next, rev.Name, replicas)}
}

// shareBefore is what a revision had before its promotion. Where a gradual release has brought
// it all that latest had, it is part of that.
func shareBefore(s rio.Service, latest, rev *rio.Revision) int {
	if g := s.Gradual; g != nil && g.Revision == rev.Name && latest.Weight == 0 {
		return min(g.From, rev.Weight)
	}
	return rev.Weight
}

// shifted is a service whose latest has given all its traffic to a revision.
func shifted(s rio.Service, revision string) *rio.Service {
	next := s.Clone()
	latest, _ := next.Latest()
	rev, _ := next.Revision(revision)
	next.Promoting = revision
	rev.Weight, latest.Weight = rev.Weight+latest.Weight, 0
	return &next
}

// ahead is what a promotion has written at its end.
func ahead(s rio.Service, revision string, replicas *int32) *rio.Service {
	return new(without(roll(s, revision, replicas), revision))
}

func without(s rio.Service, revision string) rio.Service {
	next := s.Clone()
	next.Drop(revision)
	next.Repoint(revision, rio.Latest)
	unstick(&next)
	return next
}

// roll is the service whose latest has the pod of a revision.
func roll(s rio.Service, revision string, replicas *int32) rio.Service {
	next := s.Clone()
	latest, _ := next.Latest()
	rev, _ := next.Revision(revision)
	size := endSize(latest, rev, replicas)
	latest.Template = *whole(next, rev).DeepCopy()
	latest.Settings = rev.Settings
	if resizes(latest) && count(latest) != size {
		latest.Replicas = &size
	}
	return next
}

// carrying is how many pods a revision needs for the traffic of latest: as many as that has, or
// if it has none, as many as it is to have.
func carrying(latest *rio.Revision, replicas *int32) int32 {
	if n := count(latest); n > 0 {
		return n
	}
	return ptr.Deref(replicas, 0)
}

// endSize is how many replicas latest has after a promotion.
func endSize(latest, rev *rio.Revision, replicas *int32) int32 {
	if replicas != nil {
		return *replicas
	}
	return max(count(latest), count(rev))
}

// sized reports whether latest has the pods that it is to have. With its traffic back it keeps those
// it has, unless others are asked for: a revision that grew since then carries nothing any more.
func sized(s rio.Service, latest, rev *rio.Revision, replicas *int32) bool {
	back := s.Routed() && latest.Weight > 0 && replicas == nil
	return back || !resizes(latest) || count(latest) == endSize(latest, rev, replicas)
}

// resizes reports whether a promotion sets how many pods latest has.
func resizes(latest *rio.Revision) bool { return latest.Autoscale == nil && !sizedElsewhere(latest) }

// sizedElsewhere reports whether another tool, an autoscaler perhaps, keeps the number of a
// revision's pods. One that somebody set with kubectl is kept by nobody.
func sizedElsewhere(r *rio.Revision) bool {
	return r.Replicas == nil && (r.Observed == nil || !r.Observed.ByHand)
}

// current is the release of the template that latest has now.
func current(history []rio.Release) rio.Release {
	for _, r := range history {
		if r.Current {
			return r
		}
	}
	return rio.Release{}
}

// whole is the pod of a revision as it runs, what other tools wrote to it included,
// without the labels that name the revision and what the server fills in.
func whole(s rio.Service, r *rio.Revision) *corev1.PodTemplateSpec {
	if r.Observed == nil {
		return &r.Template
	}
	t := r.Observed.Template.DeepCopy()
	manifest.Unnamed(t, s.Ref().Of(r.Name))
	manifest.DropDefaults(t)
	return t
}
