package main

import (
	"fmt"
	"io"
	"math"
	"os"
	"slices"
	"sync"
	"time"
)

const building = "building"

// progress says which parts are built, how long that has taken and what is left:
// on a terminal in one line that is redrawn, else a line at each end.
type progress struct {
	out   io.Writer
	live  bool
	parts []part

	mu    sync.Mutex
	begun map[string]time.Time // of those that are being built
	took  map[string]time.Duration
}

func newProgress(out io.Writer, parts []part) *progress {
	p := &progress{out: out, parts: parts, begun: map[string]time.Time{}, took: map[string]time.Duration{}}
	if file, ok := out.(*os.File); ok {
		info, err := file.Stat()
		p.live = err == nil && info.Mode()&os.ModeCharDevice != 0
	}
	return p
}

// begin says that a part is being built, until end says how that went.
func (p *progress) begin(name string) (end func(ok bool)) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.begun[name] = time.Now()
	p.draw(name, building)
	ended := make(chan struct{})
	var ticking sync.WaitGroup
	if p.live {
		ticking.Go(func() { p.tick(ended, name) })
	}
	return func(ok bool) {
		close(ended)
		ticking.Wait()
		p.mu.Lock()
		defer p.mu.Unlock()
		if ok {
			p.draw(name, "built")
		} else {
			p.draw(name, "failed")
		}
		p.took[name] = time.Since(p.begun[name])
		delete(p.begun, name)
	}
}

func (p *progress) tick(ended <-chan struct{}, name string) {
	ticker := time.NewTicker(time.Second)
	defer ticker.Stop()
	for {
		select {
		case <-ended:
			return
		case <-ticker.C:
			p.mu.Lock()
			p.draw(name, building)
			p.mu.Unlock()
		}
	}
}

// draw writes the line of a part: on a terminal over the last one, until it has ended.
func (p *progress) draw(name, word string) {
	begin, end := "", "\n"
	if p.live {
		begin = "\r\x1b[K"
		if word == building {
			end = ""
		}
	}
	fmt.Fprint(p.out, begin+p.line(name, word)+end)
}

func (p *progress) line(name, word string) string {
	i := slices.IndexFunc(p.parts, func(q part) bool { return q.name == name })
	text := fmt.Sprintf("[%2d/%d] %-24s %-8s %4.0fs", i+1, len(p.parts), name, word, time.Since(p.begun[name]).Seconds())
	if word == building {
		running := map[string]time.Duration{}
		for other, at := range p.begun {
			running[other] = time.Since(at)
		}
		text += "   (" + aboutLeft(remaining(p.parts, p.took, running)) + ")"
	}
	return text
}

// remaining estimates the time left from the table's seconds and this machine's
// pace so far. The pace starts as if a minute's worth had gone as in the table,
// so that the first short part does not swing it.
func remaining(parts []part, took, running map[string]time.Duration) time.Duration {
	const prior = 60.0
	wanted, needed := prior, prior
	for _, part := range parts {
		if d, ok := took[part.name]; ok {
			wanted += float64(part.seconds)
			needed += d.Seconds()
		}
	}
	left := 0.0
	for _, part := range parts {
		if _, ok := took[part.name]; ok {
			continue
		}
		expect := needed / wanted * float64(part.seconds)
		// A part that is late needs a while yet, nobody knows how long.
		left += math.Max(expect-running[part.name].Seconds(), expect/10)
	}
	return time.Duration(left * float64(time.Second))
}

func aboutLeft(d time.Duration) string {
	if d < 50*time.Second {
		return fmt.Sprintf("about %.0f s left", max(0, math.Ceil((d.Seconds()-0.5)/5)*5))
	}
	return fmt.Sprintf("about %.0f min left", math.Ceil(d.Minutes()-0.2))
}
