package printer

import (
	"fmt"
	"io"
	"math"
	"slices"
	"time"
	"unicode/utf8"

	"github.com/kubectl-rio/kubectl-rio/pkg/rio"
)

// MeasuredTable draws how a service's traffic is set to be split, and what came of it in
// the window; with nil figures only what is set. What comes beside the split is a last column.
func MeasuredTable(w io.Writer, s rio.Service, figures map[string]rio.Figures, window time.Duration, bars Bars) error {
	header := []string{"REVISION", "IMAGE", "READY", "SET"}
	if figures != nil {
		header = append(header, "MEASURED "+rio.Span(window.Round(time.Second)), "RATE", "ERRORS", "P95")
	}
	beside := slices.ContainsFunc(s.Revisions, func(r rio.Revision) bool { return row(s, r).beside != "" })
	if beside {
		header = append(header, "DETAIL")
	}
	var rows [][]string
	for _, r := range s.Revisions {
		line := row(s, r)
		cells := []string{
			r.Name, line.Image, fmt.Sprintf("%d/%d", line.ScaleStatus.Ready, line.Scale),
			fmt.Sprintf("%s %3d%%", bars.Draw(r.Weight), r.Weight),
		}
		if figures != nil {
			cells = append(cells, measured(figures, r.Name)...)
		}
		if beside {
			cells = append(cells, line.beside)
		}
		rows = append(rows, cells)
	}
	return table(w, header, rows)
}

// measured are the cells of share, rate, errors and p95: a dash for what nothing says.
func measured(figures map[string]rio.Figures, revision string) []string {
	f := figures[revision]
	cells := []string{share(figures, revision), rate(f), "-", p95(f)}
	switch {
	case f.Errors > 0:
		cells[2] = percent(f.ErrorShare())
	case f.Requests > 0:
		cells[2] = "0"
	}
	return cells
}

// Gradual is how far a gradual release is.
type Gradual struct {
	Revision string
	Weight   int                    // percent, as set
	Figures  map[string]rio.Figures // of all revisions, since the weight is that; nil when nobody measures
	Blind    string                 // why they are not known now
	Then     string                 // what comes next: next 50% in 12s
	Over     bool                   // nothing is left that could be held
}

// Line is redrawn in place, so that what changes keeps its width.
func (g Gradual) Line(bars Bars) string { return g.Within(math.MaxInt, bars) }

// Within is a Line of no more columns than that, as far as it can be: what matters least is left out.
func (g Gradual) Within(columns int, bars Bars) string {
	begin, bar := fmt.Sprintf("  %s  %3d%%", g.Revision, g.Weight), "  "+bars.Draw(g.Weight)
	end := g.seen() + "  " + g.Then
	line := begin + bar + end
	if !g.Over {
		line += "   (Ctrl-C holds here)"
	}
	for _, shorter := range []string{begin + bar + end, begin + end} {
		if utf8.RuneCountInString(line) > columns {
			line = shorter
		}
	}
	return Clean(line)
}

// seen is what came of the weight, or why that is not known.
func (g Gradual) seen() string {
	f := g.Figures[g.Revision]
	switch {
	case g.Blind != "":
		return "   not measured: " + g.Blind + " "
	case g.Figures != nil:
		errors := "-"
		if f.Requests > 0 {
			errors = percent(f.ErrorShare())
		}
		return fmt.Sprintf("   measured %-6s  errors %-6s  p95 %-6s", share(g.Figures, g.Revision), errors, p95(f))
	}
	return ""
}

func share(figures map[string]rio.Figures, revision string) string {
	p, ok := rio.Share(figures, revision)
	if !ok {
		return "-"
	}
	return percent(p)
}

// percent has one digit, and shows little as little, not as nothing.
func percent(p float64) string {
	if p > 0 && p < 0.05 {
		return "<0.1%"
	}
	return fmt.Sprintf("%.1f%%", p)
}

func rate(f rio.Figures) string {
	switch n := f.Rate(); {
	case f.Window == 0:
		return "-"
	case n == 0, n >= 9.95:
		return fmt.Sprintf("%.0f/s", n)
	case n < 0.05:
		return "<0.1/s"
	default:
		return fmt.Sprintf("%.1f/s", n)
	}
}

// p95 is in three digits or fewer: the bounds it is drawn between give no more.
func p95(f rio.Figures) string {
	d, ok := f.Quantile(0.95)
	switch {
	case !ok:
		return "-"
	case d < time.Millisecond:
		return "<1ms"
	case d < time.Second:
		return d.Round(time.Millisecond).String()
	case d < time.Minute:
		return d.Round(10 * time.Millisecond).String()
	}
	return rio.Span(d.Round(time.Second))
}
