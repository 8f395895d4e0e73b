package controlplane

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/kubectl-rio/kubectl-rio/pkg/rio"
)

// UninstallOptions says what goes beside what install made.
type UninstallOptions struct {
	Options
	Purge     bool // the services that kubectl rio made, too
	KeepIstio bool // leave Istio, though install brought it

	// Confirm is asked, before anything is removed, whether these services may go.
	Confirm func(services []string) error
}

// Uninstall takes out what install brought, in the order in which nothing hangs: what uses
// Istio, istiod, what istiod made, the kinds, the namespaces. It waits until all is gone.
// It refuses, before it takes out anything, while somebody uses what it would take away, and
// where another tool brought it.
func Uninstall(ctx context.Context, o UninstallOptions) error {
	p, err := o.connect()
	if err != nil {
		return err
	}
	return p.uninstall(ctx, o)
}

func (p *plane) uninstall(ctx context.Context, o UninstallOptions) error {
	ctx, cancel := context.WithTimeout(ctx, o.Timeout)
	defer cancel()
	if _, err := p.serverVersion(ctx); err != nil {
		return unreachable(err)
	}
	rights, err := p.rightsFinding(ctx, nil)
	if err != nil {
		return err
	}
	if rights.Level == rio.LevelFail {
		return o.report([]rio.Finding{rights})
	}
	if err := p.mustBeOurs(ctx); err != nil {
		return err
	}
	var ours istio
	if !o.KeepIstio {
		if ours, err = p.findIstio(ctx); err != nil {
			return err
		}
	}
	there, err := p.inTheWay(ctx, o, ours)
	if err != nil {
		return err
	}
	if err := p.removeServices(ctx, there); err != nil {
		return err
	}
	if err := p.removeStep(ctx, releaseRio, rioNamespace); err != nil {
		return err
	}
	if err := p.removeIstio(ctx, ours); err != nil {
		return err
	}
	return p.removeNamespaces(ctx, o.KeepIstio)
}

// removeServices purges what is there, and waits for what is on its way out.
func (p *plane) removeServices(ctx context.Context, there made) error {
	services := len(there.all())
	if services+len(there.going) == 0 {
		return nil
	}
	return p.step("services", func(update func(string)) (string, error) {
		if services > 0 {
			if err := p.purge(ctx); err != nil {
				return "", err
			}
		}
		return fmt.Sprintf("%d removed", services+len(there.going)), p.awaitGone(ctx, update)
	})
}

// inTheWay returns what there is to purge, or the error that says who is in the way.
func (p *plane) inTheWay(ctx context.Context, o UninstallOptions, ours istio) (made, error) {
	there, err := p.listMade(ctx)
	if err != nil {
		return made{}, err
	}
	services := there.all()
	if len(services) > 0 && !o.Purge {
		return made{}, fmt.Errorf("still in the cluster: %s; remove them: %s; or all at once: kubectl rio uninstall --purge",
			strings.Join(services, ", "), there.remedy())
	}
	if ours.ourBase != nil || ours.ourIstiod != nil {
		users, err := p.istioUsers(ctx)
		if err != nil {
			return made{}, err
		}
		if len(users) > 0 {
			return made{}, fmt.Errorf("istio came with kubectl rio, and others use it: %s; delete these, or leave it: kubectl rio uninstall --keep-istio", strings.Join(users, ", "))
		}
	}
	if len(services) > 0 && o.Confirm != nil {
		return there, o.Confirm(services)
	}
	return there, nil
}

// removeStep removes a release under a progress line.
func (p *plane) removeStep(ctx context.Context, name, namespace string) error {
	return p.step(name, func(update func(string)) (string, error) {
		there, err := p.remove(ctx, name, namespace, update)
		if name == releaseRio && err == nil { // its last record may be of an upgrade that failed, and not name all
			var orphaned bool
			orphaned, err = p.removeOrphans(ctx, update)
			there = there || orphaned
		}
		if !there {
			return "not installed", err
		}
		return "removed", err
	})
}

// removeIstio removes what install brought of Istio. The release of the chart base goes
// last: while it is there, a repeated run knows that Istio is ours.
func (p *plane) removeIstio(ctx context.Context, ours istio) error {
	if ours.ourIstiod != nil {
		err := p.removeStep(ctx, releaseIstiod, istioNamespace)
		if err != nil {
			return err
		}
	}
	if ours.ourIstiod != nil || ours.ourBase != nil || ours.isLeft() {
		if err := p.removeIstioLeftovers(ctx); err != nil {
			return err
		}
	}
	if ours.ourBase == nil {
		return nil
	}
	return p.step(releaseBase, func(update func(string)) (string, error) {
		if err := p.removeIstioKinds(ctx, update); err != nil {
			return "", err
		}
		_, err := p.remove(ctx, releaseBase, istioNamespace, update)
		return "removed", err
	})
}

// removeNamespaces removes the namespaces that install made, and says which it kept, as the
// releases did, because something of others is in them.
func (p *plane) removeNamespaces(ctx context.Context, keepIstio bool) error {
	names := []string{rioNamespace}
	if !keepIstio {
		names = append(names, istioNamespace)
	}
	err := p.step("namespaces", func(update func(string)) (string, error) {
		for _, name := range names {
			foreign, err := p.removeNamespace(ctx, name)
			if err != nil {
				return "", err
			}
			if len(foreign) > 0 {
				p.kept[name] = foreign
			}
		}
		return "removed", p.until(ctx, update, func() (string, error) {
			for _, name := range names {
				text, err := p.terminating(ctx, name)
				if text != "" || err != nil {
					return text, err
				}
			}
			return "", nil
		})
	})
	for _, name := range slices.Sorted(maps.Keys(p.kept)) {
		p.Talk("namespace %q is kept, others have in it: %s", name, strings.Join(p.kept[name], ", "))
	}
	return err
}
