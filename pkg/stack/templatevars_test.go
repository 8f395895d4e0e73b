package stack

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

// A variable has the same value in a template as in ${VAR}: the environment's before all others.
func TestATemplateSeesTheEnvironment(t *testing.T) {
	env := from(map[string]string{"DEBUG": "1", "TAG": "v2", "HOME": "/root", "NAMESPACE": "other"})
	for text, want := range map[string]map[string]string{
		`{{ if .Values.DEBUG }}a: {{ $.Values.TAG }}{{ end }}`:                   {"NAMESPACE": "shop", "DEBUG": "1", "TAG": "v2"},
		`name: {{ .Values.NAMESPACE }}{{ .Values.NOBODYS }}`:                     {"NAMESPACE": "shop"},
		"#notemplating\nconfigs: {a: {content: '{{ .Values.HOME }}'}}":           {"NAMESPACE": "shop"},
		"configs: {a: {content: 'write .Values.HOME in {{ printf `braces` }}'}}": {"NAMESPACE": "shop"},
	} {
		got, err := Answer(text, Inquiry{Stack: "shop", Env: env})
		if diff := cmp.Diff(want, got); err != nil || diff != "" {
			t.Errorf("%s: %v (-want +got)\n%s", text, err, diff)
		}
	}
}

// Where a template has all answers at hand, it may use any.
func TestATemplateHasWhatIsGivenToIt(t *testing.T) {
	for text, want := range map[string]map[string]string{
		"{{ with .Values }}a: {{ .MODE }}{{ end }}":                  {"NAMESPACE": "shop", "MODE": "fast", "OTHER": "1", "OLD": "2"},
		"{{ range $k, $v := .Values }}{{ $k }}: {{ $v }}\n{{ end }}": {"NAMESPACE": "shop", "MODE": "fast", "OTHER": "1", "OLD": "2"},
		"a: {{ .Values.OLD }}":                                       {"NAMESPACE": "shop", "OLD": "2"},
	} {
		got, err := Answer(text, Inquiry{Stack: "shop", Env: noEnv, Given: map[string]string{"MODE": "fast", "OTHER": "1"}, Stored: map[string]string{"MODE": "slow", "OLD": "2"}})
		if diff := cmp.Diff(want, got); err != nil || diff != "" {
			t.Errorf("%s: %v (-want +got)\n%s", text, err, diff)
		}
	}
}
