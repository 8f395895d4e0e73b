package cli

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// pluginOnPath makes a directory of PATH with a plugin in it, and another one.
func pluginOnPath(t *testing.T) (plugin, other string) {
	t.Helper()
	plugin, other = t.TempDir(), t.TempDir()
	if err := os.WriteFile(filepath.Join(plugin, "kubectl-rio"), []byte("#!/bin/sh\n"), 0o755); err != nil {
		t.Fatal(err)
	}
	t.Setenv("PATH", strings.Join([]string{other, plugin, "/usr/bin", "/bin"}, string(os.PathListSeparator)))
	return plugin, other
}

func TestCompletionInstall(t *testing.T) {
	plugin, other := pluginOnPath(t)
	beside, elsewhere := filepath.Join(plugin, completerName), filepath.Join(other, completerName)
	for _, step := range []struct {
		args []string
		want screen
		at   string // the file that is there afterwards
	}{
		{[]string{"--dry-run"}, screen{0, beside + "\n", beside + ": created (client dry run)\n"}, ""},
		{nil, screen{0, beside + "\n", beside + ": created\n"}, beside},
		{nil, screen{0, beside + "\n", beside + ": unchanged\n"}, beside},
		{[]string{"-q", "--dir", other}, screen{0, elsewhere + "\n", ""}, elsewhere},
		{[]string{"--dir", other + "/"}, screen{0, elsewhere + "\n", elsewhere + ": unchanged\n"}, elsewhere},
	} {
		if diff := cmp.Diff(step.want, try(t, append([]string{"completion", "install"}, step.args...)...)); diff != "" {
			t.Errorf("completion install %v: %s", step.args, diff)
		}
		if _, err := os.Stat(beside); step.at == "" && err == nil {
			t.Error("a dry run wrote")
		}
		if step.at == "" {
			continue
		}
		if found, err := exec.LookPath(completerName); err != nil || step.at == elsewhere && found != elsewhere {
			t.Errorf("kubectl finds %q, %v; want %q", found, err, step.at)
		}
	}
	if left, err := filepath.Glob(filepath.Join(plugin, "kubectl_complete*")); err != nil || len(left) != 1 {
		t.Errorf("left behind: %v, %v", left, err)
	}
}

func TestCompletionInstallTakesNothingFromOthers(t *testing.T) {
	plugin, _ := pluginOnPath(t)
	path := filepath.Join(plugin, completerName)
	for sentence, tc := range map[string]struct {
		found, want string
		mode        os.FileMode
		code        int
	}{
		"one of an older version is replaced": {"#!/bin/sh\nkubectl rio __complete \"$@\"\n", ": updated\n", 0o755, 0},
		"one that cannot be run is mended":    {"", ": updated\n", 0o644, 0},
		"somebody else's is left":             {"#!/bin/sh\necho mine\n", "was not made by kubectl rio; remove it, or choose another --dir", 0o755, 1},
	} {
		t.Run(sentence, func(t *testing.T) {
			content := []byte(tc.found)
			if tc.found == "" {
				content, _ = completers.ReadFile("complete/" + completerName)
			}
			if err := os.RemoveAll(path); err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(path, content, tc.mode); err != nil {
				t.Fatal(err)
			}
			got := try(t, "completion", "install")
			if got.Code != tc.code || !strings.Contains(got.Err, tc.want) {
				t.Errorf("code %d, %s; want %d, %s", got.Code, got.Err, tc.code, tc.want)
			}
			if now, err := os.ReadFile(path); err != nil || (got.Code != 0) != bytes.Equal(now, []byte(tc.found)) {
				t.Errorf("%v; the file is now\n%s", err, now)
			}
			if got.Code == 0 && !executable(path) {
				t.Error("it cannot be run")
			}
		})
	}
}

func TestCompletionInstallNeedsAPlaceThatKubectlSees(t *testing.T) {
	_, other := pluginOnPath(t)
	hidden := t.TempDir()
	for args, want := range map[string]screen{
		"--dir " + hidden:                       {2, "", "error: directory \"" + hidden + "\" is not on PATH, so kubectl would not find the program there; choose another --dir, or add this one to PATH first\n"},
		"--dry-run=server":                      {2, "", "error: invalid --dry-run \"server\": want none or client\n"},
		"here":                                  {2, "", "error: 1 arguments given, want none\n"},
		"--dir " + filepath.Join(other, "none"): {2, "", "error: directory \"" + filepath.Join(other, "none") + "\" is not on PATH, so kubectl would not find the program there; choose another --dir, or add this one to PATH first\n"},
	} {
		if diff := cmp.Diff(want, try(t, append([]string{"completion", "install"}, strings.Fields(args)...)...)); diff != "" {
			t.Errorf("completion install %s: %s", args, diff)
		}
	}
	t.Setenv("PATH", other)
	if got := try(t, "completion", "install"); got.Code != 1 || !strings.HasPrefix(got.Err, "error: kubectl-rio is in no directory of PATH") {
		t.Errorf("code %d, %s", got.Code, got.Err)
	}
}

// The scripts complete the name by which the plugin is called without kubectl.
func TestCompletionScripts(t *testing.T) {
	for shell, want := range map[string]string{
		"bash":       "complete -o default -F __start_kubectl-rio kubectl-rio",
		"zsh":        "#compdef kubectl-rio\n",
		"fish":       "complete -c kubectl-rio ",
		"powershell": "Register-ArgumentCompleter -CommandName 'kubectl-rio'",
	} {
		if got := try(t, "completion", shell); got.Code != 0 || got.Err != "" || !strings.Contains(got.Out, want) {
			t.Errorf("%s: code %d, %s; no %q in\n%s", shell, got.Code, got.Err, want, got.Out)
		}
	}
	if got := try(t, "completion", "bsh"); got.Code != 2 || got.Err != "error: unknown command \"bsh\"; did you mean: bash, fish, zsh?\n" {
		t.Errorf("code %d, %s", got.Code, got.Err)
	}
	path := filepath.Join(t.TempDir(), "script")
	if err := os.WriteFile(path, []byte(try(t, "completion", "bash").Out), 0o600); err != nil {
		t.Fatal(err)
	}
	if out, err := exec.CommandContext(t.Context(), "bash", "-n", path).CombinedOutput(); err != nil {
		t.Errorf("bash does not understand its script: %v\n%s", err, out)
	}
}
