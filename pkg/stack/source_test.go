package stack

import (
	"strings"
	"testing"
)

// Whatever name the text that is given back gets, it is read by the same rules, and is given back the same.
func TestExportedIsReadAsItWas(t *testing.T) {
	for sentence, c := range map[string]struct {
		s      Source
		marked bool
	}{
		"a stack file":                       {Source{Text: "services: {web: {image: 'a:${TAG}'}}"}, false},
		"compose, with a variable":           {Source{Text: "services: {web: {image: 'a:$TAG'}}", Compose: true}, true},
		"compose, with a dollar":             {Source{Text: "services: {web: {image: a, command: ['$$A']}}", Compose: true}, false},
		"compose, with braces":               {Source{Text: "services: {web: {image: a, command: ['{{ .A }}']}}", Compose: true}, true},
		"compose, with a variable's name":    {Source{Text: "services: {web: {image: a, environment: [TAG]}}", Compose: true}, true},
		"compose, with a file for dotenv":    {Source{Text: "services: {web: {image: a, env_file: a.env}}", Files: map[string]string{"a.env": "A='b'"}, Compose: true}, true},
		"compose, and nothing special":       {Source{Text: "services: {web: {image: a}}", Compose: true}, false},
		"compose that says so":               {Source{Text: "#compose\nservices: {web: {image: 'a:$TAG'}}", Compose: true}, false},
		"compose that says so, from Windows": {Source{Text: "#compose \r\nservices: {web: {image: 'a:$TAG'}}", Compose: true}, false},
		"compose of which a comment speaks":  {Source{Text: "#composed by me\nservices: {web: {image: 'a:$TAG'}}", Compose: true}, true},
	} {
		t.Run(sentence, func(t *testing.T) {
			text, want := c.s.Exported(), c.s.Text
			if c.marked {
				want = "#compose\n" + want
			}
			if text != want {
				t.Errorf("%s\nwant %s", text, want)
			}
			again := Source{Text: text, Files: c.s.Files, Compose: IsCompose(text)}
			if c.marked && !again.Compose {
				t.Error("under another name it is no docker-compose file any more")
			}
			if got := again.Exported(); got != text {
				t.Errorf("it is given back as %s", got)
			}
		})
	}
}

// The name in a file is refused where it is needed, with what to write.
func TestNameOfRefuses(t *testing.T) {
	const want = `cannot be the name of a stack, which is a namespace: want at most 63 lower-case letters, digits and -, beginning and ending with a letter or digit; write `
	for text, end := range map[string]string{
		"services: {}\nname: my_app":           `line 2: name: "my_app" ` + want + `"my-app", or name the stack: kubectl rio up STACK FILE`,
		"name: 'Über'":                         `line 1: name: "Über" ` + want + `another, or name the stack: kubectl rio up STACK FILE`,
		"services:\n  ${A}: {\nname: My.App":   `line 3: name: "My.App" ` + want + `"my-app", or name the stack: kubectl rio up STACK FILE`,
		"name: " + strings.Repeat("a", 64):     `line 1: name: "` + strings.Repeat("a", 64) + `" ` + want + `another, or name the stack: kubectl rio up STACK FILE`,
		"services: {web: {image: a}}\nname: a": "",
	} {
		name, err := NameOf(text)
		if end == "" && (err != nil || name != "a") || end != "" && (err == nil || err.Error() != end) {
			t.Errorf("%s\nis %q, %v\nwant %s", text, name, err, end)
		}
	}
}
