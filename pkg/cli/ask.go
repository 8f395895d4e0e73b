package cli

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"golang.org/x/term"

	"github.com/kubectl-rio/kubectl-rio/pkg/printer"
	"github.com/kubectl-rio/kubectl-rio/pkg/stack"
)

// mayAsk reports whether there is somebody to ask.
func (o *Options) mayAsk() bool { return isTerminal(o.In) }

// confirmed asks whether to go on. Where nobody can be asked it is what the command says.
func (o *Options) confirmed(question string) (bool, error) {
	if !o.mayAsk() {
		return true, nil
	}
	return o.yes(question)
}

// yes asks, and takes the end of the input for a no.
func (o *Options) yes(question string) (bool, error) {
	fmt.Fprintf(o.ErrOut, "%s [y/N] ", printer.CleanText(question))
	answer, err := o.readLine()
	if errors.Is(err, io.EOF) {
		fmt.Fprintln(o.ErrOut)
		return false, nil
	}
	answer = strings.ToLower(strings.TrimSpace(answer))
	return answer == "y" || answer == "yes", err
}

// mayChange is confirmed for a change, and says what comes of a no.
func (o *Options) mayChange(question string) (bool, error) {
	ok, err := o.confirmed(question)
	if err == nil && !ok {
		o.talk("nothing was changed")
	}
	return ok, err
}

// asks reports whether somebody has to say yes to what may be lost.
func (m *mutation) asks(costs []string, yes bool) bool {
	return len(costs) > 0 && !yes && m.dryRun == dryRunNone
}

// agreed asks on a terminal whether something may be lost; a script has to have said so.
func (m *mutation) agreed(costs []string, yes bool) (bool, error) {
	if !m.asks(costs, yes) {
		return true, nil
	}
	what := strings.Join(costs, "; ")
	if !m.o.mayAsk() {
		return false, fmt.Errorf("%s, and there is no terminal to ask on; if that is meant, say so: kubectl rio %s --yes%s", what, m.command, m.o.stackFlag())
	}
	return m.o.mayChange(what + ". Go on?")
}

// askQuestion asks until the answer is one. An empty answer takes the preset.
func (o *Options) askQuestion(q stack.Question, preset string) (string, error) {
	for {
		fmt.Fprint(o.ErrOut, printer.Clean(q.Prompt(preset)))
		answer, err := o.readAnswer(q)
		if errors.Is(err, io.EOF) {
			fmt.Fprintln(o.ErrOut)
			return "", fmt.Errorf("question %q was not answered, as the input ended; answer it, or bring the file up with an answer: kubectl rio up --answers FILE, or %s=VALUE in the environment of up", q.Variable, q.Variable)
		}
		if err != nil {
			return "", err
		}
		if answer == "" {
			answer = preset
		}
		if err := q.Check(answer); err != nil {
			fmt.Fprintln(o.connection().to(o.ErrOut), printer.CleanText(err.Error()))
			continue
		}
		return answer, nil
	}
}

func (o *Options) readAnswer(q stack.Question) (string, error) {
	if f, ok := o.In.(*os.File); ok && q.Type == "password" && isTerminal(f) {
		return o.readPassword(int(f.Fd()))
	}
	return o.readLine()
}

func (o *Options) readPassword(fd int) (string, error) {
	shown, err := term.GetState(fd)
	if err != nil {
		return "", err
	}
	raw, err := unlessStopped(o.Stopped, func() ([]byte, error) { return term.ReadPassword(fd) })
	fmt.Fprintln(o.ErrOut)
	return string(raw), errors.Join(err, term.Restore(fd, shown)) // it stays hidden where the reading was stopped
}

// readLine reads a line and nothing beyond it: what follows is for the next question.
func (o *Options) readLine() (string, error) {
	line, err := unlessStopped(o.Stopped, func() (string, error) { return bufio.NewReaderSize(oneByte{o.In}, 1).ReadString('\n') })
	if errors.Is(err, io.EOF) && line != "" {
		err = nil
	}
	return strings.TrimRight(line, "\r\n"), err
}

// oneByte gives a reader's bytes one by one, so that none is read too early.
type oneByte struct{ io.Reader }

func (r oneByte) Read(p []byte) (int, error) { return r.Reader.Read(p[:min(len(p), 1)]) }
