package main

import (
	"context"
	"os"
	"os/exec"
	"testing"
	"time"
)

func TestProcessRecord(t *testing.T) {
	p := process{pid: 4711, start: 123456, boot: "b-1"}
	if got, err := parseProcess(p.String()); err != nil || got != p {
		t.Errorf("got %v, %v, want %v", got, err, p)
	}
	for name, record := range map[string]string{
		"empty": "", "cut off": "4711 123456", "no number": "x 1 b", "init": "1 1 b", "a process group": "-5 1 b",
	} {
		if p, err := parseProcess(record); err == nil {
			t.Errorf("%s: %q was read as %v, want an error", name, record, p)
		}
	}
}

func TestParseStat(t *testing.T) {
	const rest = " 1 1 1 0 -1 4194560 1 2 3 4 5 6 7 8 20 0 1 0 98765 0 0"
	for name, tt := range map[string]struct {
		stat, state string
		start       uint64
	}{
		"a plain name":         {"10 (etcd) S" + rest, "S", 98765},
		"a name like the rest": {"10 (a) Z 1 (b)) R" + rest, "R", 98765},
	} {
		state, start, err := parseStat(tt.stat)
		if err != nil || state != tt.state || start != tt.start {
			t.Errorf("%s: got %q, %d, %v", name, state, start, err)
		}
	}
	if _, _, err := parseStat("10 (etcd"); err == nil {
		t.Error("half a line was read")
	}
}

func TestStopEndsOnlyTheRecordedProcess(t *testing.T) {
	ctx := context.Background()
	start := func() (process, chan error) {
		// It does not hear SIGTERM, so it takes the SIGKILL.
		cmd := exec.Command("sh", "-c", `trap "" TERM; echo; while :; do sleep 0.05; done`)
		heard, err := cmd.StdoutPipe()
		if err != nil {
			t.Fatal(err)
		}
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		if _, err := heard.Read(make([]byte, 1)); err != nil {
			t.Fatal(err)
		}
		ended := make(chan error, 1)
		go func() { ended <- cmd.Wait() }()
		p, err := identify(cmd.Process.Pid)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = cmd.Process.Kill() })
		return p, ended
	}
	p, ended := start()
	stranger := p
	stranger.start++ // as if the number had been given again
	if err := stop(ctx, 50*time.Millisecond, stranger); err != nil || !p.alive() {
		t.Fatalf("a stranger with the recorded number was ended (%v)", err)
	}
	otherBoot := p
	otherBoot.boot = "an earlier boot"
	if err := stop(ctx, 50*time.Millisecond, otherBoot); err != nil || !p.alive() {
		t.Fatalf("a record of an earlier boot ended a process (%v)", err)
	}
	if err := stop(ctx, 50*time.Millisecond, p); err != nil || p.alive() {
		t.Fatalf("it was not ended (%v)", err)
	}
	if err := <-ended; err == nil {
		t.Error("it ended by itself")
	}
}

func TestRecordedReadsWhatStartWrote(t *testing.T) {
	s := &sandbox{state: t.TempDir()}
	for _, dir := range []string{"run", "log"} {
		if err := os.Mkdir(s.in(dir), 0o700); err != nil {
			t.Fatal(err)
		}
	}
	if err := s.startDaemon(daemon{name: "sleeper", argv: []string{"/bin/sleep", "60"}}); err != nil {
		t.Fatal(err)
	}
	p, ok := s.recorded("sleeper")
	if !ok || !p.alive() {
		t.Fatalf("started, but recorded as %v, %v", p, ok)
	}
	if err := stop(context.Background(), time.Second, p); err != nil {
		t.Error(err)
	}
	if _, ok := s.recorded("another"); ok {
		t.Error("a daemon that was never started is recorded")
	}
}
