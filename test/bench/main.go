// Command bench sums up what hyperfine measured of our start and kubectl's: one table
// for people, one file for comparison. It is called by test/bench/startup.
package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"runtime"
	"strings"
	"text/tabwriter"
)

func main() {
	if err := run(context.Background(), os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "error:", err)
		os.Exit(1)
	}
}

// goal is how much of kubectl's time the start may take.
const goal = 0.7

// result is a program's figures, in seconds and bytes.
type result struct {
	Program string  `json:"program"`
	Version string  `json:"version"`
	Median  float64 `json:"median"`
	Min     float64 `json:"min"`
	Max     float64 `json:"max"`
	Size    int64   `json:"size"`
}

type report struct {
	Goal    string   `json:"goal"`
	Ratio   float64  `json:"ratio"` // of the medians
	Size    float64  `json:"sizeRatio"`
	Commit  string   `json:"commit"`
	Go      string   `json:"go"`
	Machine string   `json:"machine"`
	Load    string   `json:"loadAverage"`
	Results []result `json:"results"`
}

func run(ctx context.Context, args []string) error {
	if len(args) != 3 {
		return errors.New("usage: go run ./test/bench HYPERFINE-JSON KUBECTL OUT-JSON")
	}
	raw, err := os.ReadFile(args[0])
	if err != nil {
		return err
	}
	r, err := read(raw)
	if err != nil {
		return err
	}
	for i, path := range []string{"bin/kubectl-rio", args[1]} {
		info, err := os.Stat(path)
		if err != nil {
			return err
		}
		r.Results[i].Size = info.Size()
		r.Results[i].Version = firstLine(ctx, path, "version", "--client")
	}
	r.Size = float64(r.Results[0].Size) / float64(r.Results[1].Size)
	r.Commit, r.Go = firstLine(ctx, "git", "rev-parse", "HEAD"), runtime.Version()
	r.Machine = fmt.Sprintf("%s/%s, %d cores", runtime.GOOS, runtime.GOARCH, runtime.NumCPU())
	if load, err := os.ReadFile("/proc/loadavg"); err == nil {
		r.Load = strings.TrimSpace(string(load))
	}
	content, err := json.MarshalIndent(r, "", "  ")
	if err != nil {
		return err
	}
	if err := os.WriteFile(args[2], append(content, '\n'), 0o644); err != nil {
		return err
	}
	return r.print(os.Stdout)
}

// read takes what hyperfine --export-json wrote: ours first, kubectl second.
func read(raw []byte) (report, error) {
	var h struct {
		Results []struct {
			Command          string
			Median, Min, Max float64
		}
	}
	if err := json.Unmarshal(raw, &h); err != nil {
		return report{}, err
	}
	if len(h.Results) != 2 || h.Results[1].Median <= 0 {
		return report{}, fmt.Errorf("hyperfine measured %d programs, want 2", len(h.Results))
	}
	r := report{Goal: fmt.Sprintf("P1: at most %.1f x kubectl", goal), Ratio: h.Results[0].Median / h.Results[1].Median}
	for _, p := range h.Results {
		r.Results = append(r.Results, result{Program: p.Command, Median: p.Median, Min: p.Min, Max: p.Max})
	}
	return r, nil
}

func (r report) print(w io.Writer) error {
	table := tabwriter.NewWriter(w, 0, 0, 3, ' ', tabwriter.AlignRight)
	fmt.Fprintln(table, "start\tmedian ms\tmin ms\tmax ms\tMiB\t")
	for _, p := range r.Results {
		fmt.Fprintf(table, "%s\t%.1f\t%.1f\t%.1f\t%.1f\t\n", p.Program, 1000*p.Median, 1000*p.Min, 1000*p.Max, float64(p.Size)/(1<<20))
	}
	fmt.Fprintf(table, "ratio\t%.2f\t\t\t%.2f\t\n", r.Ratio, r.Size)
	verdict := "met"
	if r.Ratio > goal {
		verdict = "missed"
	}
	fmt.Fprintf(table, "goal\t%.1f\t%s\t\t\t\n", goal, verdict)
	return table.Flush()
}

// firstLine is what a program says first; empty when it does not run.
func firstLine(ctx context.Context, name string, args ...string) string {
	out, err := exec.CommandContext(ctx, name, args...).Output()
	if err != nil {
		return ""
	}
	line, _, _ := strings.Cut(string(out), "\n")
	return line
}
