package cli

import (
	"fmt"
	"strings"

	"github.com/mattn/go-shellwords"
	"github.com/spf13/pflag"

	"github.com/kubectl-rio/kubectl-rio/pkg/spec"
)

// sidekick reads NAME=[FLAG...] IMAGE [ARG...]: what follows the name is as it would follow
// kubectl rio run, with the flags that a container has of its own.
func sidekick(t target, value string) error {
	name, line, _ := strings.Cut(value, "=")
	if err := spec.CheckContainerName(name); err != nil {
		return fmt.Errorf("sidekick %q: %w; want NAME=[FLAG...] IMAGE [ARG...]", name, err)
	}
	if _, twice := t.rev.Sidekicks[name]; twice {
		return fmt.Errorf("sidekick %q is given twice", name)
	}
	parser := shellwords.NewParser()
	words, err := parser.Parse(line)
	if err == nil && parser.Position >= 0 {
		err = fmt.Errorf("quote what begins at %q", string([]rune(line)[parser.Position:]))
	}
	if err != nil {
		return fmt.Errorf("%q is not words as a shell reads them: %w", line, err)
	}
	var s spec.Sidekick
	var flags podFlags
	set := pflag.NewFlagSet(name, pflag.ContinueOnError)
	set.SetInterspersed(false)
	flags.add(set, ofContainer...)
	set.BoolVar(&s.InitContainer, "init-container", false, "")
	if err := set.Parse(words); err != nil {
		return err
	}
	if err := flags.into(target{c: &s.Container}); err != nil {
		return err
	}
	if args := set.Args(); len(args) > 0 {
		s.Image = args[0]
		if len(args) > 1 {
			s.Command = args[1:]
		}
	}
	if err := spec.CheckImage(s.Image); err != nil {
		return fmt.Errorf("%w; want NAME=[FLAG...] IMAGE [ARG...]", err)
	}
	if t.rev.Sidekicks == nil {
		t.rev.Sidekicks = map[string]spec.Sidekick{}
	}
	t.rev.Sidekicks[name] = s
	return nil
}
