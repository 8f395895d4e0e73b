package rio

import (
	"fmt"
	"maps"
	"math"
	"regexp/syntax"
	"slices"
)

const maxPort = math.MaxUint16

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
		if err := m.validMapping(); err != nil {
			return err
		}
	}
	for _, t := range r.Targets() {
		if err := t.validNumbers(); err != nil {
			return err
		}
	}
	return r.validShares()
}

// validNumbers checks what a mapping of a stack file may say, and the short form cannot.
func (t RouteTarget) validNumbers() error {
	switch {
	case t.Weight < 0 || t.Weight > 100:
		return fmt.Errorf("invalid weight %d of target %q: want a whole percent, 1 to 100", t.Weight, t.Ref("").In(""))
	case t.Port < 0 || t.Port > maxPort:
		return fmt.Errorf("invalid port %d of target %q: want 1 to %d", t.Port, t.Ref("").In(""), maxPort)
	}
	return nil
}

// validMapping is the same for a match.
func (m RouteMatch) validMapping() error {
	if m.Port < 0 || m.Port > maxPort {
		return fmt.Errorf("invalid port %d: want 1 to %d", m.Port, maxPort)
	}
	if _, nameless := m.Query[""]; nameless {
		return fmt.Errorf("invalid query parameter \"\": want its name")
	}
	if m.From != nil && m.From.Stack != "" {
		if err := (Ref{m.From.Stack, m.From.Service, m.From.Revision}).validate(); err != nil {
			return fmt.Errorf("invalid caller: %w", err)
		}
	}
	return nil
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
