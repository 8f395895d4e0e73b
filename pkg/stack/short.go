package stack

import (
	"fmt"
	"net"
	"reflect"
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/kubectl-rio/kubectl-rio/pkg/rio"
	"github.com/kubectl-rio/kubectl-rio/pkg/spec"
)

// form is the short way to write a value: how a word is read, and the word of a value.
type form struct {
	read  func(word string, v reflect.Value) error
	write func(v reflect.Value) (string, bool) // false where the value says more than a word can
}

// formOf makes a form of a parser and its inverse. What a word does not give back whole is
// written out.
func formOf[T any](parse func(string) (T, error), format func(T) string) form {
	return form{
		read: func(word string, v reflect.Value) error {
			parsed, err := parse(word)
			if err == nil {
				v.Set(reflect.ValueOf(parsed))
			}
			return err
		},
		write: func(v reflect.Value) (string, bool) {
			value, ok := reflect.TypeAssert[T](v)
			if !ok {
				return "", false
			}
			word := format(value)
			back, err := parse(word)
			return word, err == nil && reflect.DeepEqual(back, value)
		},
	}
}

// forms are all short forms.
func forms() map[reflect.Type]form {
	return map[reflect.Type]form{
		reflect.TypeFor[rio.Permission]():  formOf(rio.ParsePermission, rio.Permission.String),
		reflect.TypeFor[rio.RouteTarget](): formOf(parseTarget, rio.RouteTarget.String),
		reflect.TypeFor[rio.RouteSource](): formOf(parseSource, sourceText),
		reflect.TypeFor[rio.HostPath]():    formOf(rio.ParseHostPath, rio.HostPath.String),
		reflect.TypeFor[rio.Pattern]():     formOf(rio.ParsePattern, rio.Pattern.String),
		reflect.TypeFor[spec.Mount]():      formOf(spec.ParseMount, spec.Mount.String),
		reflect.TypeFor[spec.Tmpfs]():      formOf(spec.ParseTmpfs, spec.Tmpfs.String),
		reflect.TypeFor[spec.Device]():     formOf(spec.ParseDevice, func(d spec.Device) string { return d.OnHost }),
		reflect.TypeFor[spec.FileFrom]():   formOf(spec.ParseFile, spec.FileFrom.String),
		reflect.TypeFor[envFile]():         formOf(parseEnvFile, envFileText),
	}
}

// readPorts takes ports as words and as mappings.
func readPorts(field string, publish bool) reader {
	return func(d *decoder, n *yaml.Node, path string, v reflect.Value) {
		var ports []spec.Port
		d.each(n, path, func(item *yaml.Node, path string) {
			if item.Kind == yaml.ScalarNode {
				more, err := parsePorts(d.untransported(item.Value), publish)
				if err != nil {
					d.fail(item, path, "%v", err)
				}
				ports = append(ports, more...)
				return
			}
			before := len(d.problems)
			p := as[spec.Port](d, item, path)
			if _, err := p.Spec(publish); err != nil && len(d.problems) == before {
				d.fail(item, path, "%v", err)
			}
			ports = append(ports, p)
		})
		f, _ := fieldByName(v, field)
		f.Set(reflect.ValueOf(ports))
	}
}

// parsePorts reads a port, or a range of them.
func parsePorts(word string, publish bool) ([]spec.Port, error) {
	words, err := eachPort(word)
	var ports []spec.Port
	for _, word := range words {
		p, err := parsePort(word, publish)
		if err != nil {
			return ports, err
		}
		ports = append(ports, p)
	}
	return ports, err
}

// parsePort reads a port as the command line has it. PORT:TARGET alone leaves the protocol
// open: docker-compose writes no other, and the gateway knows.
func parsePort(word string, publish bool) (spec.Port, error) {
	word, name, _ := strings.Cut(word, ",")
	if address, rest, ok := cutAddress(word); ok && anyAddress(address) {
		word = rest
	} else if ok {
		return spec.Port{}, fmt.Errorf("the address %q of %q cannot be chosen: the gateway and the nodes have theirs; write %s%s", address, word, rest, unlessLocal(address, rest))
	}
	if target, ok := onNode(word); publish && ok {
		word = target
	}
	if publish && strings.Contains(word, ":") && !strings.Contains(word, "/") {
		p, err := spec.ParsePort(word+"/http", publish)
		if err != nil {
			_, err = spec.ParsePort(word, publish) // in the words of the file
		}
		p.Protocol = ""
		return p, err
	}
	p, err := spec.ParsePort(word, publish)
	p.Name = name
	return p, err
}

// onNode is TARGET/udp for TARGET:TARGET/udp. A port of one number is on the nodes, as PORT:PORT of
// tcp that the gateway does not have.
func onNode(word string) (string, bool) {
	numbers, udp := strings.CutSuffix(word, "/udp")
	number, target, _ := strings.Cut(numbers, ":")
	return target + "/udp", udp && number == target
}

// anyAddress reports whether an address is none in particular, as where a variable leaves it empty.
func anyAddress(address string) bool {
	ip := net.ParseIP(strings.Trim(address, "[]"))
	return address == "" || ip != nil && ip.IsUnspecified()
}

// unlessLocal is the other way for a port that only its own machine was to reach.
func unlessLocal(address, rest string) string {
	if ip := net.ParseIP(strings.Trim(address, "[]")); ip == nil || !ip.IsLoopback() {
		return ""
	}
	return fmt.Sprintf(", which everybody reaches, or for the mesh alone expose: [%q]", rest[strings.LastIndex(rest, ":")+1:])
}

// cutAddress parts IP:PORT:TARGET, and IP::TARGET, where any port will do.
func cutAddress(word string) (address, rest string, ok bool) {
	i := strings.LastIndex(word, ":")
	if i < 0 || strings.Count(word, ":") < 2 {
		return "", "", false
	}
	j := strings.LastIndex(word[:i], ":")
	return word[:j], strings.TrimPrefix(word[j+1:], ":"), true
}

// portText is the shortest word for a port.
func portText(p spec.Port, publish bool) (string, bool) {
	protocol := ""
	if p.Protocol != "" {
		protocol = "/" + p.Protocol
	}
	for _, word := range []string{fmt.Sprintf("%d%s", p.TargetPort, protocol), fmt.Sprintf("%d:%d%s", p.Port, p.TargetPort, protocol)} {
		if back, err := parsePort(word, publish); err == nil && back == p {
			return word, true
		}
	}
	return "", false
}

const noAddress = "the gateway and the nodes have their addresses; take the key out, or write the port below expose for the mesh alone"

func portKeys() map[string]key {
	return map[string]key{
		"target": also("targetPort"), "published": also("port"), "hostIp": {read: readAddress}, "ip": {read: readAddress},
		"protocol": {read: readTransport}, "appProtocol": {read: readAppProtocol},
		"mode": only("a port is published at the gateway, or by the cluster's choice of number on every node, and not where its pod is; want ingress, or take the key out", "ingress"),
	}
}

// readAddress refuses one that is a certain one.
func readAddress(d *decoder, n *yaml.Node, path string, _ reflect.Value) {
	if !anyAddress(as[string](d, n, path)) {
		d.fail(n, path, "%s", noAddress)
	}
}

// readAppProtocol takes what a port speaks, which says more than what is under it.
func readAppProtocol(d *decoder, n *yaml.Node, path string, v reflect.Value) {
	v.Addr().Interface().(*spec.Port).Protocol = as[string](d, n, path)
}

// untransported is a port without the tcp that docker-compose has for all but udp: it does not say what is spoken.
func (d *decoder) untransported(word string) string {
	if !d.compose() {
		return word
	}
	return strings.TrimSuffix(word, "/tcp")
}

// readTransport takes the protocol where nothing says what is spoken on it.
func readTransport(d *decoder, n *yaml.Node, path string, v reflect.Value) {
	p := v.Addr().Interface().(*spec.Port)
	if p.Protocol == "" && d.untransported("/"+n.Value) != "" {
		p.Protocol = as[string](d, n, path)
	}
}
