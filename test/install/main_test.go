// Package install plays install and uninstall on a real cluster. It takes rio away and
// brings it back, so it runs alone, before test/cluster, which it leaves rio to.
package install

import (
	"testing"

	"github.com/kubectl-rio/kubectl-rio/test/cluster/program"
)

func TestMain(m *testing.M) { program.Main(m) }
