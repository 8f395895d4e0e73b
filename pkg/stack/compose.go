package stack

import (
	"cmp"
	"encoding/base64"
	"errors"
	"io/fs"
	"reflect"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"
	"k8s.io/utils/ptr"

	"github.com/kubectl-rio/kubectl-rio/pkg/spec"
)

func serviceKeys() map[string]key {
	return map[string]key{
		"dependsOn": {read: readDependsOn},
		"profiles":  {read: readProfiles},
		"inherit":   no("only a staged revision inherits; write it below revisions"),
		"weight":    no("latest gets what the staged revisions leave; give these their weights below revisions"),
	}
}

// unpublished are the exposed ports that are not published too: docker-compose says of those nothing new.
func unpublished(exposed, published []spec.Port) []spec.Port {
	return slices.DeleteFunc(exposed, func(e spec.Port) bool {
		return slices.ContainsFunc(published, func(p spec.Port) bool {
			return cmp.Or(p.Port, p.TargetPort) == e.Port && p.TargetPort == e.TargetPort && (p.Protocol == "udp") == (e.Protocol == "udp")
		})
	})
}

// readRestart takes what comes to "always", which is all that a service can do.
func readRestart(d *decoder, n *yaml.Node, path string, v reflect.Value) {
	if n.Value != "always" && n.Value != "unless-stopped" {
		d.fail(n, path, "%q cannot be: Kubernetes always restarts the containers of a service; want always", n.Value)
	}
}

// readCPUs takes a number of CPUs, which are reserved. In docker-compose they are a limit.
func readCPUs(d *decoder, n *yaml.Node, path string, v reflect.Value) {
	if d.compose() {
		d.fail(n, path, "%s; to reserve them write deploy: {resources: {reservations: {cpus: %q}}}", cpusNotLimited, n.Value)
		return
	}
	count, err := nanoCPUs(n.Value)
	if err != nil {
		d.fail(n, path, "%v", err)
		return
	}
	containerIn(v).NanoCPUs = &count
}

// envFile is a file of variables, in docker-compose's long form.
type envFile struct {
	Path     string `json:"path"`
	Required *bool  `json:"required"`
	Format   string `json:"format"`
}

func parseEnvFile(word string) (envFile, error) { return envFile{Path: word}, nil }

func envFileText(e envFile) string { return e.Path }

// readEnvFile puts the variables of files before what the file itself says.
func readEnvFile(d *decoder, n *yaml.Node, path string, v reflect.Value) {
	var lines []string
	for _, f := range as[[]envFile](d, n, path) {
		if f.Format != "" && f.Format != "raw" {
			d.fail(n, path, "the format %q of %q is not known here: want raw, or none", f.Format, f.Path)
			continue
		}
		text, err := d.open(f.Path)
		if !ptr.Deref(f.Required, true) && errors.Is(err, fs.ErrNotExist) {
			continue
		}
		if err != nil {
			d.fail(n, path, "%v", err)
			continue
		}
		more, err := d.variables(text, f.Format == "raw")
		if err != nil {
			d.fail(n, path, "the file %q: %v", f.Path, err)
		}
		for _, line := range more {
			if _, err := spec.ParseVariable(line); err != nil {
				name, _, _ := strings.Cut(line, "=") // the rest may be a secret
				d.fail(n, path, "the file %q: %q cannot be: %v", f.Path, name, err)
			}
		}
		lines = append(lines, more...)
	}
	c := containerIn(v)
	c.Environment = append(lines, c.Environment...)
}

func configKeys() map[string]key {
	return map[string]key{
		"file": {field: "content", read: readFile},
		"name": ownName("a config or secret has the name that stands before it"), "labels": no("configs and secrets have the labels that find them; take the key out"),
		"environment":    no("take the value from the environment by ${VARIABLE}: content: ${VARIABLE}"),
		"templateDriver": no("in a stack file the file itself may be a template; take the key out"),
	}
}

// readFile takes the content from a file beside the stack file.
func readFile(d *decoder, n *yaml.Node, path string, v reflect.Value) {
	text, err := d.open(n.Value)
	if err != nil {
		d.fail(n, path, "%v", err)
		return
	}
	c := v.Addr().Interface().(*Config)
	c.Content, c.Encoded = contentOf(text)
}

// contentOf is what a file holds, encoded where it is no text.
func contentOf(text string) (content *string, encoded string) {
	if strings.ToValidUTF8(text, "") != text {
		return nil, base64.StdEncoding.EncodeToString([]byte(text))
	}
	return &text, ""
}

func healthKeys() map[string]key {
	return map[string]key{
		"test": {read: readTest}, "disable": {read: readDisable},
		"interval": also("intervalSeconds"), "period": also("intervalSeconds"), "timeout": also("timeoutSeconds"),
		"startPeriod": also("initialDelaySeconds"), "initialDelay": also("initialDelaySeconds"), "retries": also("unhealthyThreshold"),
		"failureThreshold": also("unhealthyThreshold"), "successThreshold": also("healthyThreshold"),
		"startInterval": {read: readStartInterval},
	}
}

// readTest takes a list, or a line for the shell, unless the line is a URL or NONE.
func readTest(d *decoder, n *yaml.Node, path string, v reflect.Value) {
	h := v.Addr().Interface().(*spec.Healthcheck)
	if h.Test != nil {
		return // disable is set, and goes before what is merged in behind it
	}
	own := n.Kind != yaml.ScalarNode || n.Value == "NONE"
	for _, scheme := range []string{"http://", "https://", "tcp://", "grpc://"} {
		own = own || strings.HasPrefix(n.Value, scheme)
	}
	if own {
		h.Test = as[[]string](d, n, path)
		return
	}
	h.Test = []string{"CMD-SHELL", n.Value}
}

func readDisable(d *decoder, n *yaml.Node, path string, v reflect.Value) {
	if as[bool](d, n, path) {
		v.Addr().Interface().(*spec.Healthcheck).Test = []string{"NONE"}
	}
}
