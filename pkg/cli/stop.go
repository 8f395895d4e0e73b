package cli

import (
	"context"
	"errors"
	"fmt"

	"github.com/kubectl-rio/kubectl-rio/pkg/cluster"
	"github.com/kubectl-rio/kubectl-rio/pkg/manifest"
	"github.com/kubectl-rio/kubectl-rio/pkg/plan"
	"github.com/kubectl-rio/kubectl-rio/pkg/rio"
)

// explainStop says how to go on, and how back, after a journey stopped half-way.
func (j *journey) explainStop(ref rio.Ref, last plan.Step, err error) error {
	switch lost := (plan.LostError{}); {
	case errors.As(err, &lost): // it says the way back, and there is none on
		return err
	case last.Stages != "":
		return j.explainStaged(ref, last, err)
	case last.Number < 1 && last.Of > 0 && ref.Revision != "" && last.Target.Promoting == "":
		goOn := j.promoting(ref)
		if j.gradually {
			goOn = sameAgain
		}
		return cluster.Mark(fmt.Errorf("promotion of %q stopped after 0/%d%s; it is scaled up, and no traffic has moved; go on: %s",
			ref, last.Of, because(err), goOn), err, errStopped)
	case last.Number < 1 && last.Target.Promoting == "":
		return err
	}
	promoting := last.Target.Promoting
	switch undoing := last.Target.Undoing(); {
	case ref.IsLatest() && promoting != "" && !undoing: // it takes a promotion back, which can still be finished instead
		return cluster.Mark(fmt.Errorf("undo of %q stopped after %d/%d%s; go on: kubectl rio undo -n %s %s; or promote %q after all: %s",
			ref.Service, last.Number, last.Of, because(err), ref.Namespace, ref.Service, promoting, j.promoting(ref.Of(promoting))), err, errStopped)
	case ref.IsLatest() && j.to > 0 && last.Of < plan.PromotionSteps: // in latest's place, or it takes an undo back, which can still be finished instead
		after := ""
		if undoing {
			after = "; or finish that undo after all: " + last.Target.Onward()
		}
		return cluster.Mark(fmt.Errorf("undo of %q stopped after %d/%d%s; go on: kubectl rio undo -n %s --to %d %s%s",
			ref.Service, last.Number, last.Of, because(err), ref.Namespace, j.to, ref.Service, after), err, errStopped)
	case ref.IsLatest() || undoing:
		back := ""
		if undoing && last.Target.Back() != "" {
			back = "; go back: " + last.Target.Back()
		}
		return cluster.Mark(fmt.Errorf("undo of %q stopped after %d/%d%s; go on: kubectl rio undo -n %s %s%s",
			ref.Service, last.Number, last.Of, because(err), ref.Namespace, ref.Service, back), err, errStopped)
	}
	return cluster.Mark(fmt.Errorf("promotion of %q stopped after %d/%d%s; go on: %s; go back: kubectl rio undo -n %s %s",
		ref, last.Number, last.Of, because(err), j.promoting(ref), ref.Namespace, ref.Service), err, errStopped)
}

// done reports whether all of a promotion is written, though what is waited for at its end has failed:
// its repetition would find no such revision.
func done(ref rio.Ref, step plan.Step, result []manifest.Object) bool {
	if ref.IsLatest() || !step.Last || len(result) == 0 {
		return false
	}
	gone, isGone := result[len(result)-1].(deleted)
	return step.Target.Routed() || isGone && manifest.IsWorkload(gone.Object) // the note goes last, else the workload
}

func explainDone(ref rio.Ref, err error) error {
	return cluster.Mark(fmt.Errorf("promotion of %q is done, but its end was not seen%s; see: kubectl rio ps -n %s %s; go back: kubectl rio undo -n %s %s",
		ref, because(err), ref.Namespace, ref.Service, ref.Namespace, ref.Service), err, errStopped)
}

// stoppedAfter is the step from which a journey is gone on with that stopped in another one: the last
// that this command has taken, else the one in which it stopped if that is written, confirmed or not,
// else the last of the command before it. Step 0 tells less than that one does.
func stoppedAfter(last, begun, step plan.Step, written bool) plan.Step {
	switch {
	case last.Number > 0:
		return last
	case written && step.Number > 0:
		return step
	case begun.Of > 0:
		return begun
	case written:
		return step
	}
	return last
}

// begunWith is the last step that a journey had taken which is gone on with by another; the zero
// step where none was begun. A service without routes notes nothing, and its latest tells.
func begunWith(ref rio.Ref, s rio.Service, next plan.Step) plan.Step {
	if next.Number < 1 || s.Promoting == "" && next.Number < 3 {
		if staged := stagedToUndo(ref, s); staged != "" {
			return plan.Step{Of: plan.PromotionSteps, Stages: staged}
		}
		return plan.Step{}
	}
	n := next.Number - 1
	switch {
	case s.Promoting == "":
		n = 2
	case next.Drain != "": // which is a step of its own, and writes nothing
		n = 3
	}
	return plan.Step{Number: n, Of: next.Of, Target: s}
}

// promoting is the command that goes on with a promotion. How many pods latest is to have is noted
// nowhere, so it says that again.
func (j *journey) promoting(ref rio.Ref) string {
	scale := ""
	if j.scale != "" {
		scale = "--scale " + j.scale + " "
	}
	return fmt.Sprintf("kubectl rio promote -n %s %s%s", ref.Namespace, scale, ref)
}

// explainStaged is explainStop for an undo that has not moved any traffic yet. What it was asked
// for is noted nowhere before the next step, so a repetition says it again.
func (j *journey) explainStaged(ref rio.Ref, last plan.Step, err error) error {
	to := ""
	if j.to > 0 {
		to = fmt.Sprintf("--to %d ", j.to)
	}
	return cluster.Mark(fmt.Errorf("undo of %q stopped after %d/%d%s; the earlier pod stays staged as %q, without traffic; go on: kubectl rio undo -n %s %s%s; go back: kubectl rio rm -n %s %s",
		ref.Service, last.Number, last.Of, because(err), ref.Of(last.Stages), ref.Namespace, to, ref.Service, ref.Namespace, ref.Of(last.Stages)), err, errStopped)
}

// because is the reason of a stop for the middle of a sentence. Who pressed Ctrl-C knows it.
func because(err error) string {
	if errors.Is(err, context.Canceled) {
		return ""
	}
	return fmt.Sprintf(": %v", err)
}
