package plan

import (
	"fmt"
	"regexp"
	"slices"

	corev1 "k8s.io/api/core/v1"

	"github.com/kubectl-rio/kubectl-rio/pkg/manifest"
	"github.com/kubectl-rio/kubectl-rio/pkg/rio"
)

// podsRule judges the pods of each revision that the way may end at.
func podsRule(p Path) []rio.Finding {
	var found []rio.Finding
	for _, r := range p.inView() {
		found = append(found, p.revision(r)...)
	}
	return found
}

// revision judges one. That it has no pod ready is a failure where it has traffic to lose.
func (p Path) revision(r rio.Revision) []rio.Finding {
	o := r.Observed
	if o == nil {
		return nil
	}
	c := p.podValues(r)
	fine := rio.Fine(rio.LinkPods, "%s, %s", c["share"], c["pods"])
	fine.Revision = r.Name
	var found []rio.Finding
	switch {
	case o.Replicas == 0 && !p.gets(r):
		fine.Text = c["share"] + ", scaled to 0"
		return []rio.Finding{fine}
	case o.Replicas == 0:
		found = append(found, rio.TroubleScaledToZero.Found(c))
	case !o.RolledOut():
		found = append(found, p.unready(r, c))
	default:
		found = append(found, fine)
	}
	for i := range found {
		found[i].Revision, found[i].Fix = r.Name, fixOf(r, c, found[i])
		if found[i].Level == rio.LevelFail && (!p.gets(r) || o.Available > 0) {
			found[i].Level = rio.LevelWarn
		}
	}
	return append(found, p.sidecars(r, c)...)
}

// fixOf is what helps: kubectl's own command where another tool keeps what is to be changed, for
// kubectl rio does not take it over, and the editor where a stack file says what a revision is.
func fixOf(r rio.Revision, c rio.Case, f rio.Finding) string {
	switch {
	case f.ID == rio.TroubleScaledToZero.ID && r.Kind == manifest.KindDaemonSet:
		return fmt.Sprintf("kubectl describe -n %s %s", c["stack"], r.Observed.Workload)
	case f.ID == rio.TroubleScaledToZero.ID && r.Replicas == nil:
		return fmt.Sprintf("kubectl scale -n %s %s --replicas=1", c["stack"], r.Observed.Workload)
	case r.Foreign && (f.ID == rio.TroubleImage.ID || f.ID == rio.TroubleUnschedulable.ID):
		return fmt.Sprintf("kubectl edit -n %s %s", c["stack"], r.Observed.Workload)
	case r.Filed && (f.ID == rio.TroubleImage.ID || f.ID == rio.TroubleUnschedulable.ID):
		return fmt.Sprintf("kubectl rio edit -n %s %s", c["stack"], c["service"])
	}
	return f.Fix
}

// gets reports whether requests come to a revision on this way.
func (p Path) gets(r rio.Revision) bool {
	return p.preview() || r.Weight > 0 || len(r.Match) > 0
}

func (p Path) podValues(r rio.Revision) rio.Case {
	ref := p.Service.Ref().Of(r.Name)
	return p.values(rio.Case{
		"ref": ref.String(), "revision": r.Name, "share": p.share(r), "selector": labelsText(rio.Selector(ref)),
		"pods": fmt.Sprintf("%d/%d ready", r.Observed.Available, r.Observed.Replicas), "workload": r.Observed.Workload,
	})
}

// staging adds to the case of a revision how it is staged anew, with other values of some flags.
func (p Path) staging(c rio.Case, flags ...string) rio.Case {
	if r, ok := p.Service.Revision(c["revision"]); ok {
		c["flags"], c["staged"], c["then"] = restage(p.Service, *r, isFlag(flags...))
	}
	return c
}

// unready finds why not all pods of a revision are there and ready.
func (p Path) unready(r rio.Revision, c rio.Case) rio.Finding {
	if why := r.Observed.Refused(); why != "" {
		return refused(c, why)
	}
	if r.Observed.Held() { // whatever is wrong with pods that are to be replaced
		return rio.TroublePaused.Found(c)
	}
	for _, pod := range p.podsOf(r.Name) {
		if f, ok := p.pod(pod, c); ok {
			return f
		}
	}
	return rio.TroubleStarting.Found(c)
}

// quotaName is how the API server words an exceeded quota,
// k8s.io/apiserver/pkg/admission/plugin/resourcequota/controller.go.
var quotaName = regexp.MustCompile(`exceeded quota: ([^,]+), (.*)`)

// podSecurity is how it words a pod that its namespace's level refuses,
// k8s.io/pod-security-admission/admission/admission.go.
var podSecurity = regexp.MustCompile(`violates (PodSecurity .*)`)

// refused tells why the API server does not let a pod be made.
func refused(c rio.Case, message string) rio.Finding {
	c["message"] = message
	if m := quotaName.FindStringSubmatch(message); m != nil {
		c["quota"], c["message"] = m[1], m[2]
		return rio.TroubleQuota.Found(c)
	}
	if m := podSecurity.FindStringSubmatch(message); m != nil {
		c["message"] = m[1]
		return rio.TroublePodSecurity.Found(c)
	}
	return rio.TroublePodsRefused.Found(c)
}

// sidecars finds ready pods that were to be in the mesh and are not.
func (p Path) sidecars(r rio.Revision, c rio.Case) []rio.Finding {
	without := slices.DeleteFunc(p.podsOf(r.Name), func(pod corev1.Pod) bool { return !lacksSidecar(pod) })
	if len(without) == 0 {
		return nil
	}
	c["names"] = fmt.Sprintf("%s (%s)", rio.Count(len(without), "pod"), namesOf(without))
	f := rio.TroubleSidecarMissing.Found(c)
	f.Revision = r.Name
	return []rio.Finding{f}
}

func lacksSidecar(pod corev1.Pod) bool {
	return pod.Labels[rio.LabelInject] == "true" && !rio.HasProxy(pod) && !pod.Spec.HostNetwork
}
