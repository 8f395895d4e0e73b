package stack

import (
	"errors"
	"fmt"
	"regexp"
	"strings"
	"text/template"

	"github.com/Masterminds/sprig/v3"
	"github.com/fluxcd/pkg/envsubst"
)

// Bounds on what a file may become. A stack is kept in one object of the cluster, of which
// etcd takes 1.5 MiB.
const (
	maxText     = 512 << 10
	maxRendered = 4 << 20
	maxRepeat   = 10_000
)

// plainMark stands at the start of a file that is no Go template.
const plainMark = "#notemplating"

// NamespaceVariable is the one that every file may use without an answer: the stack.
const NamespaceVariable = "NAMESPACE"

// render puts the answers in: first ${VAR} and its forms, then, unless the file starts with
// #notemplating, Go's template language with sprig's functions, where they are .Values.
func render(text string, answers map[string]string) (string, error) {
	text, _, err := substitute(text, answers)
	if err != nil || strings.HasPrefix(text, plainMark) {
		return text, err
	}
	t, err := template.New("stack file").Option("missingkey=zero").Funcs(functions()).Parse(text)
	if err != nil {
		return "", fmt.Errorf("the file is not a template: %w; start it with %s if it is not meant as one", err, plainMark)
	}
	var out bounded
	if err := t.Execute(&out, struct{ Values map[string]string }{answers}); err != nil { // of a map {{ .Name }} would be <no value>
		return "", fmt.Errorf("the template cannot be filled in: %w; start the file with %s if it is not meant as one", err, plainMark)
	}
	return out.text.String(), nil
}

// substitute replaces ${VAR}, and lists the variables that it met.
func substitute(text string, answers map[string]string) (string, []string, error) {
	if err := checkText(text); err != nil {
		return "", nil, err
	}
	if err := checkForms(text); err != nil {
		return "", nil, err
	}
	var met []string
	seen := map[string]bool{}
	out, err := envsubst.Eval(text, func(name string) (string, bool) {
		if !seen[name] {
			seen[name] = true
			met = append(met, name)
		}
		return answers[name], true
	})
	if err != nil {
		return "", nil, fmt.Errorf("a ${...} of the file cannot be read: %w; write $${ where none is meant", err)
	}
	return out, met, nil
}

// otherForm is one that envsubst takes for ${VAR:-text}. Two dollars are a plain one.
var otherForm = regexp.MustCompile(`(\$+)\{(\w+):?([?+])`)

// checkForms refuses ${VAR:?message} and ${VAR:+text}, of which a shell makes something else.
func checkForms(text string) error {
	for _, at := range otherForm.FindAllStringSubmatchIndex(text, -1) {
		dollars, name, form := at[3]-at[2], text[at[4]:at[5]], text[at[6]:at[7]]
		if dollars%2 == 0 {
			continue
		}
		remedy := fmt.Sprintf("write ${%s}, and ask for it: questions: [{variable: %s, required: true}]", name, name)
		if form == "+" {
			remedy = fmt.Sprintf("write {{ if .Values.%s }}...{{ end }}, and ask for it: questions: [{variable: %s}]", name, name)
		}
		return Problem{Line: 1 + strings.Count(text[:at[0]], "\n"), Text: fmt.Sprintf("${%s%s...} is not known here; %s", name, form, remedy)}
	}
	return nil
}

func checkText(text string) error {
	if len(text) > maxText {
		return fmt.Errorf("the file has %d bytes, want at most %d", len(text), maxText)
	}
	if strings.ContainsRune(text, 0) {
		return errors.New("the file holds a zero byte; want text")
	}
	return nil
}

// unrepeatable are the functions that give something else each time, beside those that sprig
// itself counts as such: a file must always render to the same, or it would change at each up.
var unrepeatable = []string{
	"ago", "bcrypt", "buildCustomCert", "derivePassword", "encryptAES", "genCA", "genCAWithKey", "genPrivateKey", "genSelfSignedCert",
	"genSelfSignedCertWithKey", "genSignedCert", "genSignedCertWithKey", "htpasswd", "randInt", "shuffle",
}

func functions() template.FuncMap {
	all := sprig.HermeticTxtFuncMap()
	for _, name := range unrepeatable {
		delete(all, name)
	}
	all["repeat"] = func(n int, s string) (string, error) {
		if n < 0 || n*len(s) > maxRendered {
			return "", fmt.Errorf("repeat %d times %d bytes: want at most %d bytes", n, len(s), maxRendered)
		}
		return strings.Repeat(s, n), nil
	}
	all["until"] = func(n int) ([]int, error) { return span(0, n, 1) }
	all["untilStep"] = span
	delete(all, "seq") // has no bound; until and untilStep do the same
	return all
}

func span(from, to, step int) ([]int, error) {
	var list []int
	for i := from; step > 0 && i < to || step < 0 && i > to; i += step {
		if len(list) == maxRepeat {
			return nil, fmt.Errorf("more than %d steps from %d to %d", maxRepeat, from, to)
		}
		list = append(list, i)
	}
	return list, nil
}

// bounded is a writer that takes so much and no more.
type bounded struct{ text strings.Builder }

func (b *bounded) Write(p []byte) (int, error) {
	if b.text.Len()+len(p) > maxRendered {
		return 0, fmt.Errorf("it becomes more than %d bytes", maxRendered)
	}
	return b.text.Write(p)
}
