package rio_test

import (
	"testing"

	"github.com/kubectl-rio/kubectl-rio/pkg/rio"
)

// A promotion that one version began another one takes back: the names in its note stay.
func TestTheNoteOfHowItWasBefore(t *testing.T) {
	before := rio.Before{Weight: 10, Replicas: new(int32(2)), Template: "5c8f", Sticky: "user", Undo: true, To: 3}
	before.Rollout = rio.Rollout{BatchSize: 2}
	before.Permissions = []rio.Permission{{Role: "view"}}
	before.GlobalPermissions = []rio.Permission{{Verbs: []string{"get"}, URL: "/healthz"}}
	want := `{"weight":10,"replicas":2,"template":"5c8f","sticky":"user","undo":true,"to":3,"rollout":{"BatchSize":2,"StopFirst":false,"Recreate":false,"OnDelete":false,"Ordered":false,"StartFirst":false},` +
		`"permissions":[{"role":"view"}],"globalPermissions":[{"verbs":["get"],"url":"/healthz"}]}`
	if got := rio.AsJSON(before); got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
	if got := rio.AsJSON(rio.Before{}); got != `{"weight":0}` {
		t.Errorf("got %s", got)
	}
}
