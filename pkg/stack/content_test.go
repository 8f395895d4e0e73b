package stack

import (
	"fmt"
	"testing"
)

// A secret of which nothing is said is not an empty one: it would take away what is there.
func TestAConfigSaysWhatIsInIt(t *testing.T) {
	const nothing = "line 2: secrets.p: nothing says what is in it; write content, encoded or file, or external: true where it is there already"
	for said, want := range map[string]string{
		"":                          nothing,
		"{}":                        nothing,
		"{description: a}":          nothing,
		"{external: false}":         nothing,
		"{environment: A}":          "line 2: secrets.p.environment: take the value from the environment by ${VARIABLE}: content: ${VARIABLE}",
		"{file: }":                  nothing, // as ${VAR} of an empty VAR
		`{content: ""}`:             "",
		"{content: }":               "", // as ${VAR} of an empty VAR
		"{encoded: }":               "",
		"{<<: {content: a}}":        "",
		"{external: true}":          "",
		"{file: site.conf}":         "",
		"{encoded: YQ==, <<: {}}":   "",
		"{description: a, file: a}": `line 2: secrets.p.file: no such file`,
	} {
		_, err := Read("secrets:\n  p: "+said+"\n", open)
		if got := fmt.Sprint(err); got != want && (err != nil || want != "") {
			t.Errorf("%s\ngot  %s\nwant %s", said, got, want)
		}
	}
}

// One that is empty, or whose file is, is written as such.
func TestAnEmptyConfigIsWritten(t *testing.T) {
	f, err := ReadCompose("configs: {a: {content: }, b: {file: nothing}, c: {external: true}}", noEnv, func(string) (string, error) { return "", nil })
	if err != nil {
		t.Fatal(err)
	}
	written, err := Write(f)
	if want := "configs:\n  a:\n    content: \"\"\n  b:\n    content: \"\"\n  c:\n    external: true\n"; err != nil || written != want {
		t.Errorf("%v, %s", err, written)
	}
}
