package manifest_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	corev1 "k8s.io/api/core/v1"

	"github.com/kubectl-rio/kubectl-rio/pkg/manifest"
	"github.com/kubectl-rio/kubectl-rio/pkg/rio"
	"github.com/kubectl-rio/kubectl-rio/pkg/stack"
)

func TestStackFileIsKeptByteForByte(t *testing.T) {
	want := stack.Source{Text: "# a\nservices: {}\n", Answers: map[string]string{"PASSWORD": "x"}, Files: map[string]string{"logo": "\xff\x00"}, Compose: true}
	o, err := manifest.StackFile("shop", want)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, manifest.ParseStackFile(o)); diff != "" {
		t.Error(diff)
	}
	o.Data["answers.json"] = []byte("{")
	if got := manifest.ParseStackFile(o); got.Text != "" {
		t.Errorf("what cannot be read is %+v", got)
	}
}

func TestStackOfANamespace(t *testing.T) {
	for _, want := range []rio.Stack{{Name: "shop", Own: true, Description: "the shop"}, {Name: "plain"}} {
		ns, ok := manifest.Stack(want).(*corev1.Namespace)
		if !ok {
			t.Fatal("a stack is no namespace")
		}
		if diff := cmp.Diff(want, manifest.ParseStack(ns)); diff != "" {
			t.Error(diff)
		}
	}
}

// Which revisions a stack file made is known again from the cluster.
func TestFiledRevisions(t *testing.T) {
	s := rio.Service{Namespace: "shop", Name: "web", Filed: true, Revisions: []rio.Revision{
		{Name: rio.Latest, Kind: manifest.KindDeployment, Weight: 100}, {Name: "mine", Kind: manifest.KindDeployment}, {Name: "v2", Kind: manifest.KindDeployment, Filed: true},
	}}
	parsed := manifest.Parse(manifest.Render(s))
	got := map[string]bool{}
	for _, r := range parsed[0].Revisions {
		got[r.Name] = r.Filed
	}
	if diff := cmp.Diff(map[string]bool{"latest": false, "mine": false, "v2": true}, got); diff != "" || !parsed[0].Filed {
		t.Errorf("filed %t\n%s", parsed[0].Filed, diff)
	}
}
