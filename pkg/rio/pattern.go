package rio

import (
	"fmt"
	"regexp"
	"strings"
)

// MaxRegexp is the longest regular expression that Istio accepts:
// validateStringRegexp in istio/pkg/config/validation.
const MaxRegexp = 1024

// ParsePattern reads VALUE, PREFIX* or regexp(RE2).
func ParsePattern(s string) (Pattern, error) {
	for _, word := range []string{"regexp(", "regex("} {
		if inner, ok := strings.CutPrefix(s, word); ok {
			inner, ok = strings.CutSuffix(inner, ")")
			if !ok || inner == "" {
				return Pattern{}, fmt.Errorf("invalid pattern %q: want VALUE, PREFIX* or regexp(EXPRESSION)", s)
			}
			p := Pattern{Regexp: inner}
			return p, p.validate()
		}
	}
	if prefix, ok := strings.CutSuffix(s, "*"); ok {
		return Pattern{Prefix: prefix}, nil
	}
	return Pattern{Exact: s}, nil
}

// String is the form ParsePattern reads.
func (p Pattern) String() string {
	switch {
	case p.Exact != "":
		return p.Exact
	case p.Prefix != "":
		return p.Prefix + "*"
	case p.Regexp != "":
		return "regexp(" + p.Regexp + ")"
	}
	return "*"
}

// Any reports whether every value will do.
func (p Pattern) Any() bool { return p == Pattern{} }

// rank orders patterns: the one that takes fewer values first.
func (p Pattern) rank() int {
	switch {
	case p.Exact != "":
		return 3
	case p.Regexp != "":
		return 2
	case p.Prefix != "":
		return 1
	}
	return 0
}

func (p Pattern) validate() error {
	forms := 0
	for _, form := range []string{p.Exact, p.Prefix, p.Regexp} {
		if form != "" {
			forms++
		}
	}
	if forms > 1 {
		return fmt.Errorf("invalid pattern %+v: want one of exact, prefix and regexp", p)
	}
	if len(p.Regexp) > MaxRegexp {
		return fmt.Errorf("invalid pattern: the regular expression has %d characters, want at most %d", len(p.Regexp), MaxRegexp)
	}
	if _, err := regexp.Compile(p.Regexp); err != nil {
		return fmt.Errorf("invalid pattern %q: %w; want RE2, https://github.com/google/re2/wiki/Syntax", p, err)
	}
	return nil
}
