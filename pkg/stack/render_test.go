package stack

import (
	"strings"
	"testing"
)

func TestRender(t *testing.T) {
	answers := map[string]string{"NAMESPACE": "shop", "TAG": "v2", "EMPTY": ""}
	for sentence, c := range map[string]struct{ text, want string }{
		"a variable":                                   {"image: app:${TAG}", "image: app:v2"},
		"one that nobody gave is empty":                {"image: app${NONE}", "image: app"},
		"a default where it is not given":              {"image: app:${NONE:-v1}", "image: app:v1"},
		"a default where it is empty":                  {"image: app:${EMPTY:-v1}", "image: app:v1"},
		"upper case":                                   {"${TAG^^}", "V2"},
		"a replacement":                                {"${TAG/v/w}", "w2"},
		"the stack itself":                             {"host: db.${NAMESPACE}", "host: db.shop"},
		"a dollar that is meant":                       {"cmd: echo $${TAG}", "cmd: echo ${TAG}"},
		"a shell's condition":                          {"cmd: echo $${TAG:?no tag}", "cmd: echo ${TAG:?no tag}"},
		"another one of it":                            {"cmd: echo $${TAG:+x}", "cmd: echo ${TAG:+x}"},
		"a reference to the pod is not ours":           {"env: [IP=$(self/ip)]", "env: [IP=$(self/ip)]"},
		"a Go template":                                {"scale: {{ if eq .Values.TAG \"v2\" }}2{{ else }}1{{ end }}", "scale: 2"},
		"a value that nobody gave, in a Go template":   {"scale: {{ .Values.NONE }}1", "scale: 1"},
		"a function of sprig":                          {"{{ .Values.TAG | upper | quote }}", `"V2"`},
		"no Go template, because the file says so":     {"#notemplating\n{{ .Values.TAG }} ${TAG}", "#notemplating\n{{ .Values.TAG }} v2"},
		"repeat and until, within reason":              {`{{ repeat 3 "a" }}{{ range until 3 }}{{ . }}{{ end }}`, "aaa012"},
		"an answer that looks like a template is text": {"{{ .Values.BRACES }}", ""},
	} {
		t.Run(sentence, func(t *testing.T) {
			got, err := render(c.text, answers)
			if err != nil || got != c.want {
				t.Errorf("%q, %v; want %q", got, err, c.want)
			}
		})
	}
}

func TestRenderRefuses(t *testing.T) {
	for sentence, c := range map[string]struct{ text, want string }{
		"a variable without an end":             {"image: ${TAG", "write $${ where none is meant"},
		"a variable that must be given":         {"a: $${A:?x}\nb: ${B:-c}\nc: $$${TAG:?no tag}", "line 3: ${TAG?...} is not known here; write ${TAG}, and ask for it: questions: [{variable: TAG, required: true}]"},
		"one that must be set":                  {"image: ${TAG?no tag}", "line 1: ${TAG?...}"},
		"text where one is given":               {"a: b\nc: ${TAG:+-v}", "line 2: ${TAG+...} is not known here; write {{ if .Values.TAG }}...{{ end }}, and ask for it: questions: [{variable: TAG}]"},
		"text where one is set":                 {"a: ${B:-${TAG+x}}", "line 1: ${TAG+...}"},
		"a template that is none":               {"{{ if }}", "start it with #notemplating"},
		"another's template":                    {"command: [ps, --format, '{{.Names}}']", "can't evaluate field Names in type struct { Values map[string]string }; start the file with #notemplating if it is not meant as one"},
		"an answer without .Values":             {"image: app:{{ .TAG }}", "can't evaluate field TAG"},
		"what the machine would have to tell":   {`{{ env "HOME" }}`, `function "env" not defined`},
		"another result each time":              {`{{ genPrivateKey "rsa" }}`, `function "genPrivateKey" not defined`},
		"the time":                              {`{{ now }}`, `function "now" not defined`},
		"a bomb of text":                        {`{{ repeat 1000000000 "aaaaaaaa" }}`, "want at most"},
		"a bomb of steps":                       {`{{ range until 1000000000 }}a{{ end }}`, "more than 10000 steps"},
		"a bomb of output":                      {`{{ range until 10000 }}{{ range until 10000 }}aaaaaaaaaaaaaaaaaaaaaaaaaa{{ end }}{{ end }}`, "it becomes more than"},
		"a template that calls itself":          {`{{ define "a" }}{{ template "a" }}{{ end }}{{ template "a" }}`, "exceeded maximum template depth"},
		"a zero byte, which would cut it short": {"a: b\x00c: d", "zero byte"},
		"more than the cluster can keep":        {strings.Repeat("a", maxText+1), "want at most 524288"},
	} {
		t.Run(sentence, func(t *testing.T) {
			got, err := render(c.text, nil)
			if err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("%.60q, error %v; want one with %q", got, err, c.want)
			}
		})
	}
}
