package lab

import (
	"context"
	"encoding/json"
	"fmt"
	"os/exec"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/rogpeppe/go-internal/testscript"

	"github.com/kubectl-rio/kubectl-rio/pkg/rio"
)

// unrelated are findings that do not depend on what a script broke: whether this machine's
// resolver reaches nip.io, and the answer that came although something is broken.
var unrelated = []string{"nip-io", "answer"}

// Finds is a command of scripts, finds DURATION FILE. Each line of the file is what kubectl
// rio check, or why SERVICE, must come to within that time: exactly these findings that are
// not ok, as LEVEL:ID, and the exit code that goes with them. All lines are tried at the
// same time. Then stdout has each finding with its words, and what helps.
//
//	check             warn:webhook-down
//	why foobar:v2
func Finds(ts *testscript.TestScript, neg bool, args []string) {
	Need(ts, !neg && len(args) == 2, "finds DURATION FILE")
	limit, err := time.ParseDuration(args[0])
	ts.Check(err)
	var group sync.WaitGroup
	lines := strings.Split(strings.TrimSpace(ts.ReadFile(args[1])), "\n")
	said, wrong := make([]string, len(lines)), make([]string, len(lines))
	for i, line := range lines {
		var env []string
		for _, name := range []string{"PATH", "KUBECONFIG", "HOME", "GOGC", "GOMEMLIMIT"} {
			env = append(env, name+"="+ts.Getenv(name))
		}
		group.Go(func() {
			pause := pauses()
			for begin := time.Now(); ; time.Sleep(pause.Step()) {
				said[i], wrong[i] = find(context.Background(), env, line)
				if wrong[i] == "" || time.Since(begin) > limit {
					return
				}
			}
		})
	}
	group.Wait()
	fmt.Fprint(ts.Stdout(), strings.Join(said, ""))
	if text := strings.Join(wrong, ""); text != "" {
		ts.Fatalf("after %s:\n%s", limit, text)
	}
}

// find runs what one line says, and returns what came of it, and what of that is wrong.
func find(ctx context.Context, env []string, line string) (said, wrong string) {
	var words, want []string
	for word := range strings.FieldsSeq(line) {
		if level, _, ok := strings.Cut(word, ":"); ok && slices.Contains([]string{"note", "warn", "fail"}, level) {
			want = append(want, word)
			continue
		}
		words = append(words, word)
	}
	cmd := exec.CommandContext(ctx, "sh", "-c", "kubectl-rio "+strings.Join(words, " ")+" -o json")
	cmd.Env = env
	out, err := cmd.Output()
	var report struct {
		OK    bool          `json:"ok"`
		Items []rio.Finding `json:"items"`
	}
	if e := json.Unmarshal(out, &report); e != nil {
		return "", fmt.Sprintf("%s: %v: %s\n", line, err, out)
	}
	var got []string
	for _, f := range report.Items {
		said += fmt.Sprintf("%s %s:%s %s => %s\n", strings.Join(words, " "), f.Level, f.ID, f.Text, f.Fix)
		if f.Level != rio.LevelOK && !slices.Contains(unrelated, f.ID) {
			got = append(got, string(f.Level)+":"+f.ID)
		}
		for _, d := range f.Details {
			said += fmt.Sprintf("%s %s %s: %s\n", strings.Join(words, " "), f.ID, d.Name, d.Text)
		}
	}
	slices.Sort(got)
	slices.Sort(want)
	fails := strings.Contains(strings.Join(want, " "), "fail:")
	if !slices.Equal(got, want) || (err != nil) != fails || report.OK == fails {
		wrong = fmt.Sprintf("%s: found %v, ok is %t, ended with %v\n%s", line, got, report.OK, err, said)
	}
	return said, wrong
}
