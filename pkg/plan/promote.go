package plan

import (
	"fmt"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/equality"

	"github.com/kubectl-rio/kubectl-rio/pkg/rio"
)

// Step is one step of a promotion. Each leaves the service whole and its traffic
// served, and the next is found from what the cluster holds, so a promotion that
// was stopped anywhere is finished by asking again.
type Step struct {
	Number int    // 0 to PromotionSteps
	Title  string // for people
	Target rio.Service
}

// Last reports whether nothing is left to do after the step.
func (s Step) Last() bool { return s.Number == PromotionSteps && s.Target.Promoting == "" }

// PromotionSteps is how many steps people see. The drain between 3 and 5 is a wait
// and has no target.
const PromotionSteps = 5

// Promote finds the next step of making a staged revision the latest:
//
//	0  the revision gets as many replicas as latest, so that the shift overloads nobody
//	1  latest's share goes to the revision, and the main VirtualService says that a promotion is on
//	2  latest, which nobody sends to now, gets the revision's pod
//	3  latest takes the traffic back
//	5  the revision goes, then the note of the promotion
//
// A service without routes has no share to move and nowhere to note it: 2 and 5 remain.
// With replicas, latest ends with that many, else with the larger number of the two.
func Promote(s rio.Service, revision string, replicas *int32) (Step, error) {
	if s.Promoting != revision {
		if err := mayChange(s); err != nil {
			return Step{}, err
		}
	}
	if revision == rio.Latest {
		return Step{}, fmt.Errorf("revision %q is what is promoted to; name a staged one: kubectl rio promote %s:REVISION", revision, s.Name)
	}
	next := s.Clone()
	rev, ok := next.Revision(revision)
	if !ok && s.Promoting == revision && revision != "" {
		next.Promoting = ""
		return Step{Number: 5, Title: "remove " + revision, Target: next}, nil
	}
	if !ok {
		return Step{}, rio.NoSuchRevision(s, revision)
	}
	latest, ok := next.Latest()
	if !ok {
		return Step{}, rio.NoSuchRevision(s, rio.Latest)
	}
	if err := mustBeOurs(s, latest, "release its traffic with weight instead"); err != nil {
		return Step{}, err
	}
	if err := mustBeOurs(s, rev, fmt.Sprintf("stage its image yourself and promote that: kubectl rio stage --image IMAGE %s:NAME", s.Name)); err != nil {
		return Step{}, err
	}
	if replicas != nil && *replicas < 1 {
		return Step{}, fmt.Errorf("service %q cannot be promoted to %d replicas: nobody would serve it; scale it down afterwards: kubectl rio scale %s=%d", s.Name, *replicas, s.Name, *replicas)
	}
	return promoteNext(next, latest, rev, replicas), nil
}

func promoteNext(next rio.Service, latest, rev *rio.Revision, replicas *int32) Step {
	pod := whole(next, rev)
	end := largest(latest, rev)
	if replicas != nil {
		end = *replicas
	}
	rolled := equality.Semantic.DeepEqual(latest.Template, *pod) && (latest.Replicas == nil || *latest.Replicas == end)
	begins := next.Promoting == "" && next.Routed()
	switch {
	case begins && count(rev) < count(latest):
		n := count(latest)
		rev.Replicas = &n
		return Step{Number: 0, Title: fmt.Sprintf("scale %s to %d", rev.Name, n), Target: next}
	case begins:
		next.Promoting = rev.Name
		rev.Weight += latest.Weight
		latest.Weight = 0
		return Step{Number: 1, Title: "traffic to " + rev.Name, Target: next}
	case !rolled:
		latest.Template = *pod.DeepCopy()
		if latest.Replicas != nil {
			latest.Replicas = &end
		}
		return Step{Number: 2, Title: "latest -> " + pod.Spec.Containers[0].Image, Target: next}
	case rev.Weight > 0:
		latest.Weight += rev.Weight
		rev.Weight = 0
		return Step{Number: 3, Title: "traffic to latest", Target: next}
	}
	step := Step{Number: 5, Title: "remove " + rev.Name}
	next.Drop(rev.Name)
	step.Target = next
	return step
}

// whole is the pod of a revision as it runs, what other tools wrote to it included,
// without the labels that name the revision.
func whole(s rio.Service, r *rio.Revision) *corev1.PodTemplateSpec {
	if r.Observed == nil {
		return &r.Template
	}
	t := r.Observed.Template.DeepCopy()
	t.Labels = rio.UserLabels(t.Labels, s.Ref().Of(r.Name))
	return t
}

func largest(a, b *rio.Revision) int32 { return max(count(a), count(b)) }

// count is the number of replicas that a revision is to have.
func count(r *rio.Revision) int32 {
	switch {
	case r.Replicas != nil:
		return *r.Replicas
	case r.Observed != nil:
		return r.Observed.Replicas
	}
	return 1
}
