package rio

import (
	"fmt"
	"maps"
	"regexp/syntax"
	"slices"
)

// ValidateWritten is Validate for a route as somebody writes it now, and refuses more. What was
// stored before it was refused keeps no other route of its host from being changed.
func (r Route) ValidateWritten() error {
	if err := r.Validate(); err != nil {
		return err
	}
	for _, m := range r.Matches {
		if err := m.validCookieExpressions(); err != nil {
			return err
		}
	}
	return r.validShares()
}

// validShares wants a share for each of several targets: Spread has given what was left.
func (r Route) validShares() error {
	for _, t := range r.To {
		if len(r.To) > 1 && t.Weight == 0 {
			return fmt.Errorf("target %q would get nothing: the others have 100%% (%s); give it a weight too, or take it out", t, joined(r.To))
		}
	}
	return nil
}

// validCookieExpressions wants expressions that end where their cookie does: all cookies of a
// request stand in one header, with ; between them.
func (m RouteMatch) validCookieExpressions() error {
	for _, name := range slices.Sorted(maps.Keys(m.Cookies)) {
		p := m.Cookies[name]
		if parsed, err := syntax.Parse(p.Regexp, syntax.Perl); err == nil && takesSemicolon(parsed) {
			return fmt.Errorf("invalid cookie %q: the expression takes a ;, and with it the cookies behind this one; write [^;] for ., for example: regexp(v[^;]*)", name+"="+p.String())
		}
	}
	return nil
}

func takesSemicolon(e *syntax.Regexp) bool {
	switch e.Op {
	case syntax.OpAnyChar, syntax.OpAnyCharNotNL:
		return true
	case syntax.OpLiteral:
		return slices.Contains(e.Rune, ';')
	case syntax.OpCharClass: // pairs of the first and the last
		for i := 0; i+1 < len(e.Rune); i += 2 {
			if e.Rune[i] <= ';' && ';' <= e.Rune[i+1] {
				return true
			}
		}
	}
	return slices.ContainsFunc(e.Sub, takesSemicolon)
}
