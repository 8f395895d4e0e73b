package plan

import (
	"fmt"
	"strings"

	"github.com/kubectl-rio/kubectl-rio/pkg/rio"
)

// mustExist is the first question of every verb but run: whether the service is there, and known.
func mustExist(s rio.Service) error {
	if !s.Exists() {
		return fmt.Errorf("stack %q has no service %q; see: kubectl rio ps -n %s", s.Namespace, s.Name, s.Namespace)
	}
	return mustBeOne(s)
}

// mayChange refuses to touch a service in the middle of a promotion: the next step of
// that would undo what another verb did.
func mayChange(s rio.Service) error {
	if err := mustExist(s); err != nil {
		return err
	}
	if s.Undoing() {
		return fmt.Errorf("an undo of %q is not finished; finish it first: kubectl rio undo -n %s %s%s", s.Name, s.Namespace, s.Name, orBack(s))
	}
	if s.Promoting != "" {
		return fmt.Errorf("service %q is being promoted to revision %q; finish that first: kubectl rio promote -n %s %s:%s; or go back: %s",
			s.Name, s.Promoting, s.Namespace, s.Name, s.Promoting, s.Back())
	}
	return nil
}

// orBack adds to the way on with an undo the way back.
func orBack(s rio.Service) string {
	if back := s.Back(); back != "" {
		return "; or take it back: " + back
	}
	return ""
}

// mayUse refuses what leads anybody to a revision that is on its way out.
func mayUse(s rio.Service, revision string) error {
	if s.Removing == "" || s.Removing != revision {
		return nil
	}
	return fmt.Errorf("revision %q of %q is being removed; finish that first: kubectl rio rm -n %s %s:%s", revision, s.Name, s.Namespace, s.Name, revision)
}

// workload is what a revision's pods belong to, as kubectl takes it: deployment/foobar. What was
// adopted may have a name of its own.
func workload(s rio.Service, r *rio.Revision) string {
	if r.Observed != nil {
		return r.Observed.Workload
	}
	return strings.ToLower(r.Kind) + "/" + s.Ref().Of(r.Name).ObjectName()
}

// mustBeOurs refuses to rewrite a workload that another tool made.
func mustBeOurs(s rio.Service, r *rio.Revision, remedy string) error {
	if !r.Foreign {
		return nil
	}
	return fmt.Errorf("revision %q of %q was not made by kubectl rio, which routes to it but does not rewrite it; %s", r.Name, s.Name, remedy)
}
