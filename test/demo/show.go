package main

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"time"

	"github.com/kubectl-rio/kubectl-rio/test/cluster/lab"
	"github.com/kubectl-rio/kubectl-rio/test/traffic"
)

// show types commands as a person would, on a cluster, with a clock.
type show struct {
	kubectl lab.Kubectl
	gateway *lab.Gateway
	begin   time.Time
	steps   []step
	broken  []string      // promises
	rows    []traffic.Row // of the last table
}

// step is one thing that was done.
type step struct {
	what string
	took time.Duration
}

// say writes a line between commands.
func (s *show) say(format string, args ...any) {
	fmt.Printf("\n# [%4.0fs] %s\n", time.Since(s.begin).Seconds(), fmt.Sprintf(format, args...))
}

// promise notes what was to be true and is not.
func (s *show) promise(ok bool, format string, args ...any) {
	if !ok {
		s.broken = append(s.broken, fmt.Sprintf(format, args...))
	}
}

// rio types a command; what it prints goes where the demo prints.
func (s *show) rio(ctx context.Context, args ...string) error {
	return s.typed(ctx, "kubectl", append([]string{"rio"}, args...)...)
}

func (s *show) typed(ctx context.Context, name string, args ...string) error {
	line := shellLine(append([]string{name}, args...))
	fmt.Printf("$ %s\n", line)
	cmd := s.kubectl.Command(ctx, name, args...)
	cmd.Stdout, cmd.Stderr = os.Stdout, os.Stderr
	begin := time.Now()
	err := cmd.Run()
	s.steps = append(s.steps, step{line, time.Since(begin)})
	if err != nil {
		return fmt.Errorf("%s: %w", line, err)
	}
	return nil
}

// shell opens a shell in a container, on a terminal where this machine can make one,
// and types lines into it.
func (s *show) shell(ctx context.Context, input string, args ...string) error {
	line := shellLine(append([]string{"kubectl", "rio"}, args...))
	fmt.Printf("$ %s\n", line)
	cmd := s.kubectl.Command(ctx, "script", "-qec", line, "/dev/null")
	if _, err := exec.LookPath("script"); err != nil {
		args = append([]string{"rio"}, strings.Fields(strings.Replace(strings.Join(args, " "), "-it", "-i", 1))...)
		cmd = s.kubectl.Command(ctx, "kubectl", args...)
	}
	cmd.Stdout, cmd.Stderr = os.Stdout, os.Stderr
	stdin, err := cmd.StdinPipe()
	if err != nil {
		return err
	}
	begin := time.Now()
	if err := cmd.Start(); err != nil {
		return err
	}
	// A person types when there is a prompt.
	for text := range strings.Lines(input) {
		time.Sleep(500 * time.Millisecond)
		fmt.Fprint(stdin, text)
	}
	err = cmd.Wait()
	fmt.Println()
	s.steps = append(s.steps, step{line, time.Since(begin)})
	return err
}

// browse asks a published host for its page and says which server answered.
func (s *show) browse(ctx context.Context, service, want string) error {
	host := s.host(service)
	p, err := traffic.Get(ctx, s.gateway.Addr, host, 1)
	if err != nil {
		return err
	}
	fmt.Printf("GET http://%s/ through the gateway at %s: ", host, s.gateway.Addr)
	for version := range p.Versions {
		fmt.Printf("200, from %s\n", version)
	}
	for failure := range p.Failures {
		fmt.Println(failure)
	}
	s.promise(p.Versions[want] == 1, "http://%s/ was not answered by %s: %s", host, want, p)
	return nil
}

func (s *show) host(service string) string {
	return service + "." + s.kubectl.Namespace + "." + s.gateway.Domain
}

// shellLine is a command as it is typed.
func shellLine(words []string) string {
	for i, w := range words {
		if w == "" || strings.ContainsAny(w, " '\"$&;|<>*?()") {
			words[i] = "'" + strings.ReplaceAll(w, "'", `'\''`) + "'"
		}
	}
	return strings.Join(words, " ")
}
