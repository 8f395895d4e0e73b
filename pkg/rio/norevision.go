package rio

import (
	"fmt"
	"strings"
)

// NoSuchRevision is the error for a revision that the service does not have. Latest it has,
// unless somebody deleted the workload.
func NoSuchRevision(s Service, name string) error {
	return noRevision(s, name, "see: kubectl rio ps -n "+s.Namespace)
}

// NotStaged is NoSuchRevision for who would give the revision something, and so may want to make it.
func NotStaged(s Service, name string) error {
	return noRevision(s, name, fmt.Sprintf("stage it first: kubectl rio stage -n %s --image IMAGE %s:%s", s.Namespace, s.Name, name))
}

func noRevision(s Service, name, remedy string) error {
	if _, kept := s.Latest(); name == Latest && !kept && s.Exists() {
		return fmt.Errorf("service %q has lost its latest, whose workload somebody deleted; make another revision latest: %s", s.Name, s.LatestAgain())
	}
	var have []string
	for _, r := range s.Revisions {
		have = append(have, r.Name)
	}
	return fmt.Errorf("service %q has no revision %q (have %s); %s", s.Name, name, strings.Join(have, ", "), remedy)
}
