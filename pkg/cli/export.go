package cli

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/spf13/cobra"

	"github.com/kubectl-rio/kubectl-rio/pkg/cluster"
	"github.com/kubectl-rio/kubectl-rio/pkg/plan"
	"github.com/kubectl-rio/kubectl-rio/pkg/rio"
	"github.com/kubectl-rio/kubectl-rio/pkg/stack"
)

const exportExample = `
  # The stack in use, as a stack file
  kubectl rio export > shop-stack.yml

  # Another stack, one service, two of them as one file
  kubectl rio export shop/
  kubectl rio export web
  kubectl rio export web api`

func newExportCmd(o *Options) *cobra.Command {
	var output, kind string
	cmd := &cobra.Command{
		Use:   "export [NAME...]",
		Short: "Export a stack",
		Long: `Write a stack, or one of its services, as a stack file. A stack that up made, and that is still as its file says, is written as the user wrote it,
comments and templates included; after any other change, its current state is written, without what no stack file holds: requests that stage --match
chose, and the cookie of weight --sticky. NAME is a service of the stack in use, or a stack; STACK/ is always the stack.
Services of one stack are written as one file.`,
		Example:           exportExample,
		ValidArgsFunction: completeTyped(o),
		RunE: func(cmd *cobra.Command, args []string) error {
			if output != "yaml" && output != "json" {
				return usagef("invalid --output %q: want yaml or json", output)
			}
			x := exporter{mutation: newMutation(o), json: output == "json"}
			if err := x.connect(cmd, args); err != nil {
				return err
			}
			things, err := o.lookUp(cmd.Context(), x.client, args, kind, typeService, typeStack)
			errs, written := []error{err}, 0
			for _, d := range documents(things) {
				text, err := x.text(cmd.Context(), d...)
				if err == nil && written > 0 && !x.json {
					text = "---\n" + text
				}
				if err == nil {
					_, err = fmt.Fprint(o.Out, text)
					written++
				}
				errs = append(errs, err)
			}
			return errors.Join(errs...)
		},
	}
	f := cmd.Flags()
	f.StringVarP(&output, "output", "o", "yaml", "yaml or json")
	completeFlag(cmd, "output", "yaml", "json")
	f.StringVarP(&kind, "type", "t", "", "what NAME is, where it may be both: service or stack")
	completeFlag(cmd, "type", typeService, typeStack)
	return cmd
}

// exporter writes stacks and services as stack files.
type exporter struct {
	*mutation
	json     bool
	verbatim bool // the text of a service that edit shows, and reads as it is
}

// documents parts what is named into files: services of one stack are one, for one file is one stack.
func documents(things []thing) [][]thing {
	var all [][]thing
	for _, t := range things {
		i := slices.IndexFunc(all, func(d []thing) bool {
			return d[0].kind == typeService && t.kind == typeService && d[0].ref.Namespace == t.ref.Namespace
		})
		if i < 0 {
			all = append(all, []thing{t})
		} else {
			all[i] = append(all[i], t)
		}
	}
	return all
}

// text is the file of a stack, or of services of one.
func (x exporter) text(ctx context.Context, things ...thing) (string, error) {
	if things[0].kind == typeStack {
		return x.stack(ctx, things[0].ref.Namespace)
	}
	gateway, err := x.client.Gateway(ctx)
	if err != nil {
		return "", err
	}
	f := stack.File{Services: map[string]stack.Service{}}
	for _, t := range things {
		snap, err := x.client.Load(ctx, t.ref)
		if err != nil {
			return "", err
		}
		f.Services[t.ref.Service] = asWritten(plan.Unjoined(snap.Service, gateway))
	}
	return x.encode(f)
}

// stack gives back what the user wrote, if that still is what there is.
func (x exporter) stack(ctx context.Context, name string) (string, error) {
	source, _, err := x.client.StackFile(ctx, name)
	if err != nil {
		return "", err
	}
	w := &stackWork{mutation: x.mutation, name: name, source: source}
	readable := source.Text != ""
	if readable {
		w.file, err = source.ReadAgain(name)
		readable = err == nil
	}
	if readable {
		err = w.plan(ctx)
	} else {
		err = w.look(ctx)
	}
	if err != nil {
		return "", err
	}
	if readable && !x.json && !w.changes() && len(w.problems) == 0 && !w.hasMore() {
		return source.Exported(), nil
	}
	f, err := x.asItIs(ctx, name, w.live, w.file)
	if err != nil {
		return "", err
	}
	f.Routes = map[string][]rio.Route{}
	for _, set := range w.sets {
		f.Routes[set.Name] = routesWritten(set)
	}
	return x.encode(f)
}

// hasMore reports whether there are services or routes that the file does not speak of.
func (w *stackWork) hasMore() bool {
	for _, set := range w.sets {
		if _, ok := w.file.Routes[set.Name]; !ok {
			return true
		}
	}
	return slices.ContainsFunc(w.live, func(s rio.Service) bool {
		_, ok := w.file.Services[s.Name]
		return !ok || slices.ContainsFunc(s.Revisions, func(r rio.Revision) bool {
			_, ok := w.file.Services[s.Name].Revisions[r.Name]
			return !ok && r.Name != rio.Latest
		})
	})
}

// asItIs writes down what is there. What services wait for is in their file only.
func (x exporter) asItIs(ctx context.Context, namespace string, live []rio.Service, kept stack.File) (stack.File, error) {
	f := stack.File{Services: map[string]stack.Service{}}
	gateway, err := x.client.Gateway(ctx)
	if err != nil {
		return f, err
	}
	var lost []error
	for _, s := range live {
		latest, ok := s.Latest()
		if !ok { // no file could say what is left of it
			lost = append(lost, rio.NoSuchRevision(s, rio.Latest))
			continue
		}
		if latest.Foreign {
			x.o.talk("service %q is left out: another tool made it", s.Name)
			continue
		}
		snap, err := x.client.Load(ctx, s.Ref())
		if err != nil {
			return f, err
		}
		service := asWritten(plan.Unjoined(ours(snap), gateway))
		for _, other := range kept.Services[s.Name].DependsOn {
			if slices.ContainsFunc(live, func(s rio.Service) bool { return s.Name == other }) {
				service.DependsOn = append(service.DependsOn, other)
			}
		}
		f.Services[s.Name] = service
	}
	if len(lost) > 0 {
		return f, errors.Join(lost...)
	}
	return f, x.addData(ctx, &f, namespace, kept)
}

// addData adds what services read and write. What is in secrets stays in the cluster, and is
// only named, as is what the stack's file calls external: up of what is exported would make it the file's.
func (x exporter) addData(ctx context.Context, f *stack.File, namespace string, kept stack.File) error {
	configs, err := x.client.Configs(ctx, rio.KindConfigMap, namespace, "")
	if err != nil {
		return err
	}
	secrets, err := x.client.Configs(ctx, rio.KindSecret, namespace, "")
	if err != nil {
		return err
	}
	volumes, err := x.client.Volumes(ctx, namespace, "")
	if err != nil {
		return err
	}
	f.Configs, f.Secrets, f.Volumes = map[string]stack.Config{}, map[string]stack.Config{}, map[string]stack.Volume{}
	for _, c := range configs {
		if f.Configs[c.Name] = configWritten(c); kept.Configs[c.Name].External {
			f.Configs[c.Name] = stack.Config{External: true}
		}
	}
	for _, c := range secrets {
		f.Secrets[c.Name] = stack.Config{External: true}
	}
	for _, v := range volumes {
		if v.Of == "" { // a StatefulSet makes those of its pods
			f.Volumes[v.Name] = volumeWritten(v)
		}
		if kept.Volumes[v.Name].External {
			f.Volumes[v.Name] = stack.Volume{External: true}
		}
	}
	if len(secrets) > 0 {
		x.o.talk("what is in secrets is not exported; they are named as external")
	}
	return nil
}

// ours is a service without the revisions that other tools made.
func ours(snap cluster.Snapshot) rio.Service {
	s := snap.Service.Clone()
	s.Revisions = slices.DeleteFunc(s.Revisions, func(r rio.Revision) bool { return r.Foreign })
	return s
}

func (x exporter) encode(f stack.File) (string, error) {
	if x.json {
		return stack.WriteJSON(f)
	}
	text, err := stack.Write(f)
	if x.verbatim {
		return text, err
	}
	return stack.Literal(text), err
}
