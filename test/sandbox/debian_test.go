package main

import "testing"

func TestLinesOfSuite(t *testing.T) {
	const list = `# deb http://mirror.example/debian bookworm main
deb http://mirror.example/debian bookworm main contrib
deb [signed-by=/k.gpg] http://mirror.example/debian-security bookworm-security main
deb-src http://mirror.example/debian bookworm main
deb http://example.org/tool stable main
`
	const want = `deb http://mirror.example/debian bookworm main contrib
deb [signed-by=/k.gpg] http://mirror.example/debian-security bookworm-security main
`
	if got := linesOfSuite(list, "bookworm"); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}

func TestCodename(t *testing.T) {
	if got := codename("NAME=\"Debian\"\nVERSION_CODENAME=bookworm\nID=debian\n"); got != "bookworm" {
		t.Errorf("got %q", got)
	}
}
