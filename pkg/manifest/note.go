package manifest

import (
	"encoding/json"
	"maps"
	"time"

	"github.com/kubectl-rio/kubectl-rio/pkg/rio"
)

// note is what the main VirtualService says beside its routes.
func note(s rio.Service) map[string]string {
	a := map[string]string{}
	if s.Promoting != "" {
		a[rio.AnnotationPromoting] = s.Promoting
	}
	if s.Promoting != "" && s.Before != nil {
		if text, err := json.Marshal(s.Before); err == nil {
			a[rio.AnnotationBefore] = string(text)
		}
	}
	if s.Gradual != nil {
		a[rio.AnnotationGradual] = s.Gradual.String()
	}
	if s.Removing != "" {
		a[rio.AnnotationRemoving] = s.Removing
	}
	if s.Undone != (rio.Undone{}) {
		if text, err := json.Marshal(s.Undone); err == nil {
			a[rio.AnnotationUndone] = string(text)
		}
	}
	if s.Sticky != "" {
		a[rio.AnnotationSticky] = s.Sticky
	}
	if text := noteQuiet(s); text != "" {
		a[rio.AnnotationQuiet] = text
	}
	if text := noteMatches(s); text != "" {
		a[rio.AnnotationMatch] = text
	}
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

func noteQuiet(s rio.Service) string {
	text, err := json.Marshal(s.Quiet)
	if err != nil || len(s.Quiet) == 0 {
		return ""
	}
	return string(text)
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
	a := map[string]string{}
	if c.Command != "" {
		a[rio.AnnotationCause] = c.Command
	}
	if c.By != "" {
		a[rio.AnnotationBy] = c.By
	}
	if !c.At.IsZero() {
		a[rio.AnnotationAt] = c.At.UTC().Format(time.RFC3339)
	}
	if len(a) == 0 {
		return nil
	}
	return a
}

func parseCause(annotations map[string]string) rio.Cause {
	c := rio.Cause{Command: annotations[rio.AnnotationCause], By: annotations[rio.AnnotationBy]}
	if at, err := time.Parse(time.RFC3339, annotations[rio.AnnotationAt]); err == nil {
		c.At = at
	}
	return c
}
