package rio

import (
	"fmt"
	"strconv"
	"strings"
)

// Amount is one NAME=NUMBER argument: a weight in percent, or a Scale.
type Amount[N any] struct {
	Ref
	N N
}

// ParseWeight reads [STACK/]SERVICE:REVISION=PERCENT[%], 0 to 100.
func ParseWeight(s, namespace string) (Amount[int], error) {
	name, value, ok := strings.Cut(s, "=")
	if !ok || value == "" {
		return Amount[int]{}, fmt.Errorf("invalid weight %q: want SERVICE:REVISION=PERCENT, for example: foobar:v2=30%%", s)
	}
	ref, err := ParseRef(name, namespace)
	if err != nil {
		return Amount[int]{}, err
	}
	n, err := ParsePercent(value)
	if err != nil {
		return Amount[int]{}, fmt.Errorf("invalid weight for %q: %w", name, err)
	}
	if ref.IsLatest() {
		return Amount[int]{}, fmt.Errorf("invalid weight %q: latest gets what the staged revisions leave; weight one of them: %s:REVISION=PERCENT", s, ref.Service)
	}
	return Amount[int]{ref, n}, nil
}

// ParsePercent reads a whole percent, with or without the sign.
func ParsePercent(s string) (int, error) {
	n, err := strconv.Atoi(strings.TrimSuffix(s, "%"))
	if err != nil || n < 0 || n > 100 {
		return 0, fmt.Errorf("%q is not a share, want a whole percent, 0%% to 100%%", s)
	}
	return n, nil
}

// maxReplicas bounds a scale far above what one cluster runs, below int32.
const maxReplicas = 100_000

// ParseScale reads [STACK/]SERVICE[:REVISION]=N, or MIN-MAX instead of N.
func ParseScale(s, namespace string) (Amount[Scale], error) {
	name, value, ok := strings.Cut(s, "=")
	if !ok || value == "" {
		return Amount[Scale]{}, fmt.Errorf("invalid scale %q: want SERVICE[:REVISION]=N, for example: foobar=3", s)
	}
	ref, err := ParseRef(name, namespace)
	if err != nil {
		return Amount[Scale]{}, err
	}
	n, err := ParseRange(value)
	return Amount[Scale]{ref, n}, err
}

// ParseReplicas reads a number of replicas.
func ParseReplicas(s string) (int, error) {
	n, err := strconv.Atoi(s)
	if err != nil || n < 0 || n > maxReplicas {
		return 0, fmt.Errorf("invalid scale %q: want a number of replicas, 0 to %d", s, maxReplicas)
	}
	return n, nil
}

// Shares are the weights of the revisions that have any, by name, in percent.
func (s Service) Shares() map[string]int {
	shares := map[string]int{}
	for _, r := range s.Revisions {
		if r.Weight > 0 {
			shares[r.Name] = r.Weight
		}
	}
	return shares
}

// BalanceLatest gives latest the share that the staged revisions leave. Weights
// that leave less than nothing are an error, and nothing is changed.
func (s Service) BalanceLatest() error {
	left := 100
	var shares []string
	for _, r := range s.Revisions {
		if r.Name == Latest || r.Weight == 0 {
			continue
		}
		left -= r.Weight
		shares = append(shares, fmt.Sprintf("%s=%d%%", r.Name, r.Weight))
	}
	if left < 0 {
		return fmt.Errorf("weights for %q sum to %d%%, want at most 100%% (%s)", s.Name, 100-left, strings.Join(shares, ", "))
	}
	if latest, ok := s.Latest(); ok {
		latest.Weight = left
	}
	return nil
}
