package main

import (
	"bytes"
	"strings"
	"testing"
	"time"
)

func TestRemaining(t *testing.T) {
	parts := []part{{name: "a", seconds: 60}, {name: "b", seconds: 120}, {name: "c", seconds: 30}}
	type times = map[string]time.Duration
	for name, tt := range map[string]struct {
		took, running times
		want          time.Duration
	}{
		"at the start it is the table's sum":             {nil, nil, 210 * time.Second},
		"time spent counts":                              {nil, times{"a": 40 * time.Second}, 170 * time.Second},
		"of two at a time, too":                          {nil, times{"a": 40 * time.Second, "c": 10 * time.Second}, 160 * time.Second},
		"a slow machine is slow in what is left":         {times{"a": 180 * time.Second}, nil, 300 * time.Second},
		"a fast one is fast":                             {times{"a": 0}, nil, 75 * time.Second},
		"a part that is late still needs a tenth of its": {nil, times{"a": 100 * time.Second}, 156 * time.Second},
		"nothing is left at the end":                     {times{"a": 1, "b": 1, "c": 1}, nil, 0},
	} {
		t.Run(name, func(t *testing.T) {
			if got := remaining(parts, tt.took, tt.running); (got - tt.want).Abs() > time.Millisecond {
				t.Errorf("got %v, want %v", got, tt.want)
			}
		})
	}
}

func TestAboutLeft(t *testing.T) {
	for want, d := range map[string]time.Duration{
		"about 0 s left": 0, "about 30 s left": 30*time.Second + 1, "about 5 s left": 2 * time.Second, "about 45 s left": 44 * time.Second,
		"about 1 min left": 50 * time.Second, "about 2 min left": 100 * time.Second, "about 7 min left": 7 * time.Minute,
	} {
		if got := aboutLeft(d); got != want {
			t.Errorf("%v: got %q, want %q", d, got, want)
		}
	}
}

func TestProgressWithoutATerminal(t *testing.T) {
	var out bytes.Buffer
	p := newProgress(&out, []part{{name: "etcd", seconds: 60}, {name: "kubelet", seconds: 60}, {name: "image", seconds: 5}})
	image := p.begin("image")
	p.begin("etcd")(true)
	image(true)
	p.begin("kubelet")(false)
	want := []string{
		"[ 3/3] image                    building    0s   (about 2 min left)",
		"[ 1/3] etcd                     building    0s   (about 2 min left)",
		"[ 1/3] etcd                     built       0s",
		"[ 3/3] image                    built       0s",
		"[ 2/3] kubelet                  building    0s   (about 30 s left)",
		"[ 2/3] kubelet                  failed      0s",
	}
	if got := strings.TrimRight(out.String(), "\n"); got != strings.Join(want, "\n") {
		t.Errorf("got\n%s\nwant\n%s", got, strings.Join(want, "\n"))
	}
}
