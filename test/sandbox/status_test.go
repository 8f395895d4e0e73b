package main

import (
	"os/exec"
	"strings"
	"testing"
)

func TestExportsSurviveAShell(t *testing.T) {
	script := exports("/var/lib/kubectl-rio-sandbox", "/home/o'neil/my work/sandbox") +
		`printf '%s\n' "$KUBECONFIG" "$RIO_VALUES" "$PATH"`
	cmd := exec.Command("/bin/sh", "-c", script)
	cmd.Env = []string{"PATH=/usr/bin:/a b"}
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	want := "/var/lib/kubectl-rio-sandbox/kubeconfig\n/home/o'neil/my work/sandbox/values/rio.yaml\n/var/lib/kubectl-rio-sandbox/bin:/usr/bin:/a b\n"
	if string(out) != want {
		t.Errorf("got\n%s\nwant\n%s", out, want)
	}
}

func TestTwoCheckouts(t *testing.T) {
	here, elsewhere := t.TempDir(), t.TempDir()
	for name, tt := range map[string]struct {
		owner          owner
		mayUse, mayEnd bool
	}{
		"its own":                             {owner{Checkout: here, Key: "k"}, true, true},
		"its own, of older parts":             {owner{Checkout: here, Key: "old"}, true, true},
		"another's, with equal parts":         {owner{Checkout: elsewhere, Key: "k"}, true, false},
		"another's, with other parts":         {owner{Checkout: elsewhere, Key: "old"}, false, false},
		"of a checkout that is there no more": {owner{Checkout: elsewhere + "/gone", Key: "old"}, false, true},
	} {
		t.Run(name, func(t *testing.T) {
			notice, useErr := mayUse(tt.owner, here, "k")
			if (useErr == nil) != tt.mayUse || (notice != "") != tt.mayUse {
				t.Errorf("use: %q, %v, want %v", notice, useErr, tt.mayUse)
			}
			endErr := mayEnd(tt.owner, here)
			if (endErr == nil) != tt.mayEnd {
				t.Errorf("end: %v, want %v", endErr, tt.mayEnd)
			}
			for _, err := range []error{useErr, endErr} {
				if err != nil && !strings.Contains(err.Error(), tt.owner.Checkout) {
					t.Errorf("%q does not say who has it", err)
				}
			}
		})
	}
}
