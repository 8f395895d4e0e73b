package cli

import (
	"errors"
	"fmt"
	"slices"
	"strconv"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/kubectl-rio/kubectl-rio/pkg/spec"
)

// podFlag is a flag of run, create and stage: a line of podTable.
type podFlag struct {
	name, short string
	group       string // under which help shows it
	usage       string // with its form in `backquotes`, a unit and an example
	kind        flagKind
	set         func(target, string) error // what one value does
}

type flagKind int

const (
	one    flagKind = iota // a value; the last one counts
	many                   // values, in the order given
	toggle                 // on, unless =false follows
)

// target is what a flag writes to: the service's own container, or a sidekick's. Of a
// sidekick there is no revision.
type target struct {
	rev *spec.Revision
	c   *spec.Container
}

// podFlags are the values that the flags of one command were given.
type podFlags struct{ values map[string]*podValue }

// add gives the command the flags of all groups, or of these.
func (p *podFlags) add(f *pflag.FlagSet, groups ...string) {
	p.values = map[string]*podValue{}
	for _, row := range podTable() {
		if len(groups) > 0 && !slices.Contains(groups, row.group) {
			continue
		}
		v := &podValue{kind: row.kind}
		p.values[row.name] = v
		flag := f.VarPF(v, row.name, row.short, row.usage)
		flag.Annotations = map[string][]string{GroupAnnotation: {row.group}}
		if row.kind == toggle {
			flag.NoOptDefVal = "true"
		}
	}
	f.SetNormalizeFunc(func(_ *pflag.FlagSet, name string) pflag.NormalizedName {
		if name == "net" { // docker has both
			name = "network"
		}
		return pflag.NormalizedName(name)
	})
}

// into writes all that was given, in the table's order: a file comes before what overrides it.
func (p *podFlags) into(t target) error {
	for _, row := range podTable() {
		v := p.values[row.name]
		if v == nil {
			continue
		}
		for _, value := range v.given {
			var said coded
			switch err := row.set(t, value); {
			case errors.As(err, &said):
				return err
			case err != nil:
				return usageError(fmt.Errorf("invalid --%s %q: %w", row.name, value, err))
			}
		}
	}
	if driver := t.c.DefaultVolumeDriver; driver != "" && !slices.ContainsFunc(t.c.Volumes, func(m spec.Mount) bool { return m.Source == "" }) {
		return usagef("--volume-driver %q is for volumes without a name, and none is given with it; give them, too: -v TARGET", driver)
	}
	if err := p.checkIdle(t.c); err != nil {
		return err
	}
	return usageError(t.c.Check())
}

// revision reads the flags; args are the container's.
func (p *podFlags) revision(image string, args []string) (spec.Revision, error) {
	var r spec.Revision
	r.Image = image
	if len(args) > 0 {
		r.Command = args
	}
	if err := p.into(target{&r, &r.Container}); err != nil {
		return r, err
	}
	if image != "" {
		if err := spec.CheckImage(image); err != nil {
			return r, usageError(err)
		}
	}
	if _, err := r.AllPorts(); err != nil {
		return r, usageError(err)
	}
	if err := r.Check(); err != nil {
		return r, usageError(err)
	}
	return r, nil
}

// on reports whether a toggle was given, and on.
func (p *podFlags) on(name string) bool {
	v := p.values[name]
	return len(v.given) > 0 && v.given[0] == "true"
}

// podValue keeps what was given, to be read when all is there.
type podValue struct {
	kind  flagKind
	given []string
}

// Set is called for each time that the flag is given.
func (v *podValue) Set(value string) error {
	if v.kind == toggle {
		on, err := strconv.ParseBool(value)
		if err != nil {
			return fmt.Errorf("want true or false")
		}
		value = strconv.FormatBool(on)
	}
	if v.kind != many {
		v.given = nil
	}
	v.given = append(v.given, value)
	return nil
}

// String is what is shown as default: nothing, for what is not given is inherited.
func (v *podValue) String() string {
	if len(v.given) == 0 {
		return ""
	}
	return v.given[0]
}

// Type is bool for what stands alone.
func (v *podValue) Type() string {
	switch v.kind {
	case toggle:
		return "bool"
	case many:
		return "stringArray"
	}
	return "string"
}

// GetSlice is all values that were given; with Append and Replace it makes this a pflag.SliceValue.
func (v *podValue) GetSlice() []string { return v.given }

// Append adds a value.
func (v *podValue) Append(value string) error { return v.Set(value) }

// Replace sets all values.
func (v *podValue) Replace(values []string) error {
	v.given = values
	return nil
}

// addTo is add for a command, whose help then shows groups, and which knows what docker run has.
func (p *podFlags) addTo(cmd *cobra.Command) {
	p.add(cmd.Flags())
	groupHelp(cmd)
	explainDockerFlags(cmd)
}
