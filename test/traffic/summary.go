package traffic

import (
	"cmp"
	"fmt"
	"io"
	"unicode/utf8"

	"golang.org/x/text/language"
	"golang.org/x/text/message"
)

// Row is one way to release, and what became of the requests meanwhile.
type Row struct {
	Path  string
	Total Phase
	Split string // what was set and what was measured
}

// Summary prints the table at the end of a test or of the demo.
func Summary(w io.Writer, rows []Row) {
	english := message.NewPrinter(language.English)
	width := 38
	for _, r := range rows {
		width = max(width, utf8.RuneCountInString(r.Path))
	}
	fmt.Fprintf(w, "%-*s  %8s  %4s  %s\n", width, "path", "requests", "lost", "split set -> measured")
	for _, r := range rows {
		fmt.Fprintf(w, "%-*s  %8s  %4s  %s\n", width, r.Path, english.Sprint(r.Total.Requests), english.Sprint(r.Total.Lost), cmp.Or(r.Split, "-"))
	}
}
