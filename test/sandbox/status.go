package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"text/tabwriter"
	"time"
)

var errDown = errors.New("no sandbox is up; start one: make sandbox-up")

// allAlive is nil when every daemon runs.
func (s *sandbox) allAlive() error {
	for _, d := range s.daemons(newSettings(s.state, "")) {
		if p, ok := s.recorded(d.name); !ok || !p.alive() {
			return fmt.Errorf("the sandbox is broken: %s does not run; start it anew: make sandbox-up", d.name)
		}
	}
	return nil
}

func (s *sandbox) anyDaemonAlive() bool {
	for _, d := range s.daemons(newSettings(s.state, "")) {
		if p, ok := s.recorded(d.name); ok && p.alive() {
			return true
		}
	}
	return false
}

// healthy is nil when every daemon runs and the API server is ready.
func (s *sandbox) healthy(ctx context.Context) error {
	if _, exists, err := s.readOwner(); err != nil || !exists {
		return cmp.Or(err, errDown)
	}
	if err := s.allAlive(); err != nil {
		return err
	}
	client, err := newAPI(s.state)
	if err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(ctx, 20*time.Second)
	defer cancel()
	return client.ready(ctx)
}

func (s *sandbox) status(ctx context.Context) error {
	o, exists, err := s.readOwner()
	if err != nil {
		return err
	}
	if !exists {
		return errDown
	}
	fmt.Fprintf(s.out, "started by %s, node %s\n\n", o.Checkout, o.NodeIP)
	table := tabwriter.NewWriter(s.out, 0, 0, 2, ' ', 0)
	fmt.Fprintln(table, "DAEMON\tPID\tMEMORY")
	for _, d := range s.daemons(newSettings(s.state, "")) {
		if p, ok := s.recorded(d.name); ok && p.alive() {
			fmt.Fprintf(table, "%s\t%d\t%d MiB\n", d.name, p.pid, residentMiB(p.pid))
		} else {
			fmt.Fprintf(table, "%s\t-\tdoes not run; see %s\n", d.name, s.in("log", d.name+".log"))
		}
	}
	if err := table.Flush(); err != nil {
		return err
	}
	if err := s.healthy(ctx); err != nil {
		return err
	}
	pods, err := output(exec.CommandContext(ctx, s.in("bin", "kubectl"), "--kubeconfig", s.in("kubeconfig"), "get", "nodes,pods", "-A"))
	fmt.Fprintf(s.out, "\n%s", pods)
	return err
}

func residentMiB(pid int) int {
	status, _ := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
	for line := range strings.Lines(string(status)) {
		if fields := strings.Fields(line); len(fields) > 1 && fields[0] == "VmRSS:" {
			kib, _ := strconv.Atoi(fields[1])
			return kib / 1024
		}
	}
	return 0
}

// env prints what a shell needs to use the cluster.
func (s *sandbox) env(ctx context.Context) error {
	if err := s.healthy(ctx); err != nil {
		return err
	}
	fmt.Fprint(s.out, exports(s.state, s.checkout))
	return nil
}

// printUse ends up: talk, but for the one line to use.
func (s *sandbox) printUse() error {
	s.say("\nuse it (all settings: eval \"$(go -C %s run . env)\"):", s.checkout)
	fmt.Fprintf(s.out, "export KUBECONFIG=%s\n", shellQuote(s.in("kubeconfig")))
	return nil
}

func exports(state, checkout string) string {
	var lines strings.Builder
	for _, pair := range [][2]string{
		{"KUBECONFIG", state + "/kubeconfig"},
		{"RIO_SANDBOX", "1"},
		{"RIO_SANDBOX_STATE", state},
		{"RIO_AUDIT_LOG", state + "/audit.log"},
		{"RIO_ISTIO_CHARTS", state + "/istio-charts"},
		{"RIO_ISTIO_VALUES", checkout + "/values/istiod.yaml"},
		{"RIO_VALUES", checkout + "/values/rio.yaml"},
	} {
		fmt.Fprintf(&lines, "export %s=%s\n", pair[0], shellQuote(pair[1]))
	}
	fmt.Fprintf(&lines, "export PATH=%s:\"$PATH\"\n", shellQuote(state+"/bin"))
	return lines.String()
}

// shellQuote leaves plain words as they are.
func shellQuote(word string) string {
	if word != "" && !strings.ContainsFunc(word, func(r rune) bool {
		return !strings.ContainsRune("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789/._-:", r)
	}) {
		return word
	}
	return "'" + strings.ReplaceAll(word, "'", `'\''`) + "'"
}
