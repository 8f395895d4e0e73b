package plan

import (
	"fmt"

	"github.com/kubectl-rio/kubectl-rio/pkg/manifest"
	"github.com/kubectl-rio/kubectl-rio/pkg/rio"
)

// CreateStack makes the namespace of a stack, or a stack of a namespace that is there. mine
// is what kubectl rio owns of it, nil when there is none.
func CreateStack(live *rio.Stack, mine manifest.Object, s rio.Stack) (ChangeSet, error) {
	if live != nil && live.Removing {
		return nil, fmt.Errorf("stack %q is being removed; wait until it is gone, or choose another name", s.Name)
	}
	if live != nil && live.Own {
		return nil, fmt.Errorf("stack %q exists; change it: kubectl rio stack update --description TEXT %s", s.Name, s.Name)
	}
	s.Own = true
	return Keep(mine, manifest.Stack(s)), nil
}

// UpdateStack gives a stack another description.
func UpdateStack(live *rio.Stack, mine manifest.Object, s rio.Stack) (ChangeSet, error) {
	if live == nil {
		return nil, fmt.Errorf("there is no stack %q; create it: kubectl rio stack create %s", s.Name, s.Name)
	}
	s.Own = live.Own
	return Keep(mine, manifest.Stack(s)), nil
}

// RemoveStack deletes a namespace that was made as a stack, with all that is in it.
func RemoveStack(live *rio.Stack, mine manifest.Object, name string) (ChangeSet, error) {
	if live == nil {
		return nil, fmt.Errorf("there is no stack %q; see: kubectl rio stack ls", name)
	}
	if err := live.MayRemove(); err != nil {
		return nil, err
	}
	return ChangeSet{{Op: Delete, Before: mine}}, nil
}
