package plan_test

import (
	"fmt"
	"maps"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	istio "istio.io/client-go/pkg/apis/networking/v1"
	appsv1 "k8s.io/api/apps/v1"
	"k8s.io/utils/ptr"
	"pgregory.net/rapid"

	"github.com/kubectl-rio/kubectl-rio/pkg/manifest"
	"github.com/kubectl-rio/kubectl-rio/pkg/plan"
	"github.com/kubectl-rio/kubectl-rio/pkg/rio"
)

// failer is what rapid.T and testing.T have in common here.
type failer interface {
	Helper()
	Fatalf(format string, args ...any)
}

// world is the objects of one service as a server would hold them.
type world map[string]manifest.Object

func worldOf(s rio.Service) world {
	w := world{}
	for _, o := range manifest.Render(s) {
		w.write(plan.Change{Op: plan.Create, After: o})
	}
	return w
}

func (w world) write(c plan.Change) {
	o := c.Object()
	key := manifest.Kind(o) + "/" + o.GetName()
	if c.Op == plan.Delete {
		delete(w, key)
		return
	}
	if d, ok := o.(*appsv1.Deployment); ok && d.Spec.Replicas == nil { // the server, or an autoscaler, has a number
		d = d.DeepCopy()
		d.Spec.Replicas = ptr.To[int32](1)
		if old, ok := w[key].(*appsv1.Deployment); ok {
			d.Spec.Replicas = old.Spec.Replicas
		}
		d.Annotations = maps.Clone(d.Annotations)
		if d.Annotations == nil {
			d.Annotations = map[string]string{}
		}
		d.Annotations[notOurs] = "replicas"
		o = d
	}
	w[key] = o
}

// notOurs marks a workload whose replicas somebody else sets.
const notOurs = "test/not-ours"

// objects is what Load gives of them: without what is not ours.
func (w world) objects() []manifest.Object {
	var objects []manifest.Object
	for _, key := range slices.Sorted(maps.Keys(w)) {
		o := w[key]
		if d, ok := o.(*appsv1.Deployment); ok && d.Annotations[notOurs] != "" {
			d = d.DeepCopy()
			d.Spec.Replicas = nil
			if delete(d.Annotations, notOurs); len(d.Annotations) == 0 {
				d.Annotations = nil
			}
			o = d
		}
		objects = append(objects, o)
	}
	return objects
}

// load reads the service, with what there is observed as all well.
func (w world) load(ref rio.Ref) rio.Service {
	s := rio.Service{Namespace: ref.Namespace, Name: ref.Service}
	for _, found := range manifest.Parse(w.objects()) {
		s = found
	}
	services := []rio.Service{s}
	manifest.Observe(services, slices.Collect(maps.Values(w)))
	for _, r := range services[0].Revisions {
		if o := r.Observed; o != nil {
			o.Reported, o.Total, o.Ready, o.Available, o.Updated = true, o.Replicas, o.Replicas, o.Replicas, o.Replicas
		}
	}
	return services[0]
}

// check holds the invariants that must be true after every single write.
func (w world) check(t failer) {
	t.Helper()
	w.checkEarlier(t)
	for _, o := range w {
		w.checkCopies(t, o)
		vs, ok := o.(*istio.VirtualService)
		if !ok {
			continue
		}
		for _, route := range routes(vs) {
			sum := 0
			for _, d := range route {
				sum += d.weight
				if d.subset != "" {
					rule, ok := w["DestinationRule/"+d.host]
					if !ok || !slices.Contains(manifest.Subsets(rule), d.subset) {
						t.Fatalf("I2: VirtualService %s names subset %q of %q, which does not exist", vs.Name, d.subset, d.host)
					}
					workload := "Deployment/" + rio.Ref{Service: vs.Name, Revision: d.subset}.ObjectName()
					if _, ok := w[workload]; !ok {
						t.Fatalf("I8: VirtualService %s sends traffic to %s, which does not exist", vs.Name, workload)
					}
				}
				if _, ok := w["Service/"+d.host]; !ok {
					t.Fatalf("VirtualService %s leads to Service %q, which does not exist", vs.Name, d.host)
				}
			}
			if sum != 100 {
				t.Fatalf("I1: VirtualService %s gives away %d%%", vs.Name, sum)
			}
		}
	}
}

// checkEarlier wants of what a stopped command is known to have written that gateways can
// come to serve it: a host that nobody writes is waited for in vain.
func (w world) checkEarlier(t failer) {
	t.Helper()
	for _, s := range manifest.Parse(w.objects()) {
		if s.Promoting == "" && s.Removing == "" {
			continue
		}
		for _, r := range plan.Earlier(s).Revisions {
			name := s.Ref().Of(r.Name).ObjectName()
			if _, there := w["VirtualService/"+name]; !there {
				t.Fatalf("a repetition asks for host %q, which is gone", name)
			}
		}
	}
}

// checkCopies wants of a workload that what its pods read is there.
func (w world) checkCopies(t failer, o manifest.Object) {
	t.Helper()
	d, ok := o.(*appsv1.Deployment)
	if _, called := w["Service/"+o.GetName()]; !ok || !called { // it goes
		return
	}
	for _, r := range rio.ConfigRefs(&d.Spec.Template.Spec) {
		if _, there := w[r.Kind+"/"+*r.Name]; !there {
			t.Fatalf("Deployment %s reads %s %s, which does not exist", d.Name, r.Kind, *r.Name)
		}
	}
}

type destination struct {
	host, subset string
	weight       int
}

func routes(vs *istio.VirtualService) [][]destination {
	var all [][]destination
	for _, h := range vs.Spec.Http {
		var route []destination
		for _, d := range h.Route {
			route = append(route, destination{d.Destination.Host, d.Destination.Subset, int(d.Weight)})
		}
		all = append(all, route)
	}
	for _, c := range vs.Spec.Tcp {
		var route []destination
		for _, d := range c.Route {
			route = append(route, destination{d.Destination.Host, d.Destination.Subset, int(d.Weight)})
		}
		all = append(all, route)
	}
	return all
}

// apply makes the changes one by one, checks the invariants after each, and gives every
// world that a killed command can leave behind, the last one finished.
func (w world) apply(t failer, changes plan.ChangeSet) []world {
	t.Helper()
	w.check(t)
	left := []world{maps.Clone(w)}
	for _, c := range changes {
		w.write(c)
		w.check(t)
		left = append(left, maps.Clone(w))
	}
	return left
}

// some are two of the worlds that were left behind, for to try all takes long.
func some(t *rapid.T, left []world) []world {
	one, two := rapid.IntRange(0, len(left)-1).Draw(t, "killed"), rapid.IntRange(0, len(left)-1).Draw(t, "or killed")
	return []world{maps.Clone(left[one]), maps.Clone(left[two])}
}

func describe(changes plan.ChangeSet) []string {
	var list []string
	for _, c := range changes {
		list = append(list, fmt.Sprintf("%s %s/%s", c.Op, manifest.Kind(c.Object()), c.Object().GetName()))
	}
	return list
}

// same compares services as they are planned, without what was observed of them, and without
// the copies of configs, of which checkCopies knows more.
func same(t failer, what string, want, got rio.Service) {
	t.Helper()
	if diff := cmp.Diff(want, got, cmpopts.EquateEmpty(), cmpopts.IgnoreFields(rio.Revision{}, "Observed"),
		cmpopts.IgnoreFields(rio.Service{}, "Configs")); diff != "" {
		t.Fatalf("%s: %s", what, diff)
	}
}

func wantError(t *testing.T, want string, err error) {
	t.Helper()
	if err == nil {
		t.Fatalf("no error, want %s", want)
	}
	if diff := cmp.Diff(want, err.Error()); diff != "" {
		t.Error(diff)
	}
}
