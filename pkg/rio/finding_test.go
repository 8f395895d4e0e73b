package rio_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/kubectl-rio/kubectl-rio/pkg/rio"
)

func TestFound(t *testing.T) {
	trouble := rio.Trouble{
		ID: "image-pull", Link: "pods", Level: rio.LevelFail,
		Seen: `image "{image}" cannot be pulled`, Fix: "kubectl rio stage -n {stack} --image IMAGE {service}:{revision}",
	}
	got := trouble.Found(rio.Case{"image": "{stack}", "stack": "shop", "service": "web", "revision": "v2"})
	want := rio.Finding{
		ID: "image-pull", Link: "pods", Level: rio.LevelFail,
		Text: `image "{stack}" cannot be pulled`, Fix: "kubectl rio stage -n shop --image IMAGE web:v2",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error("what a value says is no name of a value:", diff)
	}
}

func TestTheFirstFailureIsMarked(t *testing.T) {
	list := []rio.Finding{rio.Fine("dns", "%s", "well"), {Level: rio.LevelWarn}, {Level: rio.LevelFail}, {Level: rio.LevelFail}, {Level: rio.LevelNote}}
	rio.MarkFirst(list)
	for i, f := range list {
		if f.First != (i == 2) {
			t.Errorf("finding %d: first is %t", i, f.First)
		}
	}
	if n := rio.Failures(list); n != 2 {
		t.Errorf("%d failures, want 2", n)
	}
	rio.MarkFirst(nil)
	if rio.Failures(list[:2]) != 0 {
		t.Error("a warning is counted as a failure")
	}
}
