package rio

import (
	"encoding/json"
	"fmt"
	"strings"
)

// Scale is a number of pods, or the range in which an autoscaler chooses it by CPU. In JSON it is
// a number or "MIN-MAX".
type Scale struct{ Min, Max int32 }

// Ranged reports whether an autoscaler chooses.
func (s Scale) Ranged() bool { return s.Min != s.Max }

// String is N or MIN-MAX.
func (s Scale) String() string {
	if s.Ranged() {
		return fmt.Sprintf("%d-%d", s.Min, s.Max)
	}
	return fmt.Sprint(s.Min)
}

// MarshalJSON writes a number, or "MIN-MAX".
func (s Scale) MarshalJSON() ([]byte, error) {
	if s.Ranged() {
		return json.Marshal(s.String())
	}
	return json.Marshal(s.Min)
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
	parsed, err := ParseRange(string(text))
	*s = parsed
	return err
}

// ParseRange reads N or MIN-MAX.
func ParseRange(s string) (Scale, error) {
	low, high, ranged := strings.Cut(s, "-")
	if !ranged || low == "" {
		low, high = s, s
	}
	bottom, err := ParseReplicas(low)
	top, errTop := ParseReplicas(high)
	switch {
	case ranged && low != high && (err != nil || errTop != nil):
		return Scale{}, fmt.Errorf("invalid scale %q: want MIN-MAX with numbers of replicas, 1 to %d, for example 2-5", s, maxReplicas)
	case err != nil:
		return Scale{}, err
	}
	if ranged && (bottom < 1 || bottom > top) {
		return Scale{}, fmt.Errorf("invalid scale %q: an autoscaler keeps at least 1 pod, and no more than MAX; want MIN-MAX, for example 2-5", s)
	}
	return Scale{Min: int32(bottom), Max: int32(top)}, nil
}
