package spec_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/kubectl-rio/kubectl-rio/pkg/spec"
)

// Each of the node's rules is replaced where it is said, and else stays.
func TestRulesForNodesStay(t *testing.T) {
	all := spec.Node{NodeName: "worker-1", RequireAll: []string{"disk=ssd", "zone=eu"}, RequireAny: []string{"a", "b"}, Preferred: []string{"rack=1"}}
	for sentence, change := range map[string]func(*spec.Node){
		"the node":           func(n *spec.Node) { n.NodeName = "worker-2" },
		"what all must have": func(n *spec.Node) { n.RequireAll = []string{"disk=hdd"} },
		"one of several":     func(n *spec.Node) { n.RequireAny = []string{"c", "d", "e"} },
		"none of several":    func(n *spec.Node) { n.RequireAny = []string{} },
		"what is preferred":  func(n *spec.Node) { n.Preferred = []string{"rack=2", "rack=3"} },
		"nothing preferred":  func(n *spec.Node) { n.Preferred = []string{} },
		"several of them":    func(n *spec.Node) { n.NodeName, n.Preferred = "worker-3", []string{"x"} },
	} {
		of := func(n *spec.Node) spec.Revision {
			return spec.Revision{Pod: spec.Pod{Mesh: new(false), Scheduling: &spec.Scheduling{Node: n}}}
		}
		pod, said, want := template(t, of(&all)), spec.Node{}, all
		change(&said)
		change(&want)
		if err := of(&said).Overlay(&pod); err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(&want, spec.FromTemplate(pod, nil).Scheduling.Node, cmpopts.EquateEmpty()); diff != "" {
			t.Errorf("%s: %s", sentence, diff)
		}
	}
}

// What one of several rules asks for is read back as asked of all, and is replaced as what it was.
func TestOneOfSeveralRulesForNodesIsReplaced(t *testing.T) {
	for sentence, c := range map[string]struct{ was, said, want spec.Node }{
		"one that was alone":       {spec.Node{RequireAny: []string{"zone=a"}}, spec.Node{RequireAny: []string{"zone=b"}}, spec.Node{RequireAll: []string{"zone=b"}}},
		"several that begin alike": {spec.Node{RequireAny: []string{"zone=a && disk=ssd", "zone=a && disk=hdd"}}, spec.Node{RequireAny: []string{"zone=b"}}, spec.Node{RequireAll: []string{"zone=b"}}},
		"by several":               {spec.Node{RequireAny: []string{"zone=a"}}, spec.Node{RequireAny: []string{"zone=b", "!zone"}}, spec.Node{RequireAny: []string{"zone=b", "!zone"}}},
		"what all must have stays": {spec.Node{RequireAll: []string{"disk=ssd"}, RequireAny: []string{"zone=a"}}, spec.Node{RequireAny: []string{"zone=b", "rack=1"}},
			spec.Node{RequireAll: []string{"disk=ssd"}, RequireAny: []string{"zone=b", "rack=1"}}},
	} {
		of := func(n spec.Node) spec.Revision {
			return spec.Revision{Pod: spec.Pod{Scheduling: &spec.Scheduling{Node: &n}}}
		}
		pod := template(t, of(c.was))
		if err := of(c.said).Overlay(&pod); err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(&c.want, spec.FromTemplate(pod, nil).Scheduling.Node, cmpopts.EquateEmpty()); diff != "" {
			t.Errorf("%s: %s", sentence, diff)
		}
	}
}
