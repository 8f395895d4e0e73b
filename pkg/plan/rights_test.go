package plan_test

import (
	"strings"
	"testing"

	"github.com/kubectl-rio/kubectl-rio/pkg/plan"
)

// A binding for half of a name would be made, and help nobody.
func TestWhyQuotesTheUser(t *testing.T) {
	for _, namespace := range []string{"", "shop"} {
		found := plan.Why(plan.Path{Denied: &plan.Denied{Resource: "pods", Namespace: namespace, User: `CORP\Jane Doe`}})
		if len(found) != 1 || !strings.Contains(found[0].Fix, `corp-jane-doe --`) || !strings.Contains(found[0].Fix, `--user='CORP\Jane Doe'`) {
			t.Errorf("%q: %+v", namespace, found)
		}
	}
}
