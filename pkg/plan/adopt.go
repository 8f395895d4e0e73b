package plan

import (
	"fmt"
	"maps"

	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/labels"
	"k8s.io/utils/ptr"

	"github.com/kubectl-rio/kubectl-rio/pkg/admission"
	"github.com/kubectl-rio/kubectl-rio/pkg/manifest"
	"github.com/kubectl-rio/kubectl-rio/pkg/rio"
)

// Found is a workload as it runs, and the Services of its namespace.
type Found struct {
	Workload manifest.Object
	Services []corev1.Service
}

// Adoption is what makes a workload a revision.
type Adoption struct {
	Ref    rio.Ref
	Labels ChangeSet // of the workload first, which may replace its pods, then of Services

	Pods   int32 // that are replaced, for labels come with a new pod only
	AtOnce bool  // all of them end before others begin

	Service rio.Service // as it is to be
}

// AdoptAs is the revision that a workload is by its own labels and name, as the webhook
// has it.
func AdoptAs(w manifest.Object) (rio.Ref, error) {
	read := admission.Workload{ObjectMeta: metav1.ObjectMeta{Namespace: w.GetNamespace(), Name: w.GetName(), Labels: w.GetLabels()}}
	read.Spec.Template.Labels = manifest.TemplateOf(w).Labels
	ref, ok := admission.RefOf(read)
	if !ok {
		return ref, fmt.Errorf("the labels of %s make it revision %q of service %q, which is no name for one; name it: --as SERVICE:REVISION", manifest.KindName(w), ref.Revision, ref.Service)
	}
	return ref, nil
}

// Adopt makes a workload the revision ref of s, which need not exist yet. With no ports they
// are those of the Service that selects the workload's pods, else of its containers, inside
// the mesh.
func Adopt(s rio.Service, ref rio.Ref, f Found, ports []rio.PortSpec, gw Gateway) (Adoption, error) {
	a := Adoption{Ref: ref, Service: s}
	if err := mayAdopt(s, ref, f.Workload); err != nil {
		return a, err
	}
	labelled, err := label(f.Workload, ref)
	if err != nil {
		return a, err
	}
	template := manifest.TemplateOf(f.Workload)
	if labelled != nil {
		a.Labels = ChangeSet{{Op: Label, Before: f.Workload, After: labelled}}
		if !maps.Equal(template.Labels, manifest.TemplateOf(labelled).Labels) {
			a.Pods, a.AtOnce = manifest.Observed(f.Workload).Replicas, atOnce(f.Workload)
		}
	}
	shared, err := sharedOf(f, ref, template)
	if err != nil {
		return a, err
	}
	next := withAdopted(s, ref, f.Workload)
	if ref.IsLatest() {
		if next.Ports, err = adoptPorts(s, f, shared, ports); err != nil {
			return a, err
		}
	} else if err := mayJoin(s, template, ports); err != nil {
		return a, err
	}
	if next.Selects = nil; shared != nil && !manifest.MadeHere(shared) {
		next.Selects = maps.Clone(shared.Spec.Selector)
	}
	app := template.Labels[rio.LabelApp]
	if next.Selects != nil { // what all its pods have
		app = next.Selects[rio.LabelApp]
	}
	next.OtherApp = s.OtherApp || app != ref.Service
	if ref.IsLatest() && len(ports) > 0 {
		if err := open(&next, specs(next.Ports), gw); err != nil {
			return a, err
		}
	}
	a.Labels = append(a.Labels, labelServices(f, next)...)
	a.Service = next
	return a, next.BalanceLatest()
}

// Onto is the adoption on a service as it is by now.
func (a Adoption) Onto(s rio.Service, w manifest.Object) (rio.Service, error) {
	next := withAdopted(s, a.Ref, w)
	next.Ports, next.Selects, next.OtherApp = a.Service.Ports, a.Service.Selects, a.Service.OtherApp
	next.Domain, next.Gateway, next.TLS = a.Service.Domain, a.Service.Gateway, a.Service.TLS
	return next, next.BalanceLatest()
}

// withAdopted is the service with the revision. Nothing of what it does not know of the workload is
// ever written.
func withAdopted(s rio.Service, ref rio.Ref, w manifest.Object) rio.Service {
	next := s.Clone()
	if _, ok := next.Revision(ref.RevisionName()); !ok {
		next.Put(rio.Revision{Name: ref.RevisionName(), Kind: manifest.Kind(w), Foreign: true})
	}
	return next
}

func mayAdopt(s rio.Service, ref rio.Ref, w manifest.Object) error {
	if s.Exists() {
		if err := mayChange(s); err != nil {
			return err
		}
		if err := mayUse(s, ref.RevisionName()); err != nil {
			return err
		}
	}
	was := manifest.RefOf(w)
	_, taken := s.Revision(ref.RevisionName())
	_, hasLatest := s.Latest()
	switch {
	case w.GetDeletionTimestamp() != nil:
		return fmt.Errorf("%s is being deleted, so it cannot be adopted", manifest.KindName(w))
	case w.GetNamespace() != ref.Namespace:
		return fmt.Errorf("%s is in namespace %q, so it cannot be a revision of a service in stack %q; leave the stack out of --as", manifest.KindName(w), w.GetNamespace(), ref.Namespace)
	case was.Service != "" && was.Of(was.RevisionName()) != ref.Of(ref.RevisionName()):
		return fmt.Errorf("%s is revision %q of service %q already, and no pod may change that; release it first: kubectl rio release -n %s %s", manifest.KindName(w), was.RevisionName(), was.Service, was.Namespace, was.Service)
	case taken && was.Service == "":
		return fmt.Errorf("service %q has a revision %q already; adopt %s under another name: --as %s:REVISION", s.Name, ref.RevisionName(), manifest.KindName(w), s.Name)
	case !ref.IsLatest() && !hasLatest:
		return fmt.Errorf("stack %q has no service %q of which %s could be revision %q; adopt or run its latest first, or adopt this as it: --as %s", ref.Namespace, ref.Service, manifest.KindName(w), ref.Revision, ref.Service)
	}
	return nil
}

// label is the workload with the labels that a revision and its pods are known by; nil when
// it has them. Only what kubectl rio made gets all labels back: the others say who made it.
func label(w manifest.Object, ref rio.Ref) (manifest.Object, error) {
	known := rio.Selector(ref)
	delete(known, rio.LabelApp)
	next := w.DeepCopyObject().(manifest.Object)
	own := labels.Merge(w.GetLabels(), known)
	if manifest.MadeHere(w) {
		maps.Copy(own, rio.Labels(ref))
	}
	next.SetLabels(own)
	template := manifest.TemplateOf(next)
	for key, value := range known {
		if have, ok := template.Labels[key]; ok && have != value {
			return nil, fmt.Errorf("the pods of %s have the label %s=%s, so they cannot be those of revision %q of %q; adopt it as what they are: leave out --as", manifest.KindName(w), key, have, ref.RevisionName(), ref.Service)
		}
	}
	pods := labels.Merge(template.Labels, known)
	if maps.Equal(pods, template.Labels) {
		if maps.Equal(own, w.GetLabels()) {
			return nil, nil
		}
		return next, nil
	}
	template.Labels = pods
	return next, mayReplace(w)
}

// mayReplace refuses to label pods that would not be replaced.
func mayReplace(w manifest.Object) error {
	seen, kept := manifest.Observed(w), int32(0)
	if set, ok := w.(*appsv1.StatefulSet); ok && set.Spec.UpdateStrategy.RollingUpdate != nil {
		kept = ptr.Deref(set.Spec.UpdateStrategy.RollingUpdate.Partition, 0)
	}
	switch {
	case seen.Paused:
		return fmt.Errorf("%s is paused, and its pods need labels that only new ones get; go on with it first: kubectl rollout resume -n %s %s", manifest.KindName(w), w.GetNamespace(), manifest.KindName(w))
	case seen.OnDelete:
		return fmt.Errorf("the pods of %s need labels that only new ones get, and are replaced only when somebody deletes them (OnDelete); give it another update strategy first: "+
			`kubectl patch -n %s %s --type merge -p '{"spec":{"updateStrategy":{"type":"RollingUpdate"}}}'`, manifest.KindName(w), w.GetNamespace(), manifest.KindName(w))
	case kept > 0:
		return fmt.Errorf("the pods of %s need labels that only new ones get, and those below number %d are not replaced (partition); let all be first: "+
			`kubectl patch -n %s %s --type merge -p '{"spec":{"updateStrategy":{"rollingUpdate":{"partition":0}}}}'`, manifest.KindName(w), kept, w.GetNamespace(), manifest.KindName(w))
	}
	return nil
}

// atOnce reports whether a workload ends all its pods before it begins others.
func atOnce(w manifest.Object) bool {
	d, ok := w.(*appsv1.Deployment)
	return ok && d.Spec.Strategy.Type == appsv1.RecreateDeploymentStrategyType
}
