package traffic

import (
	"maps"
	"slices"
	"time"
)

// SlotTime is how fine a Series is.
const SlotTime = 100 * time.Millisecond

// Series is the course of a load: what came of its requests in each slot of time, by the
// time at which that was known. It is what test/chart draws.
type Series struct {
	Slots []Slot      `json:"slots"`
	Marks []MarkPoint `json:"marks"`
}

// Slot is what came in one SlotTime.
type Slot struct {
	Versions map[string]int `json:"versions,omitempty"` // answers with 200, by the revision that gave them
	Lost     int            `json:"lost,omitempty"`
}

// MarkPoint is where a phase begins.
type MarkPoint struct {
	Slot int    `json:"slot"`
	Name string `json:"name"`
}

// at is the slot of a moment.
func (s *Series) at(since time.Duration) int { return int(since / SlotTime) }

func (s *Series) mark(since time.Duration, name string) {
	s.Marks = append(s.Marks, MarkPoint{s.at(since), name})
}

func (s *Series) add(since time.Duration, a answer) {
	at := s.at(since)
	for len(s.Slots) <= at {
		s.Slots = append(s.Slots, Slot{Versions: map[string]int{}})
	}
	if a.failure != "" {
		s.Slots[at].Lost++
		return
	}
	s.Slots[at].Versions[a.version]++
}

func (s *Series) clone() Series {
	c := Series{slices.Clone(s.Slots), slices.Clone(s.Marks)}
	for i := range c.Slots {
		c.Slots[i].Versions = maps.Clone(c.Slots[i].Versions)
	}
	return c
}

// Series is the course of the load so far.
func (r *Run) Series() Series {
	r.book.mu.Lock()
	defer r.book.mu.Unlock()
	return r.book.series.clone()
}
