package rio

import (
	"fmt"
	"strings"
)

// Level says how bad a finding is.
type Level string

// From good to bad. Only a failure makes a command end with an error.
const (
	LevelOK   Level = "ok"
	LevelNote Level = "note" // good to know
	LevelWarn Level = "warn" // may hurt, or could not be looked at
	LevelFail Level = "fail" // requests are lost, or a command will be
)

// Finding is one thing that was looked at, and what came of it: a line of kubectl rio
// check, why and install. Its JSON is documented in docs/commands.md and stays as it is.
type Finding struct {
	ID       string   `json:"id"`   // of the Trouble; of what is well, its link
	Link     string   `json:"link"` // of the way from URL to container, or part of the cluster
	Revision string   `json:"revision,omitempty"`
	Level    Level    `json:"level"`
	Text     string   `json:"text"`
	Details  []Detail `json:"details,omitempty"`
	Fix      string   `json:"fix,omitempty"` // the command that helps
	First    bool     `json:"first,omitempty"`
}

// Detail is a further line of a finding.
type Detail struct {
	Name string `json:"name"`
	Text string `json:"text"`
}

// Fine is a finding of something that is as it should be.
func Fine(link, format string, args ...any) Finding {
	return Finding{ID: link, Link: link, Level: LevelOK, Text: fmt.Sprintf(format, args...)}
}

// Trouble is a kind of bad thing that can happen: a row of docs/troubleshooting.md, in the
// words that the commands print. What differs from case to case stands as {name}.
type Trouble struct {
	ID    string
	Link  string
	Level Level
	Seen  string // what is printed
	Why   string // how it comes about
	Fix   string // the command that helps
}

// Case are the values of one case of a trouble, by the names in its words.
type Case map[string]string

// Found is the finding of one case.
func (t Trouble) Found(c Case) Finding {
	return Finding{ID: t.ID, Link: t.Link, Level: t.Level, Text: c.fill(t.Seen), Fix: c.fill(t.Fix)}
}

func (c Case) fill(words string) string {
	var pairs []string
	for name, value := range c {
		pairs = append(pairs, "{"+name+"}", value)
	}
	return strings.NewReplacer(pairs...).Replace(words)
}

// Failures counts the findings that are failures.
func Failures(list []Finding) int {
	n := 0
	for _, f := range list {
		if f.Level == LevelFail {
			n++
		}
	}
	return n
}

// MarkFirst marks the first failure: the link at which the way is broken.
func MarkFirst(list []Finding) {
	for i := range list {
		if list[i].Level == LevelFail {
			list[i].First = true
			return
		}
	}
}
