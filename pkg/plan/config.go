package plan

import (
	"fmt"
	"slices"
	"strings"

	corev1 "k8s.io/api/core/v1"

	"github.com/kubectl-rio/kubectl-rio/pkg/rio"
)

// Needed lists the configs and secrets that a revision's pod is to read, by kind and name:
// what Pin has to know.
func Needed(s rio.Service, revision string) []rio.Config {
	rev, ok := s.Revision(revision)
	if !ok {
		return nil
	}
	var needed []rio.Config
	for _, r := range rio.ConfigRefs(&rev.Template.Spec) {
		c := rio.Config{Kind: r.Kind, Namespace: s.Namespace, Name: rio.SourceOf(&rev.Template, r)}
		if c.Name != "" && !slices.ContainsFunc(needed, c.SameName) {
			needed = append(needed, c)
		}
	}
	rio.SortConfigs(needed)
	return needed
}

func find(list []rio.Config, kind, name string) *rio.Config {
	for i := range list {
		if list[i].Kind == kind && list[i].Name == name {
			return &list[i]
		}
	}
	return nil
}

// Pin gives a revision copies of its own of the configs and secrets that its pod reads, as
// they are now. Those of other tools, which may change them at any time, are read as they
// are. One that is not there is an error, unless the pod can do without it, or has a copy.
func Pin(s rio.Service, revision string, now []rio.Config) (rio.Service, error) {
	next := s.Clone()
	rev, ok := next.Revision(revision)
	if !ok {
		return s, rio.NoSuchRevision(s, revision)
	}
	missing := map[string][]string{}
	for _, r := range rio.ConfigRefs(&rev.Template.Spec) {
		source := rio.SourceOf(&rev.Template, r)
		c := find(now, r.Kind, source)
		switch {
		case c == nil && (r.Optional || source != *r.Name || source == ""):
			continue
		case c == nil:
			if !slices.Contains(missing[r.Kind], source) {
				missing[r.Kind] = append(missing[r.Kind], source)
			}
			continue
		}
		if err := mustHold(*c, r); err != nil {
			return s, err
		}
	}
	if len(missing) > 0 {
		return s, noSuchConfigs(s.Namespace, missing)
	}
	for _, c := range now {
		pin(&next, rev, c)
	}
	return next, nil
}

// pin leads all places that are about a config to the copy of how it is now.
func pin(s *rio.Service, rev *rio.Revision, c rio.Config) {
	if c.Foreign {
		return
	}
	sources, copied := rio.Sources(&rev.Template, c.Kind), c.Copy(s.Name)
	for _, r := range rio.ConfigRefs(&rev.Template.Spec) {
		if r.Kind == c.Kind && rio.SourceOf(&rev.Template, r) == c.Name {
			*r.Name = copied.Name
			sources[copied.Name] = c.Name
			s.PutConfig(copied)
		}
	}
	rio.NoteSources(&rev.Template, c.Kind, sources)
	mountSecret(&rev.Template.Spec, copied)
}

// mountSecret mounts a secret that is one file as that, any other as a directory.
func mountSecret(pod *corev1.PodSpec, c rio.Config) {
	subPath := ""
	if _, isFile := c.Data[rio.ContentKey]; isFile && len(c.Data) == 1 {
		subPath = rio.ContentKey
	}
	for _, v := range pod.Volumes {
		if v.Secret == nil || v.Secret.SecretName != c.Name || c.Kind != rio.KindSecret || len(v.Secret.Items) > 0 {
			continue
		}
		for _, k := range rio.Containers(pod) {
			for i := range k.VolumeMounts {
				if m := &k.VolumeMounts[i]; m.Name == v.Name && (m.SubPath == "" || m.SubPath == rio.ContentKey) {
					m.SubPath = subPath
				}
			}
		}
	}
}

// noSuchConfigs names all that are missing, by kind, each in the order of the pod.
func noSuchConfigs(stack string, missing map[string][]string) error {
	var what, remedies []string
	for _, kind := range []string{rio.KindConfigMap, rio.KindSecret} {
		for _, name := range missing[kind] {
			word := rio.ConfigWord(kind)
			what = append(what, fmt.Sprintf("no %s %q", word, name))
			remedies = append(remedies, fmt.Sprintf("kubectl rio %s create -n %s %s FILE", word, stack, name))
		}
	}
	it := "it"
	if len(what) > 1 {
		it = "them"
	}
	return fmt.Errorf("stack %q has %s; create %s: %s", stack, strings.Join(what, ", "), it, strings.Join(remedies, "; "))
}

func mustHold(c rio.Config, r rio.ConfigRef) error {
	for _, key := range r.Keys {
		if _, ok := c.Data[key]; !ok && !r.Optional {
			return fmt.Errorf("%s %q has no key %q (has %s); what is mounted as a file is under %q, where kubectl rio %s create puts it",
				c.Word(), c.Name, key, strings.Join(c.Keys(), ", "), key, c.Word())
		}
	}
	return nil
}

// Refresh gives revisions that read a config a copy of how it is now, and with it new pods.
func Refresh(s rio.Service, revisions []string, c rio.Config) (rio.Service, error) {
	if err := mayChange(s); err != nil {
		return s, err
	}
	next := awake(s, revisions...)
	for _, name := range revisions {
		rev, ok := next.Revision(name)
		if !ok {
			return s, rio.NoSuchRevision(s, name)
		}
		if err := mayUse(s, name); err != nil {
			return s, err
		}
		if !reads(&rev.Template, c) {
			flags, staged, then := restage(s, *rev, isFlag())
			with := "that"
			others := slices.ContainsFunc(rio.ConfigRefs(&rev.Template.Spec), func(r rio.ConfigRef) bool { return r.Kind == c.Kind })
			if others && !strings.Contains(flags, " --"+c.Word()+" ") { // latest's, which a list takes the place of
				with += " and, each behind --" + c.Word() + ", the others that it reads"
			}
			return s, fmt.Errorf("revision %q of %q does not read %s %q; stage it with %s: kubectl rio stage -n %s%s --%s %s:PATH %s%s",
				name, s.Name, c.Word(), c.Name, with, s.Namespace, flags, c.Word(), c.Name, staged, then)
		}
		if err := mustBeOurs(s, rev, "restart it with its own tool"); err != nil {
			return s, err
		}
		pin(&next, rev, c)
	}
	return next, nil
}

func reads(t *corev1.PodTemplateSpec, c rio.Config) bool {
	return slices.ContainsFunc(rio.ConfigRefs(&t.Spec), func(r rio.ConfigRef) bool {
		return r.Kind == c.Kind && rio.SourceOf(t, r) == c.Name
	})
}

// Readers lists the revisions that read a config, in the order of the services.
func Readers(services []rio.Service, c rio.Config) []rio.Ref {
	var refs []rio.Ref
	for _, s := range services {
		for _, r := range s.Revisions {
			if reads(r.Running(), c) {
				refs = append(refs, s.Ref().Of(r.Name))
			}
		}
	}
	return refs
}
