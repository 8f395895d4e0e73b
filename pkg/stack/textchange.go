package stack

import (
	"fmt"
	"strings"
)

// How much of a value is shown: so much of a line, and of the lines of a text.
const (
	maxShown = 60
	maxLines = 5
)

// TextChange says how a value becomes another, of a text of several lines by those between the
// first and the last that differ: the name, and below it what goes (-) and what comes (+).
func TextChange(name, was, is string) []string {
	if !strings.Contains(was+is, "\n") {
		return []string{name + ": " + Short(was) + " -> " + Short(is)}
	}
	old, now := linesIn(was), linesIn(is)
	same := 0
	for same < min(len(old), len(now)) && old[same] == now[same] {
		same++
	}
	old, now = old[same:], now[same:]
	for len(old) > 0 && len(now) > 0 && old[len(old)-1] == now[len(now)-1] {
		old, now = old[:len(old)-1], now[:len(now)-1]
	}
	switch {
	case len(old)+len(now) > 0:
		return append(append([]string{fmt.Sprintf("%s, from line %d:", name, same+1)}, signed("-", old)...), signed("+", now)...)
	case was == is:
		return []string{name + ": in what is not shown"}
	}
	return []string{name + ": at its end, where lines are empty"}
}

func linesIn(s string) []string { return strings.Split(strings.TrimRight(s, "\n"), "\n") }

// signed are the first of some lines, and how many more there are.
func signed(sign string, lines []string) []string {
	var out []string
	for i, l := range lines {
		if i == maxLines {
			return append(out, fmt.Sprintf("  %s and %d more lines", sign, len(lines)-maxLines))
		}
		out = append(out, "  "+sign+" "+Short(l))
	}
	return out
}

// Short is a value in one line.
func Short(s string) string {
	if words, isList := strings.CutPrefix(s, mark); isList {
		s = "[" + strings.ReplaceAll(words, mark, ", ") + "]"
	}
	first, _, more := strings.Cut(s, "\n")
	if runes := []rune(first); len(runes) > maxShown {
		first, more = string(runes[:maxShown]), true
	}
	if more {
		return fmt.Sprintf("%s... (%d bytes)", first, len(s))
	}
	return first
}
