package stack

import (
	"cmp"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"
)

// In docker-compose a service with profiles is there when one of them is wanted,
// https://docs.docker.com/compose/how-tos/profiles/. Any other is as if it were not written.

// profilesVariable has the wanted ones, with commas between them; * is all.
const profilesVariable = "COMPOSE_PROFILES"

// leftOut is a service of which no profile is wanted.
type leftOut struct {
	line     int
	profiles []string
}

// readServices reads the wanted ones. Of the others nothing is looked at, but that their variables
// were put in before, as docker does it.
func readServices(d *decoder, n *yaml.Node, path string, v reflect.Value) {
	wanted := *n
	if d.compose() && n.Kind == yaml.MappingNode {
		wanted.Content = nil
		for _, p := range d.pairs(n, path, verbatim) {
			profiles := d.profilesOf(p.value)
			if !d.wants(profiles) {
				d.leftOut[p.key.Value] = leftOut{p.key.Line, profiles}
				continue
			}
			wanted.Content = append(wanted.Content, p.key, p.value)
		}
		if len(wanted.Content) == 0 && len(d.leftOut) > 0 { // or up would remove the whole stack
			d.fail(n, path, "all are left out, as %s has none of their profiles; set it to one of these, or to * for all", profilesVariable)
		}
	}
	v.Addr().Interface().(*File).Services = as[map[string]Service](d, &wanted, path)
}

// profilesOf are those of a service, none where anything is wrong with them: then it is read, which
// says so.
func (d *decoder) profilesOf(n *yaml.Node) (profiles []string) {
	said := d.problems
	if n, ok := d.follow(n); ok && n.Kind == yaml.MappingNode {
		for _, p := range d.pairs(n, "", verbatim) {
			if value, ok := d.follow(p.value); ok && p.key.Value == "profiles" && !saysNothing(value) {
				profiles = d.profiles(value, "")
			}
		}
	}
	if len(d.problems) > len(said) {
		d.takeBack(said)
		return nil
	}
	return profiles
}

// takeBack forgets problems, but that the file holds too much, which is said again.
func (d *decoder) takeBack(said []Problem) { d.problems, d.left = said, max(d.left, 0) }

// profiles reads names. Docker takes any; here the variable must be able to have them.
func (d *decoder) profiles(n *yaml.Node, path string) []string {
	profiles := as[[]string](d, n, path)
	for _, name := range profiles {
		if parts := profilesIn(name); !slices.Equal(parts, []string{name}) {
			d.fail(n, path, "%q cannot be the name of a profile: in %s there are commas between names, and no spaces around them; write [%s]", name, profilesVariable, strings.Join(parts, ", "))
		}
	}
	return profiles
}

func readProfiles(d *decoder, n *yaml.Node, path string, _ reflect.Value) {
	switch {
	case saysNothing(n):
	case !d.compose():
		d.fail(n, path, "%s", upWhole)
	default:
		d.profiles(n, path)
	}
}

// profilesIn are the names in a text as the variable has them. In an empty one, and in one that is
// not set, docker finds the empty name, and files make use of that: profiles: ["", postgres].
func profilesIn(text string) []string {
	names := strings.Split(text, ",")
	for i := range names {
		names[i] = strings.TrimSpace(names[i])
	}
	return names
}

func (d *decoder) wantedProfiles() []string {
	text, _ := d.env(profilesVariable)
	return profilesIn(text)
}

func (d *decoder) wants(profiles []string) bool {
	if len(profiles) == 0 {
		return true
	}
	wanted := d.wantedProfiles()
	return slices.Contains(wanted, "*") || slices.ContainsFunc(profiles, func(name string) bool { return slices.Contains(wanted, name) })
}

// wanting is how what has some profiles is wanted, too.
func (d *decoder) wanting(profiles []string) string {
	wanted := slices.DeleteFunc(d.wantedProfiles(), func(name string) bool { return name == "" })
	return profilesVariable + "=" + strings.Join(append(wanted, cmp.Or(profiles...)), ",")
}

// said are the profiles of a service in words.
func (s leftOut) said() string {
	named := slices.DeleteFunc(slices.Clone(s.profiles), func(name string) bool { return name == "" })
	return cmp.Or(strings.Join(named, ", "), `""`)
}

// sayLeftOut says which services are left out, those of the same profiles at once.
func (d *decoder) sayLeftOut() []Problem {
	of := map[string][]string{}
	for _, name := range slices.Sorted(maps.Keys(d.leftOut)) {
		said := d.leftOut[name].said()
		of[said] = append(of[said], name)
	}
	var notes []Problem
	for _, said := range slices.Sorted(maps.Keys(of)) {
		names, are, their, them := of[said], "is", "its", "it"
		if len(names) > 1 {
			are, their, them = "are", "their", "them"
		}
		first := d.leftOut[names[0]]
		notes = append(notes, Problem{Line: first.line, Text: fmt.Sprintf("%s %s left out, as none of %s profiles (%s) is wanted; %s brings %s",
			strings.Join(names, ", "), are, their, said, d.wanting(first.profiles), them)})
	}
	return notes
}

// missing says of a service that another one depends on why it is not there.
func (d *decoder) missing(name string) string {
	s, ok := d.leftOut[name]
	if !ok {
		return "not a service of this file"
	}
	return fmt.Sprintf("left out, as none of its profiles (%s) is wanted; set %s, or write depends_on: {%s: {required: false}}", s.said(), d.wanting(s.profiles), name)
}
