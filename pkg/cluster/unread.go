package cluster

import (
	"context"
	"slices"

	"golang.org/x/sync/errgroup"
	apierrors "k8s.io/apimachinery/pkg/api/errors"

	"github.com/kubectl-rio/kubectl-rio/pkg/manifest"
	"github.com/kubectl-rio/kubectl-rio/pkg/plan"
	"github.com/kubectl-rio/kubectl-rio/pkg/rio"
)

// unread is a kind that may not be read: roles by who has the role edit, secrets by who has
// view. What a service has of them its workloads say as well, so who writes none of them
// can do without.
type unread struct {
	also, kind string
	refusal    error
}

// readable reads the further objects of a service, but those that may not be read and need
// not be.
func (c *Client) readable(ctx context.Context, selector, namespace string, also []string) (objects []manifest.Object, without []unread, err error) {
	var lists []objectList
	var refused []unread
	for _, name := range also {
		for _, l := range c.further(namespace, name) {
			lists, refused = append(lists, l), append(refused, unread{also: name, kind: l.kind})
		}
	}
	found := make([][]manifest.Object, len(lists))
	group, ctx := errgroup.WithContext(ctx)
	for i := range lists {
		group.Go(func() (err error) {
			found[i], err = c.objects(ctx, selector, lists[i:i+1])
			if apierrors.IsForbidden(err) && refused[i].also != manifest.AlsoAutoscaler { // of that no workload says what it is
				refused[i].refusal, err = err, nil
			}
			return err
		})
	}
	err = group.Wait()
	return slices.Concat(found...), slices.DeleteFunc(refused, func(u unread) bool { return u.refusal == nil }), err
}

// standIn puts what the workloads say in the place of what could not be read.
func (s *Snapshot) standIn() {
	for _, u := range s.unread {
		for _, r := range s.Service.Revisions {
			for name, source := range rio.Sources(&r.Template, u.kind) {
				s.Service.PutConfig(rio.Config{Kind: u.kind, Namespace: s.Service.Namespace, Name: name, Source: source})
			}
		}
	}
	for _, o := range manifest.Render(s.Service) {
		if slices.ContainsFunc(s.unread, func(u unread) bool { return u.kind == manifest.Kind(o) }) {
			s.Objects = append(s.Objects, o)
		}
	}
}

// Changes lists the writes that lead to a service. It is an error where one of them leaves a
// route of others behind, or is about what could not be read: nobody writes that, nor removes
// the workload by which alone it is found.
func (s Snapshot) Changes(want rio.Service) (plan.ChangeSet, error) {
	changes := plan.Diff(s.Objects, want)
	if err := plan.Orphans(changes, s.Objects, want); err != nil {
		return nil, err
	}
	s.lay(changes)
	for _, u := range s.unread {
		for _, c := range changes {
			o := c.Object()
			if manifest.Kind(o) == u.kind || c.Op == plan.Delete && slices.Contains(manifest.Also([]manifest.Object{o}), u.also) {
				return nil, u.refusal
			}
		}
	}
	return changes, nil
}

// lay puts the live objects beside the updates of them, but for those whose lists are written with force.
func (s Snapshot) lay(changes plan.ChangeSet) {
	for i, c := range changes {
		kind := manifest.Kind(c.Object())
		if c.Op != plan.Update || kind == manifest.KindVirtualService || kind == manifest.KindDestinationRule {
			continue
		}
		for _, o := range s.Live {
			if o.GetUID() == c.Before.GetUID() && manifest.KindName(o) == manifest.KindName(c.Before) {
				changes[i].Live = o
			}
		}
	}
}
