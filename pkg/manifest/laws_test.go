package manifest_test

import (
	"encoding/json"
	"math/rand/v2"
	"reflect"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	istio "istio.io/client-go/pkg/apis/networking/v1"
	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	"pgregory.net/rapid"

	"github.com/kubectl-rio/kubectl-rio/pkg/manifest"
	"github.com/kubectl-rio/kubectl-rio/pkg/rio"
	"github.com/kubectl-rio/kubectl-rio/test/gen"
)

// any of the services, also one in the middle of a promotion.
func anyService(t *rapid.T) rio.Service {
	s := gen.Service().Draw(t, "service")
	if s.Routed() && rapid.Bool().Draw(t, "in a gradual release") {
		s.Gradual = &rio.Gradual{Revision: "v2", To: rapid.IntRange(0, 100).Draw(t, "to"), Step: 10, Every: 30 * time.Second, Gates: []rio.Gate{{Of: "errors", Percent: 1}}}
	}
	if s.Routed() && rapid.Bool().Draw(t, "losing a revision") {
		s.Removing = "v3"
	}
	if s.Routed() && rapid.Bool().Draw(t, "in a promotion") {
		s.Promoting = rapid.SampledFrom([]string{"v2", "gone"}).Draw(t, "of")
		if rapid.Bool().Draw(t, "with the way back") {
			s.Before = &rio.Before{Weight: rapid.IntRange(0, 100).Draw(t, "weight before"), Template: "6554b575b7", Undo: rapid.Bool().Draw(t, "undo")}
			if rapid.Bool().Draw(t, "replicas before are ours") {
				s.Before.Replicas = new(rapid.Int32Range(0, 5).Draw(t, "replicas before"))
			}
		}
	}
	if s.Routed() && len(s.Revisions) > 1 && rapid.Bool().Draw(t, "with a quiet revision") {
		s.Quiet = rio.Quiet{gen.StagedName(t, s): rapid.IntRange(0, 100).Draw(t, "its share")}
	}
	s.OtherApp = rapid.Bool().Draw(t, "adopted pods with an app of their own")
	for i := range s.Ports {
		s.Ports[i].Listen = rapid.SampledFrom([]string{"", "", "3000", "web"}).Draw(t, "where containers listen")
	}
	// All revisions of a service are of one kind.
	switch rapid.IntRange(0, 3).Draw(t, "kind") {
	case 0:
		for i := range s.Revisions {
			s.Revisions[i].Kind = manifest.KindStatefulSet
			s.Revisions[i].Rollout = rapid.SampledFrom([]rio.Rollout{{}, {BatchSize: 2, Ordered: true}, {OnDelete: true}}).Draw(t, "rollout")
		}
	case 1:
		for i := range s.Revisions {
			r := &s.Revisions[i]
			r.Kind, r.Replicas, r.Autoscale = manifest.KindDaemonSet, nil, nil
			r.Rollout = rapid.SampledFrom([]rio.Rollout{{}, {BatchSize: 1}, {BatchSize: 2}, {BatchSize: 1, StopFirst: true}, {OnDelete: true}}).Draw(t, "rollout")
		}
	}
	return s
}

func TestParseReadsWhatRenderWrote(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := anyService(t)
		other := gen.Service().Filter(func(o rio.Service) bool { return o.Ref() != s.Ref() }).Draw(t, "another")
		objects := append(overTheWire(t, manifest.Render(s)), overTheWire(t, manifest.Render(other))...)
		seed := rapid.Uint64().Draw(t, "order")
		rand.New(rand.NewPCG(seed, seed)).Shuffle(len(objects), func(i, j int) { objects[i], objects[j] = objects[j], objects[i] })
		want := []rio.Service{s, other}
		slices.SortFunc(want, func(a, b rio.Service) int {
			if a.Namespace+"/"+a.Name < b.Namespace+"/"+b.Name {
				return -1
			}
			return 1
		})
		if diff := cmp.Diff(want, manifest.Parse(objects), cmpopts.EquateEmpty()); diff != "" {
			t.Fatal(diff)
		}
	})
}

func TestRenderIsStable(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := anyService(t)
		untouched := s.Clone()
		first, second := encoded(t, manifest.Render(s)), encoded(t, manifest.Render(s.Clone()))
		if diff := cmp.Diff(first, second); diff != "" {
			t.Fatalf("the same service, two renderings: %s", diff)
		}
		if diff := cmp.Diff(untouched, s); diff != "" {
			t.Fatalf("the service was changed: %s", diff)
		}
	})
}

func TestRenderedObjectsAreWhole(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := anyService(t)
		seen := map[string]bool{}
		subsets := map[string][]string{}
		objects := manifest.Render(s)
		for _, o := range objects {
			key := manifest.Kind(o) + "/" + o.GetName()
			if seen[key] || manifest.RefOf(o).Of("") != s.Ref() || o.GetLabels()[rio.LabelK8sManagedBy] != rio.FieldManager || manifest.Kind(o) == "" {
				t.Fatalf("%s: twice, or not marked as ours: %v", key, o)
			}
			seen[key] = true
			if dr, ok := o.(*istio.DestinationRule); ok {
				subsets[dr.Spec.Host] = manifest.Subsets(o)
			}
		}
		for _, o := range objects {
			vs, ok := o.(*istio.VirtualService)
			if !ok {
				continue
			}
			for _, route := range routes(vs) {
				sum := 0
				for _, d := range route {
					sum += d.weight
					if d.weight <= 0 || (d.subset != "" && !slices.Contains(subsets[d.host], d.subset)) || !seen["Service/"+d.host] {
						t.Fatalf("%s leads to %+v, rules have %v", o.GetName(), d, subsets)
					}
				}
				if sum != 100 {
					t.Fatalf("%s gives away %d%%", o.GetName(), sum)
				}
			}
		}
	})
}

// A pod is only ever found by the Service of its own revision and by the shared one.
func TestSelectorsPartTheRevisions(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := gen.Service().Draw(t, "service")
		var workloads []*appsv1.Deployment
		for _, o := range manifest.Render(s) {
			if d, ok := o.(*appsv1.Deployment); ok {
				workloads = append(workloads, d)
			}
		}
		for _, o := range manifest.Render(s) {
			svc, ok := o.(*corev1.Service)
			if !ok {
				continue
			}
			revision := svc.Labels[rio.LabelRevision]
			for _, d := range workloads {
				want := revision == "" || revision == d.Labels[rio.LabelRevision]
				if got := matches(svc.Spec.Selector, d.Spec.Template.Labels); got != want {
					t.Fatalf("Service %s selects the pods of %s: %v, want %v", svc.Name, d.Name, got, want)
				}
				if !matches(d.Spec.Selector.MatchLabels, d.Spec.Template.Labels) {
					t.Fatalf("Deployment %s does not select its own pods", d.Name)
				}
			}
		}
	})
}

func matches(selector, labels map[string]string) bool {
	for k, v := range selector {
		if labels[k] != v {
			return false
		}
	}
	return true
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

// failer is what rapid.T and testing.T have in common here.
type failer interface{ Fatal(args ...any) }

func encoded(t failer, objects []manifest.Object) []string {
	var out []string
	for _, o := range objects {
		m, err := manifest.Encode(o)
		if err != nil {
			t.Fatal(err)
		}
		raw, err := json.MarshalIndent(m, "", " ")
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, string(raw))
	}
	return out
}

// overTheWire is the objects as a server that changes nothing would give them back.
func overTheWire(t failer, objects []manifest.Object) []manifest.Object {
	var back []manifest.Object
	for i, text := range encoded(t, objects) {
		o := reflect.New(reflect.TypeOf(objects[i]).Elem()).Interface().(manifest.Object)
		if err := json.Unmarshal([]byte(text), o); err != nil {
			t.Fatal(err)
		}
		back = append(back, o)
	}
	return back
}
