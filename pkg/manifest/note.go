package manifest

import (
	"encoding/json"
	"maps"
	"time"

	"github.com/kubectl-rio/kubectl-rio/pkg/rio"
)

// note is what the main VirtualService says beside its routes.
func note(s rio.Service) map[string]string {
	a := map[string]string{
		rio.AnnotationPromoting: s.Promoting, rio.AnnotationRemoving: s.Removing,
		rio.AnnotationSticky: s.Sticky, rio.AnnotationMatch: noteMatches(s),
	}
	if s.Promoting != "" && s.Before != nil {
		a[rio.AnnotationBefore] = rio.AsJSON(s.Before)
	}
	if s.Gradual != nil {
		a[rio.AnnotationGradual] = s.Gradual.String()
	}
	if s.Undone != (rio.Undone{}) {
		a[rio.AnnotationUndone] = rio.AsJSON(s.Undone)
	}
	if len(s.Quiet) > 0 {
		a[rio.AnnotationQuiet] = rio.AsJSON(s.Quiet)
	}
	return said(a)
}

// said are annotations without those that say nothing; nil where none does.
func said(a map[string]string) map[string]string {
	maps.DeleteFunc(a, func(_, text string) bool { return text == "" })
	if len(a) == 0 {
		return nil
	}
	return a
}

// parseNote reads it back. What cannot be read counts as not there: undo then goes by the
// Deployment's history, and a gradual release is begun anew.
func parseNote(s *rio.Service, annotations map[string]string) {
	s.Promoting, s.Before, s.Gradual = annotations[rio.AnnotationPromoting], nil, nil
	var before rio.Before
	if text := annotations[rio.AnnotationBefore]; s.Promoting != "" && json.Unmarshal([]byte(text), &before) == nil {
		s.Before = &before
	}
	s.Sticky, s.Removing = annotations[rio.AnnotationSticky], annotations[rio.AnnotationRemoving]
	if json.Unmarshal([]byte(annotations[rio.AnnotationUndone]), &s.Undone) != nil {
		s.Undone = rio.Undone{}
	}
	s.Quiet = parseQuiet(annotations)
	maps.DeleteFunc(s.Quiet, func(name string, _ int) bool {
		_, there := s.Revision(name)
		return !there || name == rio.Latest
	})
	parseMatches(s, annotations[rio.AnnotationMatch])
	if g, err := rio.ParseGradual(annotations[rio.AnnotationGradual]); err == nil {
		s.Gradual = &g
	}
}

func parseQuiet(annotations map[string]string) rio.Quiet {
	var quiet rio.Quiet
	if json.Unmarshal([]byte(annotations[rio.AnnotationQuiet]), &quiet) != nil {
		return nil
	}
	return quiet
}

// QuietIn are the revisions that a service's main VirtualService notes as quiet; nil for any other
// object.
func QuietIn(o Object) rio.Quiet {
	vs, ok := mainOf(o)
	if !ok {
		return nil
	}
	return parseQuiet(vs.Annotations)
}

// cause is what a workload says of its template's making, as far as it is known: of one that was
// released and taken back only the command is left, and another tool's rollback takes some over.
func cause(c rio.Cause) map[string]string {
	a := map[string]string{rio.AnnotationCause: c.Command, rio.AnnotationBy: c.By}
	if !c.At.IsZero() {
		a[rio.AnnotationAt] = c.At.UTC().Format(time.RFC3339)
	}
	return said(a)
}

func parseCause(annotations map[string]string) rio.Cause {
	c := rio.Cause{Command: annotations[rio.AnnotationCause], By: annotations[rio.AnnotationBy]}
	if at, err := time.Parse(time.RFC3339, annotations[rio.AnnotationAt]); err == nil {
		c.At = at
	}
	return c
}
