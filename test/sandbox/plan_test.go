package main

import (
	"os"
	"slices"
	"testing"
	"testing/fstest"
)

var (
	exampleParts = []part{
		{name: "server", inputs: []string{"go.mod"}},
		{name: "echo", inputs: []string{"go.mod", "parts/echo"}},
		{name: "image", needs: []string{"echo"}},
	}
	exampleSource = map[string]string{"go.mod": "module x", "parts/echo/main.go": "package main"}
)

func planOf(t *testing.T, change map[string]string) plan {
	t.Helper()
	source := fstest.MapFS{}
	for _, files := range []map[string]string{exampleSource, change} {
		for name, content := range files {
			source[name] = &fstest.MapFile{Data: []byte(content)}
		}
	}
	p, err := newPlan(source, "/cache", exampleParts)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func TestPlanRebuildsWhatAChangeReaches(t *testing.T) {
	before := planOf(t, nil)
	for name, tt := range map[string]struct {
		change  map[string]string
		rebuilt []string
	}{
		"nothing":             {nil, nil},
		"a test":              {map[string]string{"parts/echo/main_test.go": "package main"}, nil},
		"a source":            {map[string]string{"parts/echo/main.go": "package other"}, []string{"echo", "image"}},
		"a new file":          {map[string]string{"parts/echo/b.go": ""}, []string{"echo", "image"}},
		"a file of no part":   {map[string]string{"up.go": "package main"}, nil},
		"the versions of all": {map[string]string{"go.mod": "module y"}, []string{"server", "echo", "image"}},
		"a file's end moved":  {map[string]string{"parts/echo/main.go": "package mai", "parts/echo/n.go": "n"}, []string{"echo", "image"}},
	} {
		t.Run(name, func(t *testing.T) {
			after := planOf(t, tt.change)
			want := map[string]bool{}
			for _, part := range tt.rebuilt {
				want[part] = true
			}
			for part, dir := range after.dirs {
				if changed := dir != before.dirs[part]; changed != want[part] {
					t.Errorf("%s: rebuilt %v, want %v", part, changed, want[part])
				}
			}
			if changed := after.key != before.key; changed != (len(want) > 0) {
				t.Errorf("key of all changed: %v, want %v", changed, len(want) > 0)
			}
		})
	}
}

func TestPlanRefusesAPartBeforeItsNeed(t *testing.T) {
	_, err := newPlan(fstest.MapFS{}, "/cache", []part{{name: "image", needs: []string{"echo"}}, {name: "echo"}})
	if err == nil || err.Error() != `part "image" needs "echo", which does not stand before it` {
		t.Errorf("got %v", err)
	}
}

func TestPartsOfThisCheckout(t *testing.T) {
	p, err := newPlan(os.DirFS("."), "/cache", parts())
	if err != nil {
		t.Fatal(err) // an input or a need that does not exist
	}
	for _, name := range append(imageParts, "kubectl", "istioctl", "istio-charts") {
		if p.dirs[name] == "" {
			t.Errorf("start.go uses the part %q, which is not built", name)
		}
	}
	for _, d := range (&sandbox{state: "/state", plan: p}).daemons(newSettings("/state", "10.0.0.1")) {
		if d.argv[0][0] != '/' {
			t.Errorf("daemon %s has no program: %q", d.name, d.argv[0])
		}
	}
}

func TestImagesOfDebianArePutAside(t *testing.T) {
	var got []string
	for _, p := range inLanes(parts())[1] {
		got = append(got, p.name)
	}
	if want := []string{"nginx-image", "httpd-image"}; !slices.Equal(got, want) {
		t.Errorf("got %q, want %q: another part may need the others", got, want)
	}
}
