package cli

import "github.com/kubectl-rio/kubectl-rio/pkg/rio"

// wanted is what is asked of one service, by revision.
type wanted[N any] struct {
	ref        rio.Ref // the revision where only one is named that is not latest, else the service
	byRevision map[string]N
}

// amounts reads NAME=NUMBER arguments, all before any is used, and puts those of one
// service together, so that they take effect at once.
func amounts[N any](o *Options, args []string, parse func(arg, namespace string) (rio.Amount[N], error)) ([]wanted[N], error) {
	all, err := parseAll(o, args, parse)
	if err != nil {
		return nil, err
	}
	var list []wanted[N]
	index := map[rio.Ref]int{}
	for _, a := range all {
		service := a.Of("")
		i, known := index[service]
		if !known {
			i = len(list)
			index[service] = i
			list = append(list, wanted[N]{service, map[string]N{}})
		}
		if _, twice := list[i].byRevision[a.RevisionName()]; twice {
			return nil, usagef("%q is given twice; name each revision once", a.Ref)
		}
		list[i].byRevision[a.RevisionName()] = a.N
		if list[i].ref = service; len(list[i].byRevision) == 1 && !a.IsLatest() {
			list[i].ref = a.Ref // which OrID needs
		}
	}
	return list, nil
}
