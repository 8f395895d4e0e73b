package plan

import (
	"cmp"
	"fmt"

	"k8s.io/apimachinery/pkg/api/equality"

	"github.com/kubectl-rio/kubectl-rio/pkg/rio"
)

// goBack finds the next step that takes a promotion back.
func goBack(s rio.Service, history []rio.Release) (Step, error) {
	next := s.Clone()
	latest, _ := next.Latest()
	before := s.Before
	if before == nil { // the note was lost
		before = &rio.Before{Settings: latest.Settings}
		if len(history) > 1 {
			before.Template, before.Rights = history[1].Hash, history[1].Rights
		}
	}
	rev, ok := next.Revision(s.Promoting)
	was, known := byHash(history, before.Template)
	podIsBack := !known || has(latest, history, before.Template)
	if !ok {
		next.Promoting, next.Before = "", nil
		if s.Before == nil || !known || !podIsBack { // the promotion was as good as done: what follows is an undo of it
			return Step{Number: 0, Of: PromotionSteps, Title: "end the promotion", Target: next}, nil
		}
		// Somebody deleted the revision before latest got its pod.
		latest.Settings = before.Settings
		if latest.Weight > 0 {
			givePods(latest, 1)
		}
		next.Undone = rio.Undone{Revision: s.Promoting, Template: current(history).Hash}
		unstick(&next)
		return Step{Number: 3, Of: 3, Title: "traffic as before", Target: next, Last: true}, nil
	}
	if before.Template != "" && !known {
		return Step{}, fmt.Errorf("%s does not remember the pod that latest had before the promotion of %q (revisionHistoryLimit); finish that: kubectl rio promote -n %s %s; then stage the earlier image: kubectl rio stage -n %s --image IMAGE %s",
			workload(s, latest), rev.Name, s.Namespace, s.Ref().Of(rev.Name), s.Namespace, spare(s))
	}
	old := *latest
	old.Settings = before.Settings
	if known {
		old.Template = *was.Template.DeepCopy()
	}
	if latest.Replicas != nil && before.Replicas != nil {
		old.Replicas = before.Replicas
	}
	if shareAfter(next, rev, before) > 0 || latest.Weight > 0 && !bears(rev) { // it has all while it is rolled, too
		givePods(&old, cmp.Or(count(latest), count(rev)))
	}
	isBack := podIsBack && equality.Semantic.DeepEqual(latest.Settings, old.Settings)
	serves := count(latest) > 0 || count(&old) == 0
	back := Step{Of: 3}
	switch {
	case (!isBack || !serves) && bears(rev) && (latest.Weight > 0 || !next.Followed()): // by itself, or by a route set that was left behind
		back.Rehearse = new(next.Clone())
		back.Rehearse.Put(old)
		rev.Weight += latest.Weight
		latest.Weight = 0
		back.Number, back.Title = 1, "traffic to "+rev.Name
	case !isBack:
		*latest = old
		back.Number, back.Title = 2, "latest -> "+was.Image()
	case !serves:
		*latest = old
		back.Number, back.Title = 2, "latest to "+rio.Count(count(latest), "pod")
	default:
		rev.Weight, rev.Match, next.Sticky = before.Weight, before.Match, before.Sticky
		next.Promoting, next.Before, next.Undone = "", nil, rio.Undone{Revision: s.Promoting, Template: current(history).Hash}
		back.Number, back.Title, back.Settle, back.Last = 3, "traffic as before", rio.Latest, true
		if err := next.BalanceLatest(); err != nil {
			return Step{}, err
		}
	}
	back.Target = next
	return back, nil
}

// shareAfter is what latest gets at the end of the way back.
func shareAfter(s rio.Service, rev *rio.Revision, before *rio.Before) int {
	share := 100 - before.Weight
	for _, r := range s.Revisions {
		if r.Name != rio.Latest && r.Name != rev.Name {
			share -= r.Weight
		}
	}
	return share
}

// givePods gives a latest that would have no pods as many as it needs for the traffic that it is to get,
// or nothing would be ready to take that.
func givePods(latest *rio.Revision, needed int32) {
	if count(latest) == 0 && resizes(latest) {
		latest.Replicas = new(max(needed, 1))
	}
}

// bears reports whether a revision can take traffic: it has pods, and all of them serve. Where they do
// not, there is no way back over it, and latest's pods are replaced under their traffic.
func bears(r *rio.Revision) bool {
	return r.Observed == nil || r.Observed.Available > 0 && !r.Observed.Short()
}

func upToDate(r *rio.Revision) bool { return r.Observed == nil || r.Observed.UpToDate }
