package traffic

import (
	"cmp"
	"fmt"
	"io"
	"slices"
	"unicode/utf8"

	"golang.org/x/text/language"
	"golang.org/x/text/message"
)

// Row is one way to release, and what became of the requests meanwhile.
type Row struct {
	Path  string
	Total Phase
	Split string // what was set and what was measured
	Naive *Phase // the same done naively, where it was
}

// Summary prints the table at the end of a test or of the demo.
func Summary(w io.Writer, rows []Row) {
	english := message.NewPrinter(language.English)
	compared := slices.ContainsFunc(rows, func(r Row) bool { return r.Naive != nil })
	width := 38
	for _, r := range rows {
		width = max(width, utf8.RuneCountInString(r.Path))
	}
	line := func(path, requests, rate, lost, naive, split string) {
		if compared {
			lost = fmt.Sprintf("%s  %16s", lost, naive)
		}
		fmt.Fprintf(w, "%-*s  %8s  %10s  %s  %s\n", width, path, requests, rate, lost, split)
	}
	line("path", "requests", "per second", "lost", "naively lost", "split set -> measured")
	for _, r := range rows {
		rate, naive := "-", "-"
		if r.Total.Took > 0 {
			rate = english.Sprintf("%.0f", r.Total.Rate())
		}
		if r.Naive != nil {
			naive = english.Sprintf("%d of %d", r.Naive.Lost, r.Naive.Requests)
		}
		line(r.Path, english.Sprint(r.Total.Requests), rate, fmt.Sprintf("%4s", english.Sprint(r.Total.Lost)), naive, cmp.Or(r.Split, "-"))
	}
}
