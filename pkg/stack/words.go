package stack

import (
	"reflect"

	"github.com/mattn/go-shellwords"
	"go.yaml.in/yaml/v3"
)

// readWords takes a list of words, or a line that is split as a shell splits it. What a shell
// does with ; & | < > nobody does here: the parser stops there.
func readWords(name string) reader {
	return func(d *decoder, n *yaml.Node, path string, v reflect.Value) {
		list, _ := fieldByName(v, name)
		if n.Kind != yaml.ScalarNode {
			d.value(n, path, list)
			return
		}
		if clears(n) {
			return
		}
		parser := shellwords.NewParser()
		words, err := parser.Parse(n.Value)
		switch {
		case err == nil && parser.Position >= 0:
			d.fail(n, path, "%q holds what only a shell understands, from %q; write a list, or sh -c '...'", n.Value, string([]rune(n.Value)[parser.Position:]))
			return
		case err != nil || len(words) == 0:
			d.fail(n, path, "%q cannot be split into words; write a list", n.Value)
			return
		}
		list.Set(reflect.ValueOf(words))
	}
}

// clears reports whether words are given and there are none: what the image has is not to run.
func clears(n *yaml.Node) bool {
	return n.Kind == yaml.SequenceNode && len(n.Content) == 0 || n.Kind == yaml.ScalarNode && n.Tag == "!!str" && n.Value == ""
}

// isOneEmpty is what docker makes of an empty --entrypoint, and takes as one without words.
func isOneEmpty(n *yaml.Node) bool {
	return n.Kind == yaml.SequenceNode && len(n.Content) == 1 && n.Content[0].Tag == "!!str" && n.Content[0].Value == ""
}

// clear does what an entrypoint or a command without words asks for, as docker-compose means it,
// https://docs.docker.com/reference/compose-file/services/#entrypoint. To Kubernetes no words are
// the image's own: so the program is the command's first word, and where there is none, there is
// nothing that could run.
func (d *decoder) clear(pairs []pair, path string, v reflect.Value) {
	c := containerIn(v)
	if c == nil {
		return
	}
	cleared := map[string]*yaml.Node{}
	for _, p := range pairs {
		if n := p.value; p.means == "entrypoint" || p.means == "command" {
			if n.Kind == yaml.AliasNode {
				n = n.Alias
			}
			if clears(n) || p.means == "entrypoint" && isOneEmpty(n) {
				cleared[p.means] = n
			}
		}
	}
	switch program, arguments := cleared["entrypoint"], cleared["command"]; {
	case len(cleared) == 0:
	case program != nil && len(c.Command) == 0:
		d.fail(program, below(path, "entrypoint"), "it clears the image's entrypoint, and no command says what runs instead; write command: [PROGRAM, ARGUMENT...], or take it out")
	case program != nil:
		c.Entrypoint, c.Command = c.Command[:1:1], c.Command[1:]
	case len(c.Entrypoint) == 0:
		d.fail(arguments, below(path, "command"), "it clears the image's command, which Kubernetes does only beside an entrypoint; write entrypoint: [PROGRAM, ARGUMENT...], or take it out")
	default:
		c.Command = []string{} // none, also where a revision would inherit some
	}
}
