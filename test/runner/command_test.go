package main

import (
	"bufio"
	"context"
	"io"
	"testing"
)

func TestACommandEndsWithWhatItHasStarted(t *testing.T) {
	ctx, end := context.WithCancel(t.Context())
	defer end()
	// It is not ended by that, and waits for its program.
	cmd := command(ctx, nil, "/bin/sh", "-c", "trap : TERM; /bin/sh -c 'echo began; exec /bin/sleep 30' || echo ended")
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	lines := bufio.NewReader(out)
	if line, err := lines.ReadString('\n'); err != nil || line != "began\n" {
		t.Fatal(line, err)
	}
	end()
	rest, err := io.ReadAll(lines)
	_ = cmd.Wait() // says that ctx has ended
	if string(rest) != "ended\n" || err != nil {
		t.Errorf("its program was not asked to end: %q, %v", rest, err)
	}
}
