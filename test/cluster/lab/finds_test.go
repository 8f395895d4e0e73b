package lab

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// A stand-in for the program says what the test wants; what is tested is the comparison.
func TestFind(t *testing.T) {
	report := func(ok, items string) string { return `{"ok": ` + ok + `, "items": [` + items + `]}` }
	const (
		fine   = `{"id": "route", "level": "ok", "text": "well"}`
		nipIO  = `{"id": "nip-io", "level": "warn", "text": "no answer"}`
		broken = `{"id": "quota", "level": "fail", "text": "used up", "fix": "kubectl edit", "details": [{"name": "last log", "text": "oh"}]}`
	)
	for sentence, tc := range map[string]struct {
		line, says, code string
		wrong            string
	}{
		"all is well":                  {"why a", report("true", fine), "0", ""},
		"the resolver does not count":  {"why a", report("true", fine+","+nipIO), "0", ""},
		"what was broken is found":     {"why a fail:quota", report("false", broken), "1", ""},
		"what was broken is not found": {"why a fail:quota", report("true", fine), "0", "found []"},
		"more is found":                {"why a", report("false", broken), "1", "found [fail:quota]"},
		"the exit code is another":     {"why a fail:quota", report("false", broken), "0", "ended with <nil>"},
		"ok is said of a failure":      {"why a fail:quota", report("true", broken), "1", "ok is true"},
		"it says nothing":              {"why a", "", "0", "why a: "},
	} {
		t.Run(sentence, func(t *testing.T) {
			dir := t.TempDir()
			script := "#!/bin/sh\n[ \"$*\" = 'why a -o json' ] || exit 9\ncat <<'EOF'\n" + tc.says + "\nEOF\nexit " + tc.code + "\n"
			if err := os.WriteFile(filepath.Join(dir, "kubectl-rio"), []byte(script), 0o755); err != nil {
				t.Fatal(err)
			}
			said, wrong := find(t.Context(), []string{"PATH=" + dir + string(os.PathListSeparator) + os.Getenv("PATH")}, tc.line)
			if (wrong == "") != (tc.wrong == "") || !strings.Contains(wrong, tc.wrong) {
				t.Errorf("wrong: %q, want %q in it", wrong, tc.wrong)
			}
			if strings.Contains(tc.says, broken) && said != "why a fail:quota used up => kubectl edit\nwhy a quota last log: oh\n" {
				t.Errorf("it says %q", said)
			}
		})
	}
}
