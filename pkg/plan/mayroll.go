package plan

import (
	"fmt"

	"github.com/kubectl-rio/kubectl-rio/pkg/manifest"
	"github.com/kubectl-rio/kubectl-rio/pkg/rio"
)

// mayRoll refuses a promotion that could not end: pods that nobody replaces, a kind of
// workload that cannot become another, a number that is an autoscaler's.
func mayRoll(s rio.Service, latest, rev *rio.Revision, replicas *int32) error {
	switch {
	case latest.Kind != rev.Kind:
		return fmt.Errorf("revision %q of %q is a %s and latest a %s, and Kubernetes cannot make one of the other; release its traffic with weight instead", rev.Name, s.Name, rev.Kind, latest.Kind)
	case (latest.Rollout.OnDelete || rev.Rollout.OnDelete) && s.Promoting == "":
		return fmt.Errorf("the pods of %q are replaced only when somebody deletes them (--update-strategy on-delete), so a promotion would not end; release traffic to %q with weight instead", s.Name, rev.Name)
	case replicas != nil && latest.Autoscale != nil:
		return fmt.Errorf("an autoscaler keeps %q at %s pods; leave out --scale, and change that afterwards: kubectl rio scale -n %s %s=%d", s.Name, latest.Autoscale, s.Namespace, s.Name, max(*replicas, 1))
	case s.Promoting == "" && s.Routed() && latest.Weight+rev.Weight > 0 && latest.Kind != manifest.KindDaemonSet && !resizes(latest) && count(latest) == 0:
		return fmt.Errorf("another tool, an autoscaler perhaps, keeps latest of %q at 0 pods, and nobody would serve what comes back to it; give it some first: kubectl scale -n %s %s --replicas=%d", s.Name, s.Namespace, workload(s, latest), max(count(rev), 1))
	case replicas != nil && !resizes(latest) && latest.Kind != manifest.KindDaemonSet:
		return fmt.Errorf("another tool, an autoscaler perhaps, keeps the number of pods of %q; leave out --scale, or change it there", s.Name)
	case latest.Observed != nil && latest.Observed.Paused:
		return fmt.Errorf("%s is paused, so its pods would not be replaced; go on with it first: kubectl rollout resume -n %s %s", latest.Observed.Workload, s.Namespace, latest.Observed.Workload)
	case s.Promoting == "" && s.Routed() && latest.Kind != manifest.KindDaemonSet && count(rev) == 0 && carrying(latest, replicas) == 0:
		return fmt.Errorf("neither %q nor latest of %q has any pods, and nobody would serve it; say how many latest is to have: kubectl rio promote -n %s --scale 1 %s", rev.Name, s.Name, s.Namespace, s.Ref().Of(rev.Name))
	case replicas != nil && latest.Kind == manifest.KindDaemonSet:
		return fmt.Errorf("service %q has one pod on every node, so it has no number of pods to set", s.Name)
	}
	return nil
}

// Shrinks says that a promotion gives traffic back to fewer pods than bear it, as an autoscaler alone
// sets how many latest has, and what helps; it is empty where that is not so, or the promotion has begun.
func Shrinks(s rio.Service, revision string) string {
	latest, kept := s.Latest()
	rev, ok := s.Revision(revision)
	if !kept || !ok || s.Promoting != "" || resizes(latest) || latest.Kind == manifest.KindDaemonSet || count(latest) >= count(rev) {
		return ""
	}
	remedy := "give it more there first"
	if a := latest.Autoscale; a != nil {
		to := rio.Scale{Min: count(rev), Max: max(a.Max, count(rev))}
		remedy = fmt.Sprintf("give it more first: kubectl rio scale -n %s %s=%s", s.Namespace, s.Name, to)
	}
	return fmt.Sprintf("latest stays at %s, as an autoscaler sets that, and takes over from %d of %s; %s", rio.Count(count(latest), "pod"), count(rev), revision, remedy)
}
