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
	// As go test, it waits for its program when it is interrupted.
	cmd := command(ctx, nil, "/bin/sh", "-c", "trap : INT; echo began; /bin/sleep 30 || echo interrupted")
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
	if string(rest) != "interrupted\n" || err != nil {
		t.Errorf("its program was not asked to end: %q, %v", rest, err)
	}
}
