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
