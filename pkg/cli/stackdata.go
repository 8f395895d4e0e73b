package cli

import (
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"unicode/utf8"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/labels"

	"github.com/kubectl-rio/kubectl-rio/pkg/manifest"
	"github.com/kubectl-rio/kubectl-rio/pkg/plan"
	"github.com/kubectl-rio/kubectl-rio/pkg/rio"
	"github.com/kubectl-rio/kubectl-rio/pkg/stack"
)

// dataStep is the change of a config, a secret or a volume. One that left the file goes last,
// when no service reads it any more.
type dataStep struct {
	what    string
	gone    *rio.Config
	adopted bool // a command made it, and the file has it now
	changes plan.ChangeSet
}

// planData compares configs, secrets and volumes.
func (w *stackWork) planData(ctx context.Context) error {
	w.problems = map[string]error{}
	for _, of := range []struct {
		kind             string
		file, have, want *map[string]stack.Config
	}{
		{rio.KindConfigMap, &w.file.Configs, &w.have.Configs, &w.want.Configs},
		{rio.KindSecret, &w.file.Secrets, &w.have.Secrets, &w.want.Secrets},
	} {
		live, err := w.client.Configs(ctx, of.kind, w.name, "")
		if err != nil {
			return err
		}
		*of.have, *of.want = map[string]stack.Config{}, map[string]stack.Config{}
		for _, name := range slices.Sorted(maps.Keys(*of.file)) {
			if err := w.planConfig(ctx, of.kind, name, (*of.file)[name], *of.have, *of.want); err != nil {
				return err
			}
		}
		for _, c := range live {
			if _, wanted := (*of.file)[c.Name]; !wanted && c.Filed && w.only == "" {
				(*of.have)[c.Name] = configWritten(c)
				w.data = append(w.data, dataStep{what: c.Word() + " " + c.Name, gone: &c, changes: plan.ChangeSet{{Op: plan.Delete, Before: manifest.Config(c, "")}}})
			}
		}
	}
	return w.planVolumes(ctx)
}

func (w *stackWork) planConfig(ctx context.Context, kind, name string, said stack.Config, have, want map[string]stack.Config) error {
	if said.External {
		return w.letGo(ctx, kind, name, have, want)
	}
	content, err := said.Bytes()
	if err != nil {
		return usageError(fmt.Errorf("%s %q: %w", rio.ConfigWord(kind), name, err))
	}
	c := rio.Config{Kind: kind, Namespace: w.name, Name: name, Data: map[string][]byte{rio.ContentKey: content}, Description: said.Description, Filed: w.only == ""}
	if kind == rio.KindSecret {
		c.Type = corev1.SecretTypeOpaque // as the server has it: the names of copies tell types apart
	}
	live, mine, err := w.client.Get(ctx, kind, rio.Name{Namespace: w.name, Name: name})
	if err != nil {
		return err
	}
	step := dataStep{what: c.Word() + " " + name}
	if live == nil {
		step.changes, err = plan.CreateConfig(nil, c)
	} else {
		was, ok := manifest.ParseConfig(live)
		if ok {
			have[name] = configWritten(was)
			step.adopted = c.Filed && !was.Filed
		}
		c, step.changes, err = plan.UpdateConfig(live, mine, c)
		if was.Foreign {
			err = errNotMade
		}
	}
	if err != nil {
		w.problems[step.what] = w.wrong(rio.ConfigWord(kind)+"s", name, step.what, err)
		if was, ok := have[name]; ok {
			want[name] = was // it stays as it is
		}
		return nil
	}
	want[name] = configWritten(c)
	w.configs, w.data = append(w.configs, c), append(w.data, step)
	return nil
}

// letGo leaves a config that the file made, and now says is external, to itself: what is in it
// stays, and it no longer goes when it leaves the file.
func (w *stackWork) letGo(ctx context.Context, kind, name string, have, want map[string]stack.Config) error {
	live, mine, err := w.client.Get(ctx, kind, rio.Name{Namespace: w.name, Name: name})
	if err != nil || live == nil {
		return err
	}
	was, _ := manifest.ParseConfig(live)
	c, ok := manifest.ParseConfig(mine)
	if !ok || !c.Filed {
		return nil
	}
	c.Filed, c.Type = false, was.Type
	written := configWritten(was)
	have[name] = written
	written.External = true
	want[name] = written
	w.data = append(w.data, dataStep{what: c.Word() + " " + name, changes: plan.ChangeSet{{Op: plan.Update, Before: mine, After: manifest.Config(c, "")}}})
	return nil
}

// configWritten is a config as a stack file has it. One that is no single file is somebody
// else's to make.
func configWritten(c rio.Config) stack.Config {
	content, ok := c.Data[rio.ContentKey]
	switch {
	case !ok || len(c.Data) > 1:
		return stack.Config{External: true}
	case !utf8.Valid(content):
		return stack.Config{Encoded: base64.StdEncoding.EncodeToString(content), Description: c.Description}
	}
	return stack.Config{Content: new(string(content)), Description: c.Description}
}

// bringUpData writes what services are to find; what left the file goes when they do not
// read it any more.
func (w *stackWork) bringUpData(ctx context.Context, gone bool) error {
	return tryAll(w.data, func(d dataStep) error {
		if gone != (d.gone != nil) {
			return nil
		}
		changes := d.changes
		if gone {
			services, err := w.client.List(ctx, w.name, labels.Everything())
			if err == nil {
				changes, err = plan.RemoveConfig(manifest.Config(*d.gone, ""), *d.gone, plan.Readers(services, *d.gone), w.dryRun != dryRunNone)
			}
			if err != nil {
				return fmt.Errorf("%s: %w", d.what, err)
			}
		}
		result, err := w.put(ctx, changes)
		if err != nil {
			w.broken = append(w.broken, d.what)
			return fmt.Errorf("%s: %w", d.what, err)
		}
		w.results[d.what] = result
		return nil
	})
}

// readsBroken is a config, a secret or a volume of a service that could not, or must not, be written; empty: none is.
func (w *stackWork) readsBroken(service string) string {
	after := w.steps[service].after
	for _, r := range after.Revisions {
		var read []string
		for _, c := range plan.Needed(after, r.Name) {
			read = append(read, c.Word()+" "+c.Name)
		}
		for _, volume := range plan.Claimed(after, r.Name) {
			read = append(read, "volume "+volume)
		}
		for _, what := range read {
			if slices.Contains(w.broken, what) || w.refused(what) {
				return what
			}
		}
	}
	return ""
}

// refused reports that the file cannot make a config, a secret or a volume what it says. A volume of
// another size or class than that keeps no service: what is on it stays, and is the service's own.
func (w *stackWork) refused(what string) bool {
	err := w.problems[what]
	return err != nil && (!strings.HasPrefix(what, "volume ") || errors.Is(err, errNotMade))
}
