package main

import (
	"testing"
	"time"
)

// The first authority signs at once, and not all clocks are alike.
func TestACallerWhoseClockIsBehindConnects(t *testing.T) {
	as, _, err := authorities{}.renew(begin, life)
	if err != nil {
		t.Fatal(err)
	}
	certificate, err := as.signer(begin).sign([]string{host})
	if err != nil {
		t.Fatal(err)
	}
	if err := handshake(begin.Add(-10*time.Minute), as.bundle(), certificate); err != nil {
		t.Error(err)
	}
	for at, successors := range map[time.Duration]int{life*2/3 - time.Second: 0, life*2/3 + time.Second: 1} { // as it would be otherwise
		if next, _, err := as.renew(begin.Add(at), life); err != nil || len(next) != 1+successors {
			t.Errorf("after %s there are %d authorities, %v", at, len(next), err)
		}
	}
}
