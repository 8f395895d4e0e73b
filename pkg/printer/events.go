package printer

import (
	"fmt"
	"io"
	"time"

	"github.com/kubectl-rio/kubectl-rio/pkg/rio"
)

// Event draws one event as a line; names outside of namespace carry their stack. What is
// not of today has its date.
func Event(w io.Writer, e rio.Event, namespace string, now time.Time) error {
	name := e.Ref.In(namespace)
	if e.Pod != "" {
		name = rio.PodRef{Ref: e.Ref, Suffix: e.Pod}.Shown(namespace)
	}
	at := e.Time.In(now.Location())
	layout := time.TimeOnly
	if at.Format(time.DateOnly) != now.Format(time.DateOnly) {
		layout = time.DateTime
	}
	_, err := fmt.Fprintln(w, Clean(fmt.Sprintf("%s  %-20s  %s%s", at.Format(layout), name, e.Message, by(e))))
	return err
}

// by is who did it, and how.
func by(e rio.Event) string {
	switch {
	case e.By != "" && e.Command != "":
		return fmt.Sprintf(" (%s: %s)", e.By, e.Command)
	case e.By != "" || e.Command != "":
		return fmt.Sprintf(" (%s%s)", e.By, e.Command)
	}
	return ""
}
