package main

import (
	"slices"
	"strings"
	"testing"
)

const printed = `{"Action":"start","Package":"example/a"}
{"Action":"run","Package":"example/a","Test":"TestGood"}
{"Action":"output","Package":"example/a","Test":"TestGood","Output":"=== RUN   TestGood\n"}
{"Action":"output","Package":"example/a","Test":"TestGood","Output":"    a_test.go:1: logged\n"}
{"Action":"output","Package":"example/a","Test":"TestGood","Output":"path  lost\n"}
{"Action":"output","Package":"example/a","Test":"TestGood","Output":"--- PASS: TestGood (2.50s)\n"}
{"Action":"pass","Package":"example/a","Test":"TestGood","Elapsed":2.5}
{"Action":"pass","Package":"example/a","Elapsed":2.6}
{"Action":"skip","Package":"example/notests"}
`

func TestTally(t *testing.T) {
	for name, tc := range map[string]struct {
		more, sum, verdict string
		shown              []string
	}{
		"all is well":     {"", "1 passed, 0 failed, 0 skipped", "", []string{"TestGood", "2.5s", "path  lost", "ok   example/a", "1 tests"}},
		"a skip is not":   {`{"Action":"skip","Package":"example/b","Test":"TestLazy"}`, "1 passed, 0 failed, 1 skipped", "skipped: example/b TestLazy", nil},
		"a failure shows": {`{"Action":"output","Package":"example/b","Test":"TestBad","Output":"    b_test.go:1: why\n"}` + "\n" + `{"Action":"fail","Package":"example/b","Test":"TestBad"}` + "\n" + `{"Action":"fail","Package":"example/b"}`, "1 passed, 1 failed, 0 skipped", "example/b TestBad\n        b_test.go:1: why", []string{"b_test.go:1: why"}},
		"what does not build": {`{"Action":"build-output","ImportPath":"example/c [example/c.test]","Output":"c.go:1: syntax error\n"}` + "\n" + `{"Action":"fail","Package":"example/c","FailedBuild":"example/c [example/c.test]"}`,
			"1 passed, 1 failed, 0 skipped", "example/c", []string{"syntax error"}},
		"an end outside of tests": {`{"Action":"output","Package":"example/d","Output":"no cluster\n"}` + "\n" + `{"Action":"fail","Package":"example/d"}`, "1 passed, 1 failed, 0 skipped", "example/d", []string{"no cluster"}},
	} {
		t.Run(name, func(t *testing.T) {
			var out strings.Builder
			tally := newTally(&out)
			failed, err := tally.read(strings.NewReader(printed + tc.more))
			if err != nil {
				t.Fatal(err)
			}
			if want := tally.failed > 0; failed != want {
				t.Errorf("failed is %t, want %t", failed, want)
			}
			if tally.String() != tc.sum {
				t.Errorf("got %s, want %s", tally, tc.sum)
			}
			err = tally.verdict()
			if (err == nil) != (tc.verdict == "") || err != nil && !strings.Contains(err.Error(), tc.verdict) {
				t.Errorf("verdict %v, want %q", err, tc.verdict)
			}
			for _, want := range tc.shown {
				if !strings.Contains(out.String(), want) {
					t.Errorf("%q is not in\n%s", want, &out)
				}
			}
			if strings.Contains(out.String(), "logged") {
				t.Errorf("the log of a test that passed was shown:\n%s", &out)
			}
		})
	}
	if err := newTally(&strings.Builder{}).verdict(); err == nil {
		t.Error("nothing tested counts as a pass")
	}
	if _, err := newTally(&strings.Builder{}).read(strings.NewReader("no json\n")); err == nil {
		t.Error("a stream that is none was read")
	}
}

func TestEvaluate(t *testing.T) {
	t.Setenv("PATH_BEFORE", "/usr/bin")
	env, err := evaluate(t.Context(), "export KUBECONFIG='/a b/c'\nexport P=/x:\"$PATH_BEFORE\"\n")
	if err != nil || !slices.Contains(env, "KUBECONFIG=/a b/c") || !slices.Contains(env, "P=/x:/usr/bin") {
		t.Errorf("got %q, %v", env, err)
	}
}
