package plan

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	corev1 "k8s.io/api/core/v1"

	"github.com/kubectl-rio/kubectl-rio/pkg/manifest"
	"github.com/kubectl-rio/kubectl-rio/pkg/rio"
)

// Letting lists the writes that let a service go, in their order. All of it is found again
// by its workloads until these are let go, which comes last.
type Letting struct {
	Narrow    ChangeSet // the shared Service to latest's pods, where others are staged
	Routes    ChangeSet // VirtualServices go
	Rules     ChangeSet // then what told the revisions apart, when no proxy needs it
	Services  ChangeSet // lose their labels; those that adopt made for another tool's pods go
	Workloads ChangeSet // lose theirs

	Pods int32 // of adopted workloads, which are replaced once more, by pods without labels
}

// Release lets a service go: its routes end, its pods run on and its Services lead to them.
func Release(s rio.Service, live, mine []manifest.Object, force bool) (Letting, error) {
	var l Letting
	if err := mayRelease(s, force); err != nil {
		return l, err
	}
	latest, _ := s.Latest()
	staged := len(s.Revisions) > 1
	for _, o := range live {
		switch {
		case manifest.IsWorkload(o):
			next, pods := letGo(o)
			l.Workloads, l.Pods = append(l.Workloads, Change{Op: Label, Before: o, After: next}), l.Pods+pods
		case manifest.Kind(o) == manifest.KindService:
			if adopted := revisionOf(s, o, latest); adopted != nil && adopted.Foreign && manifest.MadeHere(o) {
				l.Services = append(l.Services, Change{Op: Delete, Before: o})
				continue
			}
			l.Services = append(l.Services, Change{Op: Label, Before: o, After: withoutLabels(o)})
		case manifest.IsForeign(o):
		case manifest.Kind(o) == manifest.KindVirtualService:
			l.Routes = append(l.Routes, Change{Op: Delete, Before: o})
		case manifest.Kind(o) == manifest.KindDestinationRule:
			l.Rules = append(l.Rules, Change{Op: Delete, Before: o})
		}
	}
	for _, o := range mine {
		if svc, ok := o.(*corev1.Service); ok && staged && svc.Name == s.Name && s.Selects == nil && svc.Spec.Selector[rio.LabelRevision] == "" {
			next := svc.DeepCopy()
			next.Spec.Selector[rio.LabelRevision] = rio.Latest
			l.Narrow = append(l.Narrow, Change{Op: Update, Before: svc, After: next})
		}
	}
	for _, changes := range []ChangeSet{l.Routes, l.Services, l.Workloads} {
		slices.SortStableFunc(changes, func(a, b Change) int { return compareNames(b.Object(), a.Object()) }) // latest after what is staged beside it
	}
	return l, nil
}

// Gather gives latest all requests, those that matches choose for staged revisions, too.
func Gather(s rio.Service) (rio.Service, error) {
	next, err := Abort(s)
	if err != nil {
		return s, err
	}
	for i := range next.Revisions {
		next.Revisions[i].Match = nil
	}
	return next, nil
}

// Gathered reports whether latest has all requests.
func Gathered(s rio.Service) bool {
	return !slices.ContainsFunc(s.Revisions, func(r rio.Revision) bool { return r.Name != rio.Latest && (r.Weight > 0 || len(r.Match) > 0) })
}

func mayRelease(s rio.Service, force bool) error {
	if err := mayChange(s); err != nil {
		return err
	}
	if s.Removing != "" {
		return mayUse(s, s.Removing)
	}
	if err := mayLeave(s); err != nil {
		return err
	}
	for _, r := range s.Revisions {
		switch {
		case r.Name == rio.Latest:
		case s.Selects != nil:
			remedy, flag := "remove it first", ""
			if r.Weight > 0 { // which rm alone refuses
				remedy, flag = fmt.Sprintf("remove it first, and latest gets its %d%%", r.Weight), "--force "
			}
			return fmt.Errorf("service/%s, which is another tool's, would lead to revision %q too, that is staged beside %s; %s: kubectl rio rm %s-n %s %s:%s", s.Name, r.Name, s.Name, remedy, flag, s.Namespace, s.Name, r.Name)
		case r.Weight > 0 && !force:
			return fmt.Errorf("revision %q of %q carries %d%% of the traffic; promote it first: kubectl rio promote -n %s %s:%s; or take that away: kubectl rio abort -n %s %s; or have latest get it: kubectl rio release --force -n %s %s",
				r.Name, s.Name, r.Weight, s.Namespace, s.Name, r.Name, s.Namespace, s.Name, s.Namespace, s.Name)
		case len(r.Match) > 0 && !force:
			return fmt.Errorf("revision %q of %q gets the requests that match %s; promote it first: kubectl rio promote -n %s %s:%s; or remove it: kubectl rio rm -n %s %s:%s; or have latest get them: kubectl rio release --force -n %s %s",
				r.Name, s.Name, r.Match[0], s.Namespace, s.Name, r.Name, s.Namespace, s.Name, r.Name, s.Namespace, s.Name)
		}
	}
	return nil
}

// revisionOf is the revision whose Service it is; the shared one and that of the node ports
// are latest's.
func revisionOf(s rio.Service, o manifest.Object, latest *rio.Revision) *rio.Revision {
	if name := o.GetLabels()[rio.LabelRevision]; name != "" {
		r, _ := s.Revision(name)
		return r
	}
	return latest
}

// keptNotes say what pods need and are allowed. They are read again when the workload is
// adopted.
var keptNotes = []string{rio.AnnotationAlso, rio.AnnotationPermissions, rio.AnnotationGlobalPermissions}

// withoutLabels is an object without what says that it belongs to a service.
func withoutLabels(o manifest.Object) manifest.Object {
	next := o.DeepCopyObject().(manifest.Object)
	labels, annotations := maps.Clone(o.GetLabels()), maps.Clone(o.GetAnnotations())
	maps.DeleteFunc(labels, func(key, value string) bool {
		return rio.Reserved(key) || key == rio.LabelK8sManagedBy && value == rio.FieldManager
	})
	maps.DeleteFunc(annotations, func(key, _ string) bool {
		return strings.HasPrefix(key, rio.LabelManaged+"/") && !slices.Contains(keptNotes, key)
	})
	next.SetLabels(labels)
	next.SetAnnotations(annotations)
	return next
}

// letGo is a workload without its labels, and how many of its pods are replaced by that: those
// of one whose pods adopt has labelled. Others' pods keep what their workload selects them by.
func letGo(o manifest.Object) (manifest.Object, int32) {
	next := withoutLabels(o)
	pods := manifest.TemplateOf(next).Labels
	if manifest.LabelledHere(o) {
		maps.DeleteFunc(pods, func(key, _ string) bool { return rio.Reserved(key) })
		return next, manifest.Observed(o).Replicas
	}
	if pods[rio.LabelService] != "" {
		labels := next.GetLabels()
		if labels == nil {
			labels = map[string]string{}
		}
		labels[rio.LabelManaged] = rio.LetGo
		next.SetLabels(labels)
	}
	return next, 0
}
