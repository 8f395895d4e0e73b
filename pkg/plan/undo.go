package plan

import (
	"fmt"

	"k8s.io/apimachinery/pkg/api/equality"

	"github.com/kubectl-rio/kubectl-rio/pkg/manifest"
	"github.com/kubectl-rio/kubectl-rio/pkg/rio"
)

// UndoRevision is the name under which an earlier pod of latest is staged, to be promoted.
const UndoRevision = "undo"

// Undo finds the next step back. In the middle of a promotion that is the way it came:
//
//	1  the traffic goes to the revision, when latest has been given its pod already and the revision can bear it
//	2  latest gets back the pod it had, and as many as it had, but for none where it is to get a share
//	3  the traffic is split as before, and the note of the promotion goes
//
// Else an earlier pod of latest, the one before or that with the number to, is staged and
// promoted; where latest has no routes or no pods, or pods that are replaced only when somebody deletes
// them, or where the two cannot be beside each other, it comes in latest's place; furnish tells by its
// volumes. So it does where each pod has a volume of its own.
// An undo that was stopped is finished by undo, and by one to the number that latest had before it is taken
// back as a promotion is: its pod may not hold. One that is done is not undone: to go forward again, name the number.
func Undo(s rio.Service, history []rio.Release, to int, furnish Furnish) (Step, error) {
	if err := mustExist(s); err != nil {
		return Step{}, err
	}
	latest, ok := s.Latest()
	if !ok {
		return Step{}, rio.NoSuchRevision(s, rio.Latest)
	}
	if err := mustBeOurs(s, latest, fmt.Sprintf("undo it with: kubectl rollout undo -n %s %s", s.Namespace, workload(s, latest))); err != nil {
		return Step{}, err
	}
	switch {
	case s.Undoing() && to > 0 && to == s.Before.From:
		back, err := goBack(s, history)
		back.Target.Undone = rio.Undone{} // its number tells a repetition that it is done, and undo may bring the pod again
		return back, err
	case s.Promoting != "" && to > 0 && (s.Before == nil || s.Before.To != to):
		return Step{}, otherFirst(s, to)
	case s.Undoing():
		return promote(s, s.Promoting, nil, history)
	case s.Promoting != "":
		return goBack(s, history)
	case s.Undone.Revision != "" && s.Undone.Template == current(history).Hash && to == 0:
		return Step{Target: s, Last: true}, nil
	}
	release, err := pick(s, history, to)
	if err != nil || release.Current {
		return Step{Target: s, Last: true}, err
	}
	next := s.Clone()
	latest, _ = next.Latest()
	bringBack(latest, release)
	furnished, err := furnish(next, rio.Latest)
	if err != nil {
		return Step{}, err
	}
	back, _ := furnished.Latest()
	recreate := latest.Rollout.Recreate || back.Rollout.Recreate // beside latest, it would have the volume that is one pod's at a time
	if recreate {
		latest.Rollout = back.Rollout // one of the two pods may have no such volume
	}
	held, err := holds(s, back, furnish)
	if err != nil {
		return Step{}, err
	}
	if !s.Routed() || recreate || held || latest.Rollout.OnDelete || count(latest) == 0 {
		return Step{Number: 1, Of: 1, Title: "latest -> " + release.Image(), Target: next, Rehearse: &next, Alters: true, Last: true}, nil
	}
	old, exists := s.Revision(UndoRevision)
	if !exists || !equality.Semantic.DeepEqual(old.Template, release.Template) || !equality.Semantic.DeepEqual(old.Rights, release.Rights) {
		next, err := stageRelease(s, release)
		if err != nil {
			return Step{}, err
		}
		anew := next.Clone()
		rev, _ := anew.Revision(UndoRevision)
		rev.Observed = nil // what runs of one that was left over is not what is promoted
		return Step{Number: 0, Of: PromotionSteps, Title: fmt.Sprintf("stage %s (%s)", UndoRevision, release.Image()), Target: next,
			Rehearse: ahead(anew, UndoRevision, nil), Follow: shifted(next, UndoRevision), Alters: true, Stages: UndoRevision}, nil
	}
	first, err := promote(s, UndoRevision, nil, history) // also of a pod that lacks a port: it is the way out of trouble
	if first.Target.Before != nil {
		first.Target.Before.Undo, first.Target.Before.To, first.Target.Before.From = true, release.Number, current(history).Number
	}
	return first, err
}

// bringBack gives a revision an earlier pod, with what that may do.
func bringBack(rev *rio.Revision, release rio.Release) {
	rev.Template, rev.Rights = *release.Template.DeepCopy(), release.Rights
}

// holds reports whether the pods of a StatefulSet have volumes that none beside them is to have: one
// that is one pod's at a time, before or after the undo, or those of each pod, for which others would
// have empty ones.
func holds(s rio.Service, back *rio.Revision, furnish Furnish) (bool, error) {
	latest, _ := s.Latest()
	if latest.Kind != manifest.KindStatefulSet || back.Alone || len(latest.Claims) > 0 {
		return back.Alone || len(latest.Claims) > 0, nil
	}
	now, err := furnish(s, rio.Latest)
	if err != nil {
		return false, err
	}
	latest, _ = now.Latest()
	return latest.Alone, nil
}

// otherFirst refuses to go to a release while another change of latest is half done.
func otherFirst(s rio.Service, to int) error {
	what, first, or := fmt.Sprintf("service %q is being promoted to revision %q", s.Name, s.Promoting), "go back", ""
	if s.Undoing() {
		what, first = fmt.Sprintf("an undo of %q is not finished, and it goes elsewhere than to number %d", s.Name, to), "finish it"
		or = orBack(s)
	}
	return fmt.Errorf("%s; %s first: kubectl rio undo -n %s %s%s; then: kubectl rio undo -n %s --to %d %s", what, first, s.Namespace, s.Name, or, s.Namespace, to, s.Name)
}

// stageRelease puts an earlier pod beside latest, with as many replicas. It refuses one that could not
// be promoted then.
func stageRelease(s rio.Service, release rio.Release) (rio.Service, error) {
	if err := mayUse(s, UndoRevision); err != nil {
		return s, err
	}
	next := s.Clone()
	latest, _ := next.Latest()
	rev := beside(s, latest)
	rev.Name = UndoRevision
	bringBack(&rev, release)
	if err := mayBeCalled(s.Ref().Of(UndoRevision), rev.Kind, fmt.Sprintf("undo it with: kubectl rollout undo -n %s %s", s.Namespace, workload(s, latest))); err != nil {
		return s, err
	}
	if old, exists := s.Revision(UndoRevision); exists {
		if err := mustBeOurs(s, old, "rename it: undo needs the name"); err != nil {
			return s, err
		}
		rev.Observed = old.Observed
	}
	if err := mayRoll(s, latest, &rev, nil); err != nil {
		return s, err
	}
	next.Put(rev)
	return next, next.BalanceLatest()
}
