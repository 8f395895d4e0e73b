package main

import (
	"strings"
	"testing"
	"time"

	"github.com/kubectl-rio/kubectl-rio/test/traffic"
)

func TestShellLine(t *testing.T) {
	got := shellLine([]string{"kubectl", "rio", "exec", "foobar", "sh", "-c", "echo it's $HOME", ""})
	if want := `kubectl rio exec foobar sh -c 'echo it'\''s $HOME' ''`; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

// A demo that cannot fail shows nothing.
func TestBrokenPromisesFailTheDemo(t *testing.T) {
	for name, tc := range map[string]struct {
		httpd, lost int // of 10,000
		want        string
	}{
		"kept":        {3000, 0, ""},
		"one is lost": {3000, 1, "1 of 12000 requests were lost"},
		"off by 3%":   {3300, 0, "v2 got 33.0% of 10000 requests, want 30%"},
	} {
		t.Run(name, func(t *testing.T) {
			s := &show{begin: time.Now()}
			s.judge(traffic.Report{
				{Name: "plateau", Requests: 10000 + tc.lost, Lost: tc.lost, Versions: map[string]int{"nginx": 10000 - tc.httpd, "httpd": tc.httpd}},
				{Name: "promoted", Requests: 2000 - tc.lost, Versions: map[string]int{"httpd": 2000 - tc.lost}},
			})
			err := s.verdict()
			if (err == nil) != (tc.want == "") || err != nil && !strings.Contains(err.Error(), tc.want) {
				t.Errorf("got %v, want %q", err, tc.want)
			}
		})
	}
}
