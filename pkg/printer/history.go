package printer

import (
	"fmt"
	"io"
	"time"

	"github.com/kubectl-rio/kubectl-rio/pkg/rio"
)

// HistoryRow is one line of a history.
type HistoryRow struct {
	Number  int       `json:"number"`
	Image   string    `json:"image"`
	Changed time.Time `json:"changed"`
	By      string    `json:"by,omitempty"`
	Command string    `json:"command,omitempty"`
	Current bool      `json:"current"`
}

// History lists releases in their order, newest first.
func History(releases []rio.Release) []HistoryRow {
	var rows []HistoryRow
	for _, r := range releases {
		rows = append(rows, HistoryRow{
			Number: r.Number, Image: r.Image(), Changed: r.Cause.At, By: r.Cause.By, Command: r.Cause.Command, Current: r.Current,
		})
	}
	return rows
}

// HistoryTable draws them; the one that runs has a star.
func HistoryTable(w io.Writer, list []HistoryRow, now time.Time) error {
	var rows [][]string
	for _, r := range list {
		when := ago(r.Changed, now)
		if r.Current {
			when += " *"
		}
		rows = append(rows, []string{fmt.Sprint(r.Number), r.Image, when, r.By, r.Command})
	}
	return table(w, []string{"REVISION", "IMAGE", "WHEN", "WHO", "COMMAND"}, rows)
}
