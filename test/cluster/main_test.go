// Package cluster plays stories a user would tell on a real cluster. Each script in
// testdata is one story and reads like a terminal; its commands are the program itself
// and a few of our own, listed in commands_test.go.
//
// The cluster is the one that KUBECONFIG names. make test makes a sandbox when it names
// none, and installs rio first.
package cluster

import (
	"testing"

	"github.com/kubectl-rio/kubectl-rio/test/cluster/program"
)

func TestMain(m *testing.M) { program.Main(m) }
