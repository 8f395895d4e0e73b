package main

import (
	"encoding/json"
	"fmt"
	"io"
	"os"
	"slices"
	"text/tabwriter"
	"time"
)

// report is what was measured, and where.
type report struct {
	Go      string            `json:"go"`
	Machine string            `json:"machine"`
	Load    string            `json:"loadAverage"` // when it began
	Version map[string]string `json:"versions"`    // of the programs and of the sources, by name
	Rows    []row             `json:"rows"`
}

// row is a goal: ours beside a peer's in the same run, for machines differ, or beside a limit.
type row struct {
	What  string  `json:"what"`
	Unit  string  `json:"unit"` // ms, MiB, or none: a number of times
	Ours  figures `json:"ours"`
	Peer  string  `json:"peer,omitempty"` // what it is
	Their figures `json:"peers,omitzero"`
	Limit float64 `json:"limit,omitempty"` // of the ratio where there is a peer, else of ours; none where it is said for comparison
	Worst bool    `json:"worst,omitempty"` // the greatest figure counts, in place of the median
}

// figures are of the runs of one thing, in the row's unit.
type figures struct {
	Median float64 `json:"median"`
	Min    float64 `json:"min"`
	Max    float64 `json:"max"`
	Runs   int     `json:"runs"`
}

func figuresOf(measured []float64) figures {
	sorted := slices.Sorted(slices.Values(measured))
	if len(sorted) == 0 {
		return figures{}
	}
	return figures{Median: sorted[len(sorted)/2], Min: sorted[0], Max: sorted[len(sorted)-1], Runs: len(sorted)}
}

func milliseconds(d time.Duration) float64 { return float64(d) / float64(time.Millisecond) }

// counts is what the goal is compared with: a ratio where there is a peer.
func (r row) counts() float64 {
	switch {
	case r.Peer != "":
		return r.Ours.Median / r.Their.Median
	case r.Worst:
		return r.Ours.Max
	}
	return r.Ours.Median
}

func (r row) verdict() string {
	switch {
	case r.Limit == 0 && !r.Worst:
		return ""
	case r.counts() <= r.Limit:
		return "met"
	}
	return "missed"
}

func (r report) print(w io.Writer) error {
	table := tabwriter.NewWriter(w, 0, 0, 3, ' ', 0)
	fmt.Fprintln(table, "goal\tours\tmin-max\tpeer\tratio\tat most\tresult")
	for _, x := range r.Rows {
		peer, ratio, limit, verdict := "-", "-", "-", x.verdict()
		if x.Peer != "" {
			peer = fmt.Sprintf("%s %s", number(x.Their.Median, x.Unit), x.Peer)
			ratio = fmt.Sprintf("%.2f", x.counts())
		}
		switch {
		case verdict == "":
			verdict = "-"
		case x.Peer != "":
			limit = number(x.Limit, "x")
		default:
			limit = number(x.Limit, x.Unit)
		}
		fmt.Fprintf(table, "%s\t%s\t%s\t%s\t%s\t%s\t%s\n", x.What, number(x.Ours.Median, x.Unit), span(x.Ours), peer, ratio, limit, verdict)
	}
	return table.Flush()
}

func number(v float64, unit string) string {
	switch unit {
	case "x":
		return fmt.Sprintf("%.1f x", v)
	case "":
		return fmt.Sprintf("%.0f", v)
	}
	return fmt.Sprintf("%.1f %s", v, unit)
}

func span(f figures) string { return fmt.Sprintf("%.1f-%.1f", f.Min, f.Max) }

func (r report) write(path string) error {
	content, err := json.MarshalIndent(r, "", "  ")
	if err != nil {
		return err
	}
	return os.WriteFile(path, append(content, '\n'), 0o644)
}
