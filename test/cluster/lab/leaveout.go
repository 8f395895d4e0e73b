package lab

import (
	"cmp"
	"fmt"
	"os"
	"strconv"
	"testing"
)

// Number is that of an environment variable, where it is set.
func Number(t *testing.T, variable string, otherwise int) int {
	t.Helper()
	n, err := strconv.Atoi(cmp.Or(os.Getenv(variable), strconv.Itoa(otherwise)))
	if err != nil {
		t.Fatalf("%s: %v", variable, err)
	}
	return n
}

// LeaveOut says on standard output, which make test shows, that a test does not fit this
// cluster; the test is to return then. With CI=true it fails: there nothing is left out.
func LeaveOut(t *testing.T, why string) {
	t.Helper()
	if os.Getenv("CI") == "true" {
		t.Fatalf("left out, which CI=true forbids: %s", why)
	}
	fmt.Printf("left out: %s, %s\n", t.Name(), why)
}
