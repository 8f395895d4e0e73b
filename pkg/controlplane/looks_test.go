package controlplane

import (
	"errors"
	"strings"
	"testing"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/client-go/kubernetes/fake"
	k8stesting "k8s.io/client-go/testing"
)

// Who keeps manifests for others to apply may do no more than read.
func TestToLookTakesNoRightToWrite(t *testing.T) {
	const lacks = "you ('CORP\\jane') may not, in this cluster:\n"
	written := func(denied string) (string, string) {
		s := newStage(t)
		s.kube = fakeKube("v1.37.2", denied)
		var out strings.Builder
		return writesNothing(t, s, InstallOptions{Manifests: &out}), out.String()
	}
	screen, theirs := written("clusterroles")
	if _, all := written(""); theirs != all || all == "" || strings.Contains(screen, lacks) {
		t.Errorf("an administrator gets other manifests; or rights are asked for:\n%s", screen)
	}
	s := newStage(t)
	s.kube = fakeKube("v1.37.2", "clusterroles")
	if got := writesNothing(t, s, InstallOptions{DryRun: true}); !strings.Contains(got, "warn  rights    "+lacks) || !strings.Contains(got, "release rio 0.1.0 would be installed\n") {
		t.Error(got)
	}
	if got := writesNothing(t, s, InstallOptions{}); !strings.Contains(got, "error: rights: "+lacks) {
		t.Error(got)
	}
	s.kube.(*fake.Clientset).PrependReactor("list", "deployments", func(k8stesting.Action) (bool, runtime.Object, error) {
		return true, nil, apierrors.NewForbidden(schema.GroupResource{Group: "apps", Resource: "deployments"}, "", errors.New("not yours"))
	})
	for _, o := range []InstallOptions{{DryRun: true}, {Manifests: new(strings.Builder)}} {
		if got := writesNothing(t, s, o); !strings.Contains(got, "error: deployments.apps is forbidden: not yours\n") {
			t.Error(got)
		}
	}
}
