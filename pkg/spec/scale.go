package spec

import (
	"encoding/json"
	"fmt"

	"github.com/kubectl-rio/kubectl-rio/pkg/rio"
)

// Scale is a number of pods, or the range in which an autoscaler chooses it. It is written
// as a number or as "MIN-MAX".
type Scale rio.Scale

// MarshalJSON writes a number, or "MIN-MAX".
func (s Scale) MarshalJSON() ([]byte, error) {
	if s.Min == s.Max {
		return json.Marshal(s.Min)
	}
	return json.Marshal(rio.Scale(s).String())
}

// UnmarshalJSON reads a number, the same in quotes, or "MIN-MAX".
func (s *Scale) UnmarshalJSON(raw []byte) error {
	var text json.Number
	if err := json.Unmarshal(raw, &text); err != nil {
		var word string
		if err := json.Unmarshal(raw, &word); err != nil {
			return fmt.Errorf("invalid scale %s: want a number of pods or MIN-MAX, for example 3 or 2-5", raw)
		}
		text = json.Number(word)
	}
	parsed, err := rio.ParseRange(string(text))
	*s = Scale(parsed)
	return err
}
