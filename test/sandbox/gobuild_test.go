package main

import (
	"os"
	"strings"
	"testing"
)

func TestLinkFlags(t *testing.T) {
	flags, err := linkFlags([]byte("module x\nrequire k8s.io/kubernetes v1.2.3\n"))
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"component-base/version.gitVersion=v1.2.3", "client-go/pkg/version.gitMinor=2", "buildVersion=" + istioVersion} {
		if !strings.Contains(flags, want) {
			t.Errorf("%q is not in %q", want, flags)
		}
	}
	if _, err := linkFlags([]byte("module x\n")); err == nil {
		t.Error("a go.mod without Kubernetes gives flags")
	}
	own, err := os.ReadFile("go.mod")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := linkFlags(own); err != nil {
		t.Error(err)
	}
}
