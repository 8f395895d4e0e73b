package cli

import (
	"cmp"
	"fmt"
	"io"
	"sync"
	"time"

	"github.com/kubectl-rio/kubectl-rio/pkg/printer"
)

// progress shows on stderr what is waited for. On a terminal a line is redrawn in
// place with its time; elsewhere each change is a line.
type progress struct {
	w     io.Writer
	live  bool
	quiet bool
	now   func() time.Time
	step  string // of a longer work, stands in front of each line when set
	width int    // of the terminal: what is redrawn must stay on one line; 0: not known
	to    connection
}

func (o *Options) progress() *progress {
	return &progress{w: o.ErrOut, live: isDrawable(o.ErrOut), quiet: o.Quiet, now: o.Now, width: widthOf(o.ErrOut), to: o.connection()}
}

// line is one thing that is waited for.
type line struct {
	p     *progress
	name  string
	start time.Time
	stop  chan struct{}

	mu    sync.Mutex
	text  string
	drawn time.Time
	ended bool
}

// stale is when a line that has not changed is worth drawing again at its end, for its time.
const stale = time.Second

// textWidth is how many columns the text has at least, so that the times stand below each other.
const textWidth = 32

// tick is how often the time on a terminal moves.
const tick = 200 * time.Millisecond

// begin opens a line. Its end must be called.
func (p *progress) begin(name string) *line {
	l := &line{p: p, name: fmt.Sprintf("%-9s", name), start: p.now(), stop: make(chan struct{})}
	if p.step != "" {
		l.name = fmt.Sprintf("%-22s %s", p.step, l.name)
	}
	if p.live && !p.quiet {
		go l.redraw()
	}
	return l
}

func (l *line) redraw() {
	t := time.NewTicker(tick)
	defer t.Stop()
	for {
		select {
		case <-t.C:
			l.again()
		case <-l.stop:
			return
		}
	}
}

// again draws the line for its time, unless it has ended while this waited.
func (l *line) again() {
	l.mu.Lock()
	defer l.mu.Unlock()
	if !l.ended {
		l.draw("\r\x1b[K", "")
	}
}

// update says how far it is.
func (l *line) update(text string) {
	text = l.p.to.in(printer.Clean(text))
	l.mu.Lock()
	defer l.mu.Unlock()
	if text == l.text {
		return
	}
	l.text = text
	if l.p.quiet {
		return
	}
	if l.p.live {
		l.draw("\r\x1b[K", "")
		return
	}
	l.draw("", "\n")
}

// end closes the line with what came of it; empty: with what it says already.
func (l *line) end(text string) {
	close(l.stop)
	l.mu.Lock()
	defer l.mu.Unlock()
	l.ended = true
	text = cmp.Or(text, l.text)
	changed := text != l.text || l.p.now().Sub(l.drawn) > stale
	l.text = text
	switch {
	case l.p.quiet:
	case l.p.live:
		l.draw("\r\x1b[K", "\n")
	case changed:
		l.draw("", "\n")
	}
}

func (l *line) draw(before, after string) {
	l.drawn = l.p.now()
	begin, end := fmt.Sprintf("%s  %s ", before, l.name), fmt.Sprintf(" %5.1fs%s", l.drawn.Sub(l.start).Seconds(), after)
	text, pad := l.text, textWidth
	if room := l.p.width - len("  ") - len(l.name) - len(" ") - len(end) - 1; l.p.width > 0 && after == "" { // it is drawn again
		text, pad = shortened(text, max(room, 0)), min(pad, max(room, 0))
	}
	fmt.Fprintf(l.p.w, "%s%-*s%s", begin, pad, text, end)
}

// shortened is a text that fits into so many columns. At its end a line shows it whole.
func shortened(text string, columns int) string {
	const rest = "..."
	if all := []rune(text); len(all) > columns {
		return string(all[:max(columns-len(rest), 0)]) + rest
	}
	return text
}
