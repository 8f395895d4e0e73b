package plan

import (
	"fmt"
	"strings"

	"github.com/kubectl-rio/kubectl-rio/pkg/rio"
)

// mustBeOne refuses a service of which two workloads are one revision by their labels, which the webhook
// may have given them: its Services lead to the pods of both, and a wait ends with those of either. The
// one that stays is kubectl rio's, or has the revision's own name.
func mustBeOne(s rio.Service) error {
	for i := range s.Revisions[1:] { // those of one name are side by side
		stays, goes := &s.Revisions[i], &s.Revisions[i+1]
		if stays.Name != goes.Name {
			continue
		}
		if stays.Foreign && (!goes.Foreign || strings.HasSuffix(workload(s, goes), "/"+s.Ref().Of(goes.Name).ObjectName())) {
			stays, goes = goes, stays
		}
		return fmt.Errorf("%s and %s are both revision %q of %q by their labels, and one alone may be; leave %s out, whose pods are replaced for that: kubectl patch -n %s %s -p '%s'",
			workload(s, stays), workload(s, goes), stays.Name, s.Name, workload(s, goes), s.Namespace, workload(s, goes), leftOut)
	}
	return nil
}

// leftOut takes a workload and its pods out of a service, and tells the webhook so.
const leftOut = `{"metadata":{"labels":{"` + rio.LabelManaged + `":"` + rio.LetGo + `","` + rio.LabelService + `":null}},` +
	`"spec":{"template":{"metadata":{"labels":{"` + rio.LabelManaged + `":null,"` + rio.LabelService + `":null}}}}}`
