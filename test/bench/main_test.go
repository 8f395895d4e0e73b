package main

import (
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

func TestReadHyperfine(t *testing.T) {
	for name, tc := range map[string]struct {
		raw          string
		ours, theirs figures
	}{
		"both":          {`{"results":[{"times":[0.03,0.02,0.025]},{"times":[0.05]}]}`, figures{25, 20, 30, 3}, figures{50, 50, 50, 1}},
		"one was taken": {raw: `{"results":[{"times":[0.03]}]}`},
		"no peer":       {raw: `{"results":[{"times":[0.03]},{"times":[]}]}`},
		"no json":       {raw: `hyperfine`},
	} {
		t.Run(name, func(t *testing.T) {
			ours, theirs, err := readHyperfine([]byte(tc.raw))
			if ours != tc.ours || theirs != tc.theirs || (err == nil) != (tc.ours.Runs > 0) {
				t.Errorf("got %+v, %+v, %v", ours, theirs, err)
			}
		})
	}
}

func TestVerdicts(t *testing.T) {
	ten, twenty := figures{10, 8, 30, 3}, figures{20, 20, 20, 1}
	for name, tc := range map[string]struct {
		row  row
		want string
	}{
		"half of the peer's":    {row{Ours: ten, Peer: "kubectl", Their: twenty, Limit: 0.5}, "met"},
		"twice the peer's":      {row{Ours: twenty, Peer: "kubectl", Their: ten, Limit: 1.9}, "missed"},
		"below a limit":         {row{Ours: ten, Limit: 10}, "met"},
		"the worst is above":    {row{Ours: ten, Limit: 10, Worst: true}, "missed"},
		"none is allowed":       {row{Ours: figures{Runs: 1}, Worst: true}, "met"},
		"one is none too many":  {row{Ours: figures{1, 1, 1, 1}, Worst: true}, "missed"},
		"said for comparison":   {row{Ours: ten, Peer: "kubectl", Their: twenty}, ""},
		"said without any peer": {row{Ours: ten}, ""},
	} {
		if got := tc.row.verdict(); got != tc.want {
			t.Errorf("%s: %q, want %q", name, got, tc.want)
		}
	}
}

func TestTable(t *testing.T) {
	r := report{Rows: []row{
		{What: "start", Unit: "ms", Ours: figures{20, 18, 31, 9}, Peer: "kubectl", Their: figures{40, 39, 45, 9}, Limit: 0.7},
		{What: "memory", Unit: "MiB", Ours: figures{160, 150, 170, 3}, Limit: 150},
	}}
	var out strings.Builder
	if err := r.print(&out); err != nil {
		t.Fatal(err)
	}
	want := "" +
		"goal     ours        min-max       peer              ratio   at most     result\n" +
		"start    20.0 ms     18.0-31.0     40.0 ms kubectl   0.50    0.7 x       met\n" +
		"memory   160.0 MiB   150.0-170.0   -                 -       150.0 MiB   missed\n"
	if out.String() != want {
		t.Errorf("got\n%s\nwant\n%s", &out, want)
	}
}

// A command that returns before the gateway has what it set is caught, and one after it is not.
func TestShift(t *testing.T) {
	for name, tc := range map[string]struct {
		command string
		early   bool
	}{
		"returns early":      {"touch returned", true},
		"returns afterwards": {"until test -e served; do sleep 0.01; done", false},
	} {
		t.Run(name, func(t *testing.T) {
			dir, asked := t.TempDir(), 0
			envoy := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
				share := "10"
				if _, err := os.Stat(filepath.Join(dir, "returned")); err == nil || !tc.early {
					asked++
				}
				if asked > 100 { // long enough for the command's end to be seen
					share = "30"
					if err := os.WriteFile(filepath.Join(dir, "served"), nil, 0o600); err != nil {
						t.Error(err)
					}
				}
				_, _ = w.Write([]byte(`{"configs":[{"route_config":{"virtual_hosts":[{"domains":["foobar.test"],"routes":[{"route":{"weighted_clusters":{"clusters":[
					{"name":"outbound|80|latest|foobar","weight":1},{"name":"outbound|80|v2|foobar","weight":` + share + `}]}}}]}]}}]}`))
			}))
			defer envoy.Close()
			g := &gateways{host: "foobar.test", dumps: []string{envoy.URL}}
			cmd := exec.CommandContext(t.Context(), "sh", "-c", tc.command)
			cmd.Dir = dir
			s, err := g.shift(t.Context(), cmd, 30)
			if err != nil || s.early != tc.early || (s.returned < s.served) != tc.early {
				t.Errorf("got %+v, %v", s, err)
			}
		})
	}
}
