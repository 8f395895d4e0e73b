package main

import (
	"fmt"
	"io"
	"math"
	"os"
	"sync"
	"time"
)

// progress says which part is built, how long it has taken and what is left:
// on a terminal in one line that is redrawn, else a line at each end.
type progress struct {
	out      io.Writer
	live     bool
	parts    []part
	done     []time.Duration // how long each finished part took
	started  time.Time
	stopTick func()
}

func newProgress(out io.Writer, parts []part) *progress {
	p := &progress{out: out, parts: parts}
	if file, ok := out.(*os.File); ok {
		info, err := file.Stat()
		p.live = err == nil && info.Mode()&os.ModeCharDevice != 0
	}
	return p
}

func (p *progress) begin() {
	p.started = time.Now()
	p.stopTick = func() {}
	if !p.live {
		fmt.Fprintln(p.out, p.line("building"))
		return
	}
	fmt.Fprint(p.out, "\r\x1b[K"+p.line("building"))
	stop := make(chan struct{})
	var ended sync.WaitGroup
	ended.Go(func() {
		ticker := time.NewTicker(time.Second)
		defer ticker.Stop()
		for {
			select {
			case <-stop:
				return
			case <-ticker.C:
				fmt.Fprint(p.out, "\r\x1b[K"+p.line("building"))
			}
		}
	})
	p.stopTick = func() { close(stop); ended.Wait() }
}

func (p *progress) end(ok bool) {
	p.stopTick()
	word := "built"
	if !ok {
		word = "failed"
	}
	if p.live {
		fmt.Fprint(p.out, "\r\x1b[K")
	}
	fmt.Fprintln(p.out, p.line(word))
	p.done = append(p.done, time.Since(p.started))
}

func (p *progress) line(word string) string {
	took := time.Since(p.started)
	text := fmt.Sprintf("[%2d/%d] %-24s %-8s %4.0fs", len(p.done)+1, len(p.parts), p.parts[len(p.done)].name, word, took.Seconds())
	if word == "building" {
		text += "   (" + aboutLeft(remaining(p.parts, p.done, took)) + ")"
	}
	return text
}

// remaining estimates the time left from the table's seconds and this machine's
// pace so far. The pace starts as if a minute's worth had gone as in the table,
// so that the first short part does not swing it.
func remaining(parts []part, done []time.Duration, current time.Duration) time.Duration {
	const prior = 60.0
	want, took := prior, prior
	for i, d := range done {
		want += float64(parts[i].seconds)
		took += d.Seconds()
	}
	pace := took / want
	left := 0.0
	for i, part := range parts[len(done):] {
		expect := pace * float64(part.seconds)
		if i == 0 {
			// A part that is late needs a while yet, nobody knows how long.
			expect = math.Max(expect-current.Seconds(), expect/10)
		}
		left += expect
	}
	return time.Duration(left * float64(time.Second))
}

func aboutLeft(d time.Duration) string {
	if d < 50*time.Second {
		return fmt.Sprintf("about %.0f s left", max(0, math.Ceil((d.Seconds()-0.5)/5)*5))
	}
	return fmt.Sprintf("about %.0f min left", math.Ceil(d.Minutes()-0.2))
}
