package install

import (
	"testing"

	"github.com/kubectl-rio/kubectl-rio/test/cluster/program"
)

func TestMain(m *testing.M) { program.Main(m) }
