package plan

import (
	"fmt"

	"github.com/kubectl-rio/kubectl-rio/pkg/manifest"
	"github.com/kubectl-rio/kubectl-rio/pkg/rio"
)

// Scale sets the number of a revision's replicas, or the range in which an autoscaler chooses
// latest's. One that has an autoscaler keeps it: a number is then a range of one.
func Scale(s rio.Service, revision string, to rio.Scale) (rio.Service, error) {
	if err := mayChange(s); err != nil {
		return s, err
	}
	next := s.Clone()
	rev, ok := next.Revision(revision)
	if !ok {
		return s, rio.NotStaged(s, revision)
	}
	if to.Max == 0 { // which its own tool may do as little
		if err := mayBeEmpty(s, rev, wayOut(s, revision)); err != nil {
			return s, err
		}
	}
	remedy := fmt.Sprintf("scale it with: kubectl scale -n %s %s --replicas=%d", s.Namespace, workload(s, rev), to.Max)
	if err := mustBeOurs(s, rev, remedy); err != nil {
		return s, err
	}
	return next, rescale(s, rev, to)
}

// mayBeEmpty refuses to leave a revision without a pod that requests are led to. Where latest has all of
// them, the service is switched off, unless a route leads to it.
func mayBeEmpty(s rio.Service, rev *rio.Revision, wayOut string) error {
	by, whole := s.RoutedBy(rev.Name), s.RoutedWhole()
	switch {
	case rev.Weight > 0 && (rev.Weight < 100 || rev.Name != rio.Latest):
		return fmt.Errorf("revision %q of %q carries %d%% of the traffic, so it needs a pod; %s", rev.Name, s.Name, rev.Weight, wayOut)
	case len(rev.Match) > 0:
		return fmt.Errorf("revision %q of %q gets the requests that match %s, so it needs a pod; stage it again without --match, or remove it: kubectl rio rm -n %s %s:%s",
			rev.Name, s.Name, rev.Match[0], s.Namespace, s.Name, rev.Name)
	case len(by) > 0:
		return fmt.Errorf("revision %q of %q is where a route of %q leads, so it needs a pod; lead that elsewhere first: %s", rev.Name, s.Name, by[0].In(s.Namespace), leadElsewhere(s, by[0]))
	case rev.Weight == 100 && len(whole) > 0:
		return fmt.Errorf("service %q is where a route of %q leads, so it needs a pod; lead that elsewhere first: %s", s.Name, whole[0].In(s.Namespace), leadElsewhere(s, whole[0]))
	}
	return nil
}

func rescale(s rio.Service, rev *rio.Revision, to rio.Scale) error {
	switch {
	case rev.Kind == manifest.KindDaemonSet:
		return fmt.Errorf("revision %q of %q has one pod on every node (--global), so it has no number of pods to set", rev.Name, s.Name)
	case to.Ranged() && rev.Name != rio.Latest:
		return fmt.Errorf("invalid scale %q: an autoscaler is latest's; give revision %q of %q a number", to, rev.Name, s.Name)
	case to.Max == 0 && rev.Autoscale != nil:
		return fmt.Errorf("service %q has an autoscaler, which keeps at least 1 pod; remove the service, or leave it one: kubectl rio scale -n %s %s=1", s.Name, s.Namespace, s.Name)
	case rev.Autoscale != nil:
		rev.Autoscale = &to
		return nil
	}
	reserve := fmt.Sprintf("reserve some: kubectl rio stage -n %[1]s --cpus 100m %[2]s; then kubectl rio promote -n %[1]s %[2]s; then this again", s.Namespace, spare(s))
	return size(rev, to, reserve)
}

// wayOut is the command that takes the traffic off a revision.
func wayOut(s rio.Service, revision string) string {
	if revision == rio.Latest {
		return fmt.Sprintf("promote what is staged, or take back its share first: kubectl rio abort -n %s %s", s.Namespace, s.Name)
	}
	return fmt.Sprintf("take that away first: kubectl rio weight -n %s %s:%s=0%%", s.Namespace, s.Name, revision)
}

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
