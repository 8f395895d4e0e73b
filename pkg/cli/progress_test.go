package cli

import (
	"bytes"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

func TestProgressWithoutATerminal(t *testing.T) {
	for sentence, tc := range map[string]struct {
		quiet bool
		play  func(*line, func(time.Duration))
		want  string
	}{
		"what is done at once is one line": {false, func(l *line, _ func(time.Duration)) { l.update("3/3 ready"); l.end("3/3 ready") },
			"  pods      3/3 ready                          0.0s\n"},
		"each change is a line, with its time": {false, func(l *line, wait func(time.Duration)) {
			l.update("0/3 ready")
			wait(1500 * time.Millisecond)
			l.update("1/3 ready")
			l.update("1/3 ready")
			wait(60 * time.Second)
			l.end("3/3 ready")
		}, "  pods      0/3 ready                          0.0s\n" +
			"  pods      1/3 ready                          1.5s\n" +
			"  pods      3/3 ready                         61.5s\n"},
		"what the cluster says is one line": {false, func(l *line, _ func(time.Duration)) { l.update("0/1 ready: p: oh\nno"); l.end("") },
			"  pods      0/1 ready: p: oh no                0.0s\n"},
		"quiet says nothing": {true, func(l *line, _ func(time.Duration)) { l.update("1/3 ready"); l.update("2/3 ready"); l.end("3/3 ready") }, ""},
	} {
		t.Run(sentence, func(t *testing.T) {
			var b bytes.Buffer
			now := time.Unix(0, 0)
			p := &progress{w: &b, quiet: tc.quiet, now: func() time.Time { return now }}
			tc.play(p.begin("pods"), func(d time.Duration) { now = now.Add(d) })
			if diff := cmp.Diff(tc.want, b.String()); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestAStepStandsInFrontOfItsLines(t *testing.T) {
	var b bytes.Buffer
	p := &progress{w: &b, now: func() time.Time { return time.Unix(0, 0) }, step: "1/5 traffic to v2"}
	p.begin("gateways").end("2/2 serve it")
	want := "  1/5 traffic to v2      gateways  2/2 serve it                       0.0s\n"
	if diff := cmp.Diff(want, b.String()); diff != "" {
		t.Error(diff)
	}
}

// A line that is drawn again and again must not wrap; at its end nothing of it is lost.
func TestALineFitsTheTerminal(t *testing.T) {
	why := "0/1 ready: web-6c8b5d9f4-x7k2p: port 81 takes no connections"
	for sentence, tc := range map[string]struct {
		width       int
		drawn, ends string
	}{
		"it has room":             {100, "\r\x1b[K  pods      " + why + "   0.0s", "\r\x1b[K  pods      " + why + "   0.0s\n"},
		"it has little":           {50, "\r\x1b[K  pods      0/1 ready: web-6c8b5d9f4-x7...   0.0s", "\r\x1b[K  pods      " + why + "   0.0s\n"},
		"nobody knows how much":   {0, "\r\x1b[K  pods      " + why + "   0.0s", "\r\x1b[K  pods      " + why + "   0.0s\n"},
		"it has none to speak of": {10, "\r\x1b[K  pods      ...   0.0s", "\r\x1b[K  pods      " + why + "   0.0s\n"},
	} {
		t.Run(sentence, func(t *testing.T) {
			var b bytes.Buffer
			p := &progress{w: &b, now: func() time.Time { return time.Unix(0, 0) }, live: true, width: tc.width}
			l := &line{p: p, name: "pods     ", start: p.now(), stop: make(chan struct{})} // without what draws it again by itself
			l.update(why)
			if diff := cmp.Diff(tc.drawn, b.String()); diff != "" {
				t.Error(diff)
			}
			b.Reset()
			l.end("")
			if diff := cmp.Diff(tc.ends, b.String()); diff != "" {
				t.Error(diff)
			}
		})
	}
}
