package plan

import "github.com/kubectl-rio/kubectl-rio/pkg/rio"

// Step is one step of a promotion or an undo. Each leaves the service whole and its
// traffic served, and the next is found from what the cluster holds, so a command that was
// stopped anywhere is finished by asking again, and taken back by asking the other way.
type Step struct {
	Number, Of int    // for people: 2/5; of 0 where nothing is left to do
	Title      string // likewise
	Target     rio.Service
	Settle     string       // revision whose pods must all be of its newest template first
	Rehearse   *rio.Service // what later steps lead to: what would stop one of them is to be said before this one
	Follow     *rio.Service // where step 1, which is not the next yet, leads latest's traffic: routes of other stacks are to follow at once
	Alters     bool         // latest's pods must not stay as they are by the rehearsal
	Drain      string       // revision that the proxies must be done with first
	Stages     string       // revision that it puts beside latest, and that stays there if nothing follows
	Last       bool         // nothing is left to do after it
}

// Earlier is what a command that was stopped in the midst of its steps has written for
// certain, and all gateways come to serve. It may have begun to remove the revision that
// goes, and routes of others may not have followed yet.
func Earlier(s rio.Service) rio.Service {
	s = s.Clone()
	for _, name := range []string{s.Promoting, s.Removing} {
		if rev, ok := s.Revision(name); ok && rev.Weight == 0 && len(rev.Match) == 0 {
			s.Drop(name)
		}
	}
	if !s.Followed() {
		s.Routes = nil
	}
	return s
}

// Adrift reports whether routes lead to what somebody deleted. Such a share is latest's when it is read, but
// not at the gateways: the next write moves it there.
func Adrift(s rio.Service) bool {
	for _, share := range s.Lost {
		if share > 0 {
			return true
		}
	}
	_, kept := s.Latest()
	return !kept
}
