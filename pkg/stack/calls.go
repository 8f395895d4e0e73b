package stack

import (
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/kubectl-rio/kubectl-rio/pkg/rio"
)

// hostPort is HOST:PORT in a text, unless more follows, as in user:1234@db and postgres:16-alpine.
var hostPort = regexp.MustCompile(`([\w.-]+):(\d{2,5})([\w.@-]?)`)

// unreached says at which ports the services of a docker-compose file call each other in vain. In
// docker a container is open to the others at all its ports, under their own numbers; here at
// those that the file names, and a published one under the number that it is published by.
func (f File) unreached(lines map[string]int) []Problem {
	callers := f.callers()
	var notes []Problem
	for _, name := range slices.Sorted(maps.Keys(f.Services)) {
		say := func(format string, args ...any) {
			path := "services." + name
			notes = append(notes, Problem{lines[path], path, fmt.Sprintf(format, args...)})
		}
		ports, err := f.Services[name].AllPorts()
		if err != nil {
			continue // which is said of the service
		}
		for _, number := range slices.Sorted(maps.Keys(callers[name])) {
			address, by := fmt.Sprintf("%s:%d", name, number), strings.Join(callers[name][number], ", ")
			moved := slices.IndexFunc(ports, func(p rio.PortSpec) bool { return p.Target == number })
			switch {
			case slices.ContainsFunc(ports, func(p rio.PortSpec) bool { return p.Number == number }):
			case moved >= 0:
				say("%q is called by %s, and is port %d here, by which it is published; write \"%s:%d\"", address, by, ports[moved].Number, name, ports[moved].Number)
			default:
				say("%q is called by %s, and is not open to other services; add \"%d\" to its expose", address, by, number)
			}
		}
		if by := f.dependents(name); len(ports) == 0 && len(callers[name]) == 0 && len(by) > 0 {
			say(`other services depend on it (%s), and no port of it is open to them; if they call it, name the port: expose: ["PORT"]`, strings.Join(by, ", "))
		}
	}
	return notes
}

// callers are the services whose texts name another one with a port, by its name and that port.
func (f File) callers() map[string]map[int32][]string {
	callers := map[string]map[int32][]string{}
	for _, by := range slices.Sorted(maps.Keys(f.Services)) {
		for _, text := range f.texts(f.Services[by]) {
			for _, found := range hostPort.FindAllStringSubmatch(text, -1) {
				name, behind := found[1], found[3]
				number, err := strconv.ParseUint(found[2], 10, 16)
				if _, ok := f.Services[name]; !ok || name == by || behind != "" || err != nil {
					continue
				}
				if callers[name] == nil {
					callers[name] = map[int32][]string{}
				}
				if n := int32(number); !slices.Contains(callers[name][n], by) {
					callers[name][n] = append(callers[name][n], by)
				}
			}
		}
	}
	return callers
}

// texts are what a service may read the address of another one in.
func (f File) texts(s Service) []string {
	all := slices.Concat(s.Environment, s.Entrypoint, s.Command)
	for _, c := range s.Configs {
		content, _ := f.Configs[strings.TrimSuffix(c.Source, "?")].Bytes() // what is wrong with it is said of it
		all = append(all, string(content))
	}
	return all
}

// dependents are the services that depend on one.
func (f File) dependents(name string) []string {
	return slices.DeleteFunc(slices.Sorted(maps.Keys(f.Services)), func(by string) bool {
		return !slices.Contains(f.Services[by].DependsOn, name)
	})
}
