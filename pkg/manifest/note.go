package manifest

import (
	"encoding/json"
	"time"

	"github.com/kubectl-rio/kubectl-rio/pkg/rio"
)

// note is what the main VirtualService says of a promotion that is on.
func note(s rio.Service) map[string]string {
	if s.Promoting == "" {
		return nil
	}
	a := map[string]string{rio.AnnotationPromoting: s.Promoting}
	if s.Before != nil {
		if text, err := json.Marshal(s.Before); err == nil {
			a[rio.AnnotationBefore] = string(text)
		}
	}
	return a
}

// parseNote reads it back. What cannot be read was not written by kubectl rio, and counts
// as not there: undo then goes by the Deployment's history.
func parseNote(s *rio.Service, annotations map[string]string) {
	s.Promoting, s.Before = annotations[rio.AnnotationPromoting], nil
	var before rio.Before
	if text := annotations[rio.AnnotationBefore]; s.Promoting != "" && json.Unmarshal([]byte(text), &before) == nil {
		s.Before = &before
	}
}

// cause is what a workload says of its template's making.
func cause(c rio.Cause) map[string]string {
	if c == (rio.Cause{}) {
		return nil
	}
	return map[string]string{
		rio.AnnotationCause: c.Command, rio.AnnotationBy: c.By, rio.AnnotationAt: c.At.UTC().Format(time.RFC3339),
	}
}

func parseCause(annotations map[string]string) rio.Cause {
	c := rio.Cause{Command: annotations[rio.AnnotationCause], By: annotations[rio.AnnotationBy]}
	if at, err := time.Parse(time.RFC3339, annotations[rio.AnnotationAt]); err == nil {
		c.At = at
	}
	return c
}
