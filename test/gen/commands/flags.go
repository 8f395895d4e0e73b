package main

import (
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/pflag"
)

// all lists the flags that are shown, by name.
func all(set *pflag.FlagSet) []*pflag.Flag {
	var list []*pflag.Flag
	set.VisitAll(func(f *pflag.Flag) {
		if !f.Hidden {
			list = append(list, f)
		}
	})
	return list
}

// flags writes a table, or nothing for none.
func (p *page) flags(list []*pflag.Flag) {
	if len(list) == 0 {
		return
	}
	rows := []string{"| flag | default | meaning |", "|---|---|---|"}
	for _, f := range list {
		rows = append(rows, row(f))
	}
	p.block(strings.Join(rows, "\n"))
}

// row is all that is said of a flag.
func row(f *pflag.Flag) string {
	value, usage := pflag.UnquoteUsage(f)
	name := "--" + f.Name
	if f.Shorthand != "" {
		name = "-" + f.Shorthand + ", " + name
	}
	switch {
	case value == "":
	case f.NoOptDefVal != "":
		name += "[=" + value + "]"
	default:
		name += " " + value
	}
	return fmt.Sprintf("| `%s` | %s | %s |", cell(name), standard(f), cell(flagName.ReplaceAllString(usage, "`$0`")))
}

// standard is the value of a flag that is not given, unless it is none.
func standard(f *pflag.Flag) string {
	if slices.Contains([]string{"", "false", "0", "0s", "[]"}, f.DefValue) {
		return ""
	}
	return "`" + cell(f.DefValue) + "`"
}

func cell(text string) string {
	return strings.ReplaceAll(strings.ReplaceAll(text, "|", `\|`), "\n", " ")
}
