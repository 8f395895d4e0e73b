package stack

import (
	"strings"
	"testing"
)

// Whatever the template makes of a file, its errors have the lines that its user sees.
func TestErrorsHaveTheLinesOfTheFile(t *testing.T) {
	const wrong = "  web: {image: nginx, colour: blue}\n"
	for sentence, c := range map[string]struct{ text, want string }{
		"as it is":                               {"services:\n" + wrong, "line 2: services.web.colour"},
		"a part that is cut out":                 {"services:\n{{- if .Values.NONE }}\n  debug: {image: busybox}\n{{- end }}\n" + wrong, "line 5: services.web.colour"},
		"a part that leaves its line":            {"services:\n{{ if .Values.NONE }}\n  debug: {image: busybox}\n{{ end }}\n" + wrong, "line 5: services.web.colour"},
		"a line that is cut off behind":          {"services:\n  {{ if .Values.NONE -}}\n  debug: {image: busybox}\n  {{ end -}}\n" + wrong[2:], "line 5: services.web.colour"},
		"one that is repeated":                   {"services:\n{{- range until 3 }}\n  web{{ . }}: {image: a}\n{{- end }}\n" + wrong, "line 5: services.web.colour"},
		"what is wrong each time":                {"services:\n{{- range until 2 }}\n  web{{ . }}: {colour: a}\n{{- end }}\n", "line 3: services.web0.colour"},
		"an action of several lines":             {"{{ $a :=\n \"}}\" }}\nservices:\n" + wrong, "line 4: services.web.colour"},
		"an answer of several lines":             {"configs: {a: {content: \"${LINES}\"}}\nservices:\n" + wrong, "line 3: services.web.colour"},
		"one in a file that is no template":      {"#notemplating\nconfigs: {a: {content: \"${LINES}\"}}\nservices:\n" + wrong, "line 4: services.web.colour"},
		"where something is that is there twice": {"services:\n{{- if .Values.NONE }}\n  a: {}\n{{- end }}\n  web: {image: a}\n  web: {image: a}", `line 6: services.web: the key is given twice, first as "web" in line 5`},
		"what is no YAML":                        {"services:\n{{- if .Values.NONE }}\n  debug: {image: busybox}\n{{- end }}\n  web: {image: a\n", "the file is not YAML: yaml: line 5: "},
		"what is no YAML, and was filled in":     {"configs: {a: {content: \"${LINES}\"}}\nservices:\n  web: a: b\n", "the file is not YAML: yaml: line 3: "},
		"a second document":                      {"services:\n{{- if .Values.NONE }}\n  a: {}\n{{- end }}\n  web: {image: a}\n---\nservices: {}\n", "line 6: a second document begins"},
		"from Windows":                           {"services:\r\n{{- if .Values.NONE }}\r\n  debug: {image: busybox}\r\n{{- end }}\r\n" + wrong, "line 5: services.web.colour"},
	} {
		t.Run(sentence, func(t *testing.T) {
			_, err := Source{Text: c.text}.Read(map[string]string{"LINES": "1\n2\n3"}, open)
			if err == nil || !strings.HasPrefix(err.Error(), c.want) {
				t.Errorf("error %v, want %s", err, c.want)
			}
		})
	}
	f, err := Source{Text: "services:\n{{- if .Values.NONE }}\n  a: {}\n{{- end }}\n\n  web: {image: a}"}.Read(nil, open)
	if where, _ := f.Where("services", "web"); err != nil || where != "line 6: services.web" {
		t.Errorf("%s, %v", where, err)
	}
}
