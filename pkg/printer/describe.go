package printer

import (
	"github.com/kubectl-rio/kubectl-rio/pkg/plan"
	"github.com/kubectl-rio/kubectl-rio/pkg/rio"
	"github.com/kubectl-rio/kubectl-rio/pkg/spec"
)

// SchemaVersion is that of the fields which inspect and ps -o json print; docs/schema.md.
const SchemaVersion = "rio.cattle.io/v1"

// Described is a service as inspect shows it: how it is written down, and what is true of it.
type Described struct {
	APIVersion string `json:"apiVersion"`
	Kind       string `json:"kind"`
	spec.Service
}

// Describe tells of a service, or of latest and one revision of it.
func Describe(s rio.Service, revision string) Described {
	s = s.Clone()
	for i := range s.Revisions {
		if r := &s.Revisions[i]; r.Foreign && r.Observed != nil {
			r.Template = r.Observed.Template
		}
	}
	d := Described{SchemaVersion, "Service", plan.Describe(s)}
	for _, r := range s.Revisions {
		status, weight := status(s, r)
		if r.Name == rio.Latest {
			d.Status, d.Weight = status, weight
			continue
		}
		described := d.Revisions[r.Name]
		described.Status, described.Weight = status, weight
		d.Revisions[r.Name] = described
	}
	if revision != "" && revision != rio.Latest {
		d.Name = s.Ref().Of(revision).String()
		d.Revisions = map[string]spec.Revision{revision: d.Revisions[revision]}
	}
	return d
}

func status(s rio.Service, r rio.Revision) (spec.Status, int) {
	line := row(s, r)
	st := spec.Status{
		ID: line.ID, Name: line.Name, Stack: line.Stack, State: line.State, Created: &line.Created, Endpoints: line.Endpoints, Match: line.Match, Sticky: line.Sticky, ScaleStatus: &line.ScaleStatus,
	}
	if r.Observed != nil {
		for _, p := range r.Observed.Problems {
			st.Conditions = append(st.Conditions, spec.Condition{Type: p.Type, Reason: p.Reason, Message: p.Message})
		}
	}
	return st, line.Weight
}

// DescribedServices is Services, and how each revision is written down.
func DescribedServices(services []rio.Service) []Service {
	var rows []Service
	for _, s := range services {
		d := plan.Describe(s)
		for _, r := range s.Revisions {
			line := row(s, r)
			written := described(d.Revision)
			if !line.ref.IsLatest() {
				written = described(d.Revisions[r.Name])
			}
			line.described = &written
			rows = append(rows, line)
		}
	}
	NewestFirst(rows)
	return rows
}

// described are the fields of a revision that a list adds to its own.
type described spec.Revision
