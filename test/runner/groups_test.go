package main

import (
	"slices"
	"testing"
)

func TestThePartsOfTheSoak(t *testing.T) {
	for _, tc := range []struct{ named, want []string }{
		{nil, []string{"losses", "faults", "crowd"}},
		{[]string{"crowd", "losses"}, []string{"losses", "crowd"}},
		{[]string{"faults", "fautls"}, nil},
	} {
		var got []string
		parts, err := chosen(tc.named)
		for _, p := range parts {
			got = append(got, p.name)
		}
		if !slices.Equal(got, tc.want) || (err == nil) != (tc.want != nil) {
			t.Errorf("%q: got %q, %v, want %q", tc.named, got, err, tc.want)
		}
	}
}
