package main

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
)

// start has hyperfine measure how long the program takes to say its version, beside kubectl.
func (b *bench) start(ctx context.Context) error {
	raw := filepath.Join(b.dir, "hyperfine.json")
	cmd := b.command(ctx, "hyperfine", "-N", "--warmup", "10", "-r", "200", "--style", "none", "--export-json", raw,
		b.rio+" version --client", b.kubectl+" version --client")
	if out, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("hyperfine: %w: %s; install it: apt-get install hyperfine", err, out)
	}
	content, err := os.ReadFile(raw)
	if err != nil {
		return err
	}
	ours, theirs, err := readHyperfine(content)
	if err != nil {
		return err
	}
	b.add(row{What: "P1 start", Unit: "ms", Ours: ours, Peer: "kubectl", Their: theirs, Limit: 0.7})
	size := row{What: "P1 size of the program", Unit: "MiB", Peer: "kubectl", Limit: 1.1}
	for path, f := range map[string]*figures{b.rio: &size.Ours, b.kubectl: &size.Their} {
		info, err := os.Stat(path)
		if err != nil {
			return err
		}
		*f = figuresOf([]float64{float64(info.Size()) / (1 << 20)})
	}
	b.add(size)
	return nil
}

// readHyperfine takes what hyperfine --export-json wrote of two programs, in milliseconds.
func readHyperfine(raw []byte) (ours, theirs figures, err error) {
	var h struct {
		Results []struct{ Times []float64 } // seconds
	}
	if err := json.Unmarshal(raw, &h); err != nil {
		return ours, theirs, err
	}
	if len(h.Results) != 2 || len(h.Results[0].Times) == 0 || len(h.Results[1].Times) == 0 {
		return ours, theirs, fmt.Errorf("hyperfine measured %d programs, want 2", len(h.Results))
	}
	of := func(seconds []float64) figures {
		ms := make([]float64, len(seconds))
		for i, s := range seconds {
			ms[i] = 1000 * s
		}
		return figuresOf(ms)
	}
	return of(h.Results[0].Times), of(h.Results[1].Times), nil
}

// findKubectl is the newest of the sandbox's, which is of the version that the goals name; else the
// one on the PATH.
func findKubectl() (string, error) {
	cache, err := os.UserCacheDir()
	if err != nil {
		return "", err
	}
	built, err := filepath.Glob(filepath.Join(cache, "kubectl-rio", "sandbox", "kubectl-*", "kubectl"))
	if err != nil {
		return "", err
	}
	newest, when := "", int64(0)
	for _, path := range built {
		if info, err := os.Stat(path); err == nil && info.ModTime().UnixNano() > when {
			newest, when = path, info.ModTime().UnixNano()
		}
	}
	if newest != "" {
		return newest, nil
	}
	return exec.LookPath("kubectl")
}
