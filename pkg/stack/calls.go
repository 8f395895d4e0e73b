package stack

import (
	"maps"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/kubectl-rio/kubectl-rio/pkg/spec"
)

// call is of a service that another one calls, at no port where nothing says at which.
type call struct {
	service string
	port    spec.Port
}

var (
	// hostPort is HOST:PORT in a text, unless more follows, as in user:1234@db and postgres:16-alpine.
	hostPort = regexp.MustCompile(`(udp://)?([\w.-]+):(\d{2,5})([\w.@-]?)`)

	// hostName is a variable for a host, whose port has one that begins as it does. One called HOST
	// alone has none: PORT is where programs listen themselves.
	hostName = regexp.MustCompile(`^(.*?)(?:HOST|HOSTNAME|SERVER|ADDR|ADDRESS)$`)

	// What is written like a call and is none: a tag, and a line that nobody reads.
	imageName = regexp.MustCompile(`(?i)^[^=]*IMAGE[^=]*=`)
	comment   = regexp.MustCompile(`(?m)^\s*#.*$`)
)

// callers are the services that call another one, by its name and the port at which they do.
func (f File) callers() map[string]map[spec.Port][]string {
	callers := map[string]map[spec.Port][]string{}
	for _, by := range slices.Sorted(maps.Keys(f.Services)) {
		for _, c := range f.calls(f.Services[by]) {
			if _, ok := f.Services[c.service]; !ok || c.service == by {
				continue
			}
			if callers[c.service] == nil {
				callers[c.service] = map[spec.Port][]string{}
			}
			if ports := callers[c.service]; !slices.Contains(ports[c.port], by) {
				ports[c.port] = append(ports[c.port], by)
			}
		}
	}
	return callers
}

// calls are those of a service: what it depends on, and what its texts and variables name.
func (f File) calls(s Service) []call {
	var all []call
	for _, name := range s.DependsOn {
		all = append(all, call{service: name})
	}
	for _, text := range f.texts(s) {
		for _, found := range hostPort.FindAllStringSubmatch(text, -1) {
			if port, ok := exposed(found[3], found[1] != ""); ok && found[4] == "" {
				all = append(all, call{found[2], port})
			}
		}
	}
	values := map[string]string{}
	for _, e := range s.Environment {
		name, value, _ := strings.Cut(e, "=")
		values[strings.ToUpper(name)] = value
	}
	for _, name := range slices.Sorted(maps.Keys(values)) {
		if found := hostName.FindStringSubmatch(name); found != nil {
			c := call{service: values[name]}
			if found[1] != "" {
				c.port, _ = exposed(values[found[1]+"PORT"], false)
			}
			all = append(all, c)
		}
	}
	return all
}

// texts are what a service may read the address of another one in.
func (f File) texts(s Service) []string {
	environment := slices.DeleteFunc(slices.Clone(s.Environment), imageName.MatchString)
	all := slices.Concat(environment, s.Entrypoint, s.Command)
	for _, c := range s.Configs {
		content, _ := f.Configs[strings.TrimSuffix(c.Source, "?")].Bytes() // what is wrong with it is said of it
		all = append(all, comment.ReplaceAllString(string(content), ""))
	}
	return all
}

// exposed is a port as expose has it.
func exposed(number string, udp bool) (spec.Port, bool) {
	if _, err := strconv.ParseUint(number, 10, 16); err != nil {
		return spec.Port{}, false
	}
	if udp {
		number += "/udp"
	}
	p, err := parsePort(number, false)
	return p, err == nil
}
