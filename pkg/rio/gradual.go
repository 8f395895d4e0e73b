package rio

import (
	"bytes"
	"encoding/json"
	"fmt"
	"time"
)

// Gradual is a release whose share changes step by step, each one watched. How far it is
// says the revision's weight, nothing else.
type Gradual struct {
	Revision    string
	From, To    int           // percent
	Step        int           // percent, above 0; the last step may be a shorter one
	Every       time.Duration // each step is watched for, at least
	Gates       []Gate        // any of them ends the release
	MinRequests int64         // that a step must see before it counts
}

// minEvery is the least time that says anything: gateways publish times every second at best.
const minEvery = time.Second

// Valid says what is wrong with the numbers.
func (g Gradual) Valid() error {
	for _, percent := range []int{g.From, g.To} {
		if percent < 0 || percent > 100 {
			return fmt.Errorf("invalid share %d%% of %q, want a whole percent, 0%% to 100%%", percent, g.Revision)
		}
	}
	switch {
	case g.Revision == "" || g.Revision == Latest:
		return fmt.Errorf("invalid revision %q: latest gets what the staged revisions leave; release one of them", g.Revision)
	case g.Step < 1 || g.Step > 100:
		return fmt.Errorf("invalid step %d: want a whole percent, 1 to 100, for example: --step 10", g.Step)
	case g.Every < minEvery:
		return fmt.Errorf("invalid time %q for a step: want at least %s, for example: --every 30s", g.Every, minEvery)
	case g.MinRequests < 0:
		return fmt.Errorf("invalid number of requests %d: want 0 or more, for example: --min-requests 100", g.MinRequests)
	}
	return nil
}

// Repeats reports whether the release was asked for as one that is on was, wherever that began.
func (g Gradual) Repeats(on Gradual) bool {
	g.From = on.From
	return g.String() == on.String()
}

// Next is the share after the current one; done when that is where the release ends.
func (g Gradual) Next(current int) (next int, done bool) {
	switch {
	case current < g.To:
		return min(current+g.Step, g.To), false
	case current > g.To:
		return max(current-g.Step, g.To), false
	}
	return g.To, true
}

// gradual is the annotation: strings and numbers that people can read.
type gradual struct {
	Revision    string   `json:"revision"`
	From        int      `json:"from"`
	To          int      `json:"to"`
	Step        int      `json:"step"`
	Every       string   `json:"every"`
	AbortIf     []string `json:"abortIf,omitempty"`
	MinRequests int64    `json:"minRequests,omitempty"`
}

// String is the form ParseGradual reads.
func (g Gradual) String() string {
	a := gradual{Revision: g.Revision, From: g.From, To: g.To, Step: g.Step, Every: Span(g.Every), MinRequests: g.MinRequests}
	for _, gate := range g.Gates {
		a.AbortIf = append(a.AbortIf, gate.String())
	}
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false) // > stays >
	if err := e.Encode(a); err != nil {
		return "" // strings and numbers are always encoded
	}
	return string(bytes.TrimSpace(b.Bytes()))
}

// ParseGradual reads the annotation. A field that it does not know may well be a gate of
// a newer kubectl rio, so nothing is guessed.
func ParseGradual(s string) (Gradual, error) {
	var a gradual
	d := json.NewDecoder(bytes.NewReader([]byte(s)))
	d.DisallowUnknownFields()
	if err := d.Decode(&a); err != nil {
		return Gradual{}, unreadable(s, err)
	}
	every, err := time.ParseDuration(a.Every)
	if err != nil {
		return Gradual{}, unreadable(s, err)
	}
	gates, err := ParseGates(a.AbortIf)
	if err != nil {
		return Gradual{}, unreadable(s, err)
	}
	g := Gradual{a.Revision, a.From, a.To, a.Step, every, gates, a.MinRequests}
	if err := g.Valid(); err != nil {
		return Gradual{}, unreadable(s, err)
	}
	return g, nil
}

func unreadable(s string, err error) error {
	return fmt.Errorf("annotation %s %q cannot be read (%w); begin anew: kubectl rio weight SERVICE:REVISION=PERCENT --step 10", AnnotationGradual, s, err)
}
