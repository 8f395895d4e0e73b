package cli

import (
	"strings"
	"testing"

	"github.com/spf13/cobra"
)

// What a sidekick may be told is what a container has of its own, by the same table.
func TestSidekicksHaveTheFlagsOfAContainer(t *testing.T) {
	for _, f := range podTable() {
		if f.kind != toggle {
			continue
		}
		_, err := revisionOf("--sidekick", "logs=--"+f.name+" fluentd")
		container := f.group == groupContainer || f.group == groupSecurity
		if container && err != nil || !container && (err == nil || !strings.Contains(err.Error(), "unknown flag")) {
			t.Errorf("--%s of group %s: %v", f.name, f.group, err)
		}
	}
	for _, line := range []string{"logs=fluentd", "logs=fluentd"} {
		if _, err := revisionOf("--sidekick", line); err != nil {
			t.Error(err)
		}
	}
	_, err := revisionOf("--sidekick", "logs=a", "--sidekick", "logs=b")
	if err == nil || !strings.Contains(err.Error(), `sidekick "logs" is given twice`) {
		t.Errorf("got %v", err)
	}
	r, err := revisionOf("--sidekick", `logs=fluentd -q "two words"`)
	if err != nil || strings.Join(r.Sidekicks["logs"].Command, "|") != "-q|two words" {
		t.Errorf("%q, %v", r.Sidekicks["logs"].Command, err)
	}
}

func TestHelpShowsFlagsInGroups(t *testing.T) {
	for _, verb := range []string{"run", "create", "stage"} {
		help := try(t, verb, "--help").Out
		last := strings.Index(help, "\nFlags:\n")
		for _, group := range FlagGroups() {
			at := strings.Index(help, "\n"+group+":\n")
			if at < last {
				t.Errorf("%s: group %q is not there, or not in its place", verb, group)
			}
			last = at
		}
		if own, _, _ := strings.Cut(help, "\n"+groupContainer+":\n"); strings.Contains(own, "--env") || !strings.Contains(own, "--dry-run") {
			t.Errorf("%s: what is the command's own comes first, and nothing else", verb)
		}
		if !strings.HasSuffix(strings.TrimSpace(help[strings.Index(help, "\nConnection:\n"):]), "server") || strings.Count(help, "--namespace") != 1 {
			t.Errorf("%s: the connection's flags come last, once", verb)
		}
	}
}

// A flag's usage says what it takes, and for example what.
func TestFlagsHaveAFormAndAnExample(t *testing.T) {
	var p podFlags
	cmd := &cobra.Command{Use: "run"}
	p.addTo(cmd)
	for _, row := range podTable() {
		f := cmd.Flags().Lookup(row.name)
		if f == nil {
			t.Fatalf("--%s is not a flag of the command", row.name)
		}
		words := strings.Contains(row.usage, "for example") || strings.Contains(row.usage, ", ") || strings.Contains(row.usage, "(")
		if row.kind != toggle && !words {
			t.Errorf("--%s shows no example: %s", row.name, row.usage)
		}
	}
}
