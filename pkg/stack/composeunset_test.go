package stack

import "testing"

// docker-compose warns of a variable that nobody set; so is it said here, once.
func TestVariablesThatNobodySet(t *testing.T) {
	const told = " is not set, and empty; set it in the shell or in .env, or write ${"
	for text, want := range map[string]string{
		"a:$NONE":                        "line 2: NONE" + told + "NONE:-VALUE}, or ${NONE:?} to have that refused",
		"${NONE}$NONE":                   "line 2: NONE" + told + "NONE:-VALUE}, or ${NONE:?} to have that refused",
		"${EMPTY:-${NONE}}":              "line 2: NONE" + told + "NONE:-VALUE}, or ${NONE:?} to have that refused",
		"${TAG:-${NONE}}":                "",
		"$TAG$EMPTY$$NONE$${NONE}":       "",
		"${NONE:-}${NONE-a}${NONE:+$NO}": "",
	} {
		if got := notes(t, "services:\n  a: {image: a, command: ['"+text+"', '"+text+"']}"); got != want {
			t.Errorf("%s\n got %s\nwant %s", text, got, want)
		}
	}
}
