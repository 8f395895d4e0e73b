package cli

import (
	"context"
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"github.com/kubectl-rio/kubectl-rio/pkg/cluster"
	"github.com/kubectl-rio/kubectl-rio/pkg/plan"
	"github.com/kubectl-rio/kubectl-rio/pkg/rio"
)

func newRouteRmCmd(o *Options) *cobra.Command {
	m := newMutation(o)
	cmd := &cobra.Command{
		Use:   "rm HOST[.STACK][/PATH]...",
		Short: "Remove the routes of a host, or those for one path",
		Example: `
  # All routes of www
  kubectl rio route rm www

  # Those for one path, as route ls shows it
  kubectl rio route rm 'www/api*'

  # Those for every path, and no other
  kubectl rio route rm www/`,
		Args:              atLeast(1, "HOST[/PATH]"),
		ValidArgsFunction: completeRoutes(o),
		RunE: func(cmd *cobra.Command, args []string) error {
			return m.removeRoutes(cmd, args)
		},
	}
	m.addFlags(cmd)
	return cmd
}

func (m *mutation) removeRoutes(cmd *cobra.Command, args []string) error {
	type removal struct {
		ref  rio.Ref
		all  bool // whatever the path
		path rio.Pattern
	}
	removals, err := parseOnce(m.o, args, func(arg, namespace string) (removal, error) {
		ref, match, err := rio.ParseRouteURL(arg, namespace)
		r := removal{ref: ref, all: match.Path == nil && !strings.Contains(arg, "/")}
		switch {
		case err != nil:
		case match.Port != 0 || match.Scheme != nil:
			err = fmt.Errorf("invalid route %q: want HOST[.STACK][/PATH], without scheme and port", arg)
		case match.Path != nil:
			r.path = *match.Path
		}
		return r, err
	})
	if err != nil {
		return err
	}
	return each(m, cmd, args, removals, func(ctx context.Context, r removal) error {
		path := &r.path
		if r.all {
			path = nil
		}
		found := false // what is gone at a second look was taken away meanwhile, by this command or another
		return m.changeRoutes(ctx, r.ref, func(have cluster.Routes) (rio.RouteSet, error) {
			if !have.Set.Exists() && len(have.Objects) > 0 {
				return have.Set, nil // what a removal that was stopped has left
			}
			left, err := plan.RemoveRoutes(have.Set, path)
			if err != nil && found {
				return have.Set, nil
			}
			found = true
			return left, err
		})
	})
}
