// Package admission labels workloads that other tools made, so that they are revisions
// of a service. It is one pure function: what is asked, and what is answered, is a
// workload's metadata; how it comes here and goes back is cmd/rio-webhook's.
package admission

import (
	"maps"

	admissionv1 "k8s.io/api/admission/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/kubectl-rio/kubectl-rio/pkg/rio"
)

// Workload is what the labeller reads of a Deployment, StatefulSet or DaemonSet: their
// JSON decodes into it. What is not here cannot be changed here.
type Workload struct {
	metav1.ObjectMeta `json:"metadata"`
	Spec              Spec `json:"spec"`
}

// Spec is the part of a workload's spec that says which pods are its own.
type Spec struct {
	Selector *metav1.LabelSelector `json:"selector"`
	Template Template              `json:"template"`
}

// Template is the metadata that the workload's pods get.
type Template struct {
	metav1.ObjectMeta `json:"metadata"`
}

// Where the names of service and revision come from, the first that is there. Each is
// looked for on the object, then on its pods. The order below our own labels is Istio's
// for its canonical names, pkg/kube/labels/labels.go there.
var (
	serviceKeys  = []string{rio.LabelService, rio.LabelK8sName, rio.LabelApp}
	revisionKeys = []string{rio.LabelRevision, rio.LabelK8sVersion, "version"}
)

// Label gives a workload that is created the labels which make it a revision, and its
// pods too. An update leaves the pods' labels alone, for they would roll the pods: it
// only gives a revision's workload back what it lost of its own. Labels that are there
// stay. A workload that cannot be a revision is returned as it came:
//   - the names that its labels give are none that kubectl rio allows;
//   - a label that it has contradicts one that revisions are selected by;
//   - its selector asks for the absence of such a label.
func Label(w Workload, op admissionv1.Operation) Workload {
	ref, ok := refOf(w, op)
	if !ok || !agrees(w.Labels, ref) || !agrees(w.Spec.Template.Labels, ref) {
		return w
	}
	selected := selectorKeys(w.Spec.Selector)
	for key := range rio.Selector(ref) {
		if _, has := w.Spec.Template.Labels[key]; !has && (selected[key] || op == admissionv1.Update) {
			return w
		}
	}
	w.Labels = complete(w.Labels, ref, nil)
	if op == admissionv1.Create {
		w.Spec.Template.Labels = complete(w.Spec.Template.Labels, ref, selected)
	}
	return w
}

// RefOf is the revision that a workload is made one of, and whether that is a name that kubectl
// rio allows.
func RefOf(w Workload) (rio.Ref, bool) { return refOf(w, admissionv1.Create) }

// refOf is the revision that a workload is to be, and whether its name is a valid one.
func refOf(w Workload, op admissionv1.Operation) (rio.Ref, bool) {
	own := w.Labels
	if op == admissionv1.Update { // its pods say what it is
		own = nil
	}
	service := first(serviceKeys, own, w.Spec.Template.Labels, w.Name)
	revision := first(revisionKeys, own, w.Spec.Template.Labels, rio.Latest)
	want := rio.Ref{Namespace: w.Namespace, Service: service, Revision: revision}
	got, err := rio.ParseRef(service+":"+revision, w.Namespace)
	return want, err == nil && got == want
}

func first(keys []string, object, pods map[string]string, otherwise string) string {
	for _, key := range keys {
		for _, labels := range []map[string]string{object, pods} {
			if v, ok := labels[key]; ok {
				return v
			}
		}
	}
	return otherwise
}

// agrees reports whether no label contradicts what the revision's pods are selected by.
func agrees(labels map[string]string, ref rio.Ref) bool {
	for key, want := range rio.Selector(ref) {
		if have, ok := labels[key]; ok && have != want {
			return false
		}
	}
	return true
}

// complete is labels with the revision's that are missing, but for those in except, and
// without the one that says who made the workload: that was another tool.
func complete(labels map[string]string, ref rio.Ref, except map[string]bool) map[string]string {
	all := rio.Labels(ref)
	delete(all, rio.LabelK8sManagedBy)
	maps.DeleteFunc(all, func(key, _ string) bool { return except[key] })
	maps.Copy(all, labels)
	return all
}

// selectorKeys are the keys that a selector says anything about, their absence too.
func selectorKeys(s *metav1.LabelSelector) map[string]bool {
	keys := map[string]bool{}
	if s == nil {
		return keys
	}
	for key := range s.MatchLabels {
		keys[key] = true
	}
	for _, e := range s.MatchExpressions {
		keys[e.Key] = true
	}
	return keys
}
