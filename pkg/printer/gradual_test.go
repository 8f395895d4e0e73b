package printer_test

import (
	"testing"

	"github.com/kubectl-rio/kubectl-rio/pkg/printer"
	"github.com/kubectl-rio/kubectl-rio/pkg/rio"
)

// What matters least is left out first; what is longer still is for others to cut.
func TestGradualWithin(t *testing.T) {
	g := printer.Gradual{Revision: "v2", Weight: 5, Then: "next 10% in 30s", Figures: map[string]rio.Figures{}}
	const figures = "   measured -       errors -       p95 -       next 10% in 30s"
	for columns, want := range map[int]string{
		117: "  v2    5%  █···················" + figures + "   (Ctrl-C holds here)",
		116: "  v2    5%  █···················" + figures + "   (Ctrl-C holds here)",
		115: "  v2    5%  █···················" + figures,
		94:  "  v2    5%  █···················" + figures,
		93:  "  v2    5%" + figures,
		72:  "  v2    5%" + figures,
		10:  "  v2    5%" + figures,
	} {
		if got := g.Within(columns, printer.NewBars(true)); got != want {
			t.Errorf("%d columns: %q, want %q", columns, got, want)
		}
	}
	if g.Over = true; g.Line(printer.NewBars(true)) != "  v2    5%  █···················"+figures {
		t.Errorf("at its end it can still be held: %q", g.Line(printer.NewBars(true)))
	}
}
