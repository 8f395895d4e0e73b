// Package printer draws what commands show: tables, split sets and change lines. It
// is pure: values and a writer in, text out, the same text for the same values.
package printer

import (
	"fmt"
	"io"
	"regexp"
	"strings"
	"text/tabwriter"
	"time"

	units "github.com/docker/go-units"
)

// table pads every column but the last to at least 10 characters and 3 behind the
// longest, as Rio did, so that scripts which cut its tables go on working. Cells are
// cleaned here, for almost any may hold what the cluster's users wrote.
func table(w io.Writer, header []string, rows [][]string) error {
	tw := tabwriter.NewWriter(w, 10, 1, 3, ' ', 0)
	for _, row := range append([][]string{header}, rows...) {
		for i := range row {
			row[i] = Clean(row[i])
		}
		if _, err := fmt.Fprintln(tw, strings.Join(row, "\t")); err != nil {
			return err
		}
	}
	return tw.Flush()
}

// ago is an age in words; nothing when there is no time.
func ago(t, now time.Time) string {
	if t.IsZero() {
		return ""
	}
	return units.HumanDuration(now.Sub(t)) + " ago"
}

// Clean replaces what a terminal would obey, or a table could not hold, in text that
// comes from the cluster.
func Clean(s string) string {
	return strings.Map(func(r rune) rune {
		if r < ' ' || (r >= 0x7f && r < 0xa0) {
			return ' '
		}
		return r
	}, s)
}

// CleanText is Clean for several lines, which stay apart.
func CleanText(s string) string {
	lines := strings.Split(s, "\n")
	for i, line := range lines {
		lines[i] = Clean(line)
	}
	return strings.Join(lines, "\n")
}

// colour is what programs colour their logs with, SGR of ECMA-48.
var colour = regexp.MustCompile(`\x1b\[[0-9;:]*m`)

// CleanLine is Clean for a line of a log, which keeps its colours and tabs.
func CleanLine(s string) string {
	colours := colour.FindAllString(s, -1)
	var clean strings.Builder
	for i, text := range colour.Split(s, -1) {
		for j, column := range strings.Split(text, "\t") {
			if j > 0 {
				clean.WriteByte('\t')
			}
			clean.WriteString(Clean(column))
		}
		if i < len(colours) {
			clean.WriteString(colours[i])
		}
	}
	return clean.String()
}
