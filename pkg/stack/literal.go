package stack

import (
	"encoding/json"
	"fmt"
	"regexp"
	"strings"
)

// Literal is what render makes the text of, whatever the answers are. Under the rules of
// docker-compose it is the same text, too.
func Literal(text string) string {
	text = strings.ReplaceAll(text, "$", "$$")
	if strings.Contains(text, "{{") && !strings.HasPrefix(text, plainMark) {
		text = plainMark + "\n" + text
	}
	return text
}

// foreign is what is text in JSON, and something else for a template or in YAML.
var foreign = regexp.MustCompile(`\$|\{\{|[\x7f-\x9f\x{feff}\x{fffe}\x{ffff}]`)

// WriteJSON is Write in JSON, which render makes the same JSON of.
func WriteJSON(f File) (string, error) {
	raw, err := json.MarshalIndent(f, "", "  ")
	return foreign.ReplaceAllStringFunc(string(raw), escaped) + "\n", err
}

func escaped(s string) string {
	var b strings.Builder
	for _, r := range s {
		fmt.Fprintf(&b, `\u%04x`, r)
	}
	return b.String()
}
