package main

import (
	"errors"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/kubectl-rio/kubectl-rio/test/traffic"
)

// perBin is how many slots are drawn as one point: one alone has too few answers to show
// a share.
const perBin = 5

// chart is what is drawn.
type chart struct {
	versions []string // in the order in which they came
	bins     []bin
	marks    []mark
	requests int
	lost     int
}

// bin is the answers of half a second.
type bin struct {
	share map[string]float64 // of the answers, by version; they sum to 1
	lost  int
}

// mark is a command.
type mark struct {
	seconds float64
	name    string
}

func (m mark) promotes() bool { return strings.HasPrefix(m.name, "promote") }

func newChart(s traffic.Series) (chart, error) {
	var c chart
	for slots := range slices.Chunk(s.Slots, perBin) {
		var b bin
		hits := map[string]int{}
		all := 0
		for _, slot := range slots {
			b.lost += slot.Lost
			for _, version := range slices.Sorted(maps.Keys(slot.Versions)) {
				hits[version] += slot.Versions[version]
				all += slot.Versions[version]
				if !slices.Contains(c.versions, version) {
					c.versions = append(c.versions, version)
				}
			}
		}
		c.requests += all + b.lost
		c.lost += b.lost
		switch {
		case all > 0:
			b.share = map[string]float64{}
			for version, n := range hits {
				b.share[version] = float64(n) / float64(all)
			}
		case len(c.bins) > 0:
			b.share = c.bins[len(c.bins)-1].share // nobody answered: as it was
		}
		c.bins = append(c.bins, b)
	}
	if len(c.versions) == 0 {
		return c, errors.New("nobody answers in these data, so there is nothing to draw")
	}
	for _, m := range s.Marks {
		c.marks = append(c.marks, mark{float64(m.Slot) * traffic.SlotTime.Seconds(), m.Name})
	}
	return c, nil
}

// seconds is how long it took.
func (c chart) seconds() float64 {
	return float64(len(c.bins)) * (perBin * traffic.SlotTime).Seconds()
}

func (c chart) took() time.Duration {
	return time.Duration(c.seconds() * float64(time.Second)).Round(time.Second)
}
