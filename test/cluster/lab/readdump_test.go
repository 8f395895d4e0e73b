package lab

import (
	"strings"
	"sync/atomic"
	"testing"

	"github.com/google/go-cmp/cmp"
)

var smallDump = Dump{
	"ConfigMap. a/x":         `{"apiVersion":"v1","data":{"key":"\u003c1\u003e"},"kind":"ConfigMap","metadata":{"name":"x","namespace":"a"}}`,
	"ConfigMap. b/x":         `{"apiVersion":"v1","kind":"ConfigMap","metadata":{"annotations":{"y":"z"},"name":"x","namespace":"b"}}`,
	"Namespace. /a":          `{"apiVersion":"v1","kind":"Namespace","metadata":{"name":"a"}}`,
	"Widget.example.org a/w": `{"apiVersion":"example.org/v2","kind":"Widget","metadata":{"name":"w","namespace":"a"},"spec":{"half":0.5,"large":9007199254740993,"n":1,"none":null}}`,
}

func TestReadDump(t *testing.T) {
	t.Parallel()
	d, err := ReadDump(t.Context(), apiServer(t, smallCluster(), nil))
	if diff := cmp.Diff(smallDump, d); err != nil || diff != "" {
		t.Errorf("%v; dump (-want +got):\n%s", err, diff)
	}
}

func TestReadDumpOfAKindThatGoes(t *testing.T) {
	t.Parallel()
	var asked atomic.Int32
	k := apiServer(t, smallCluster(), func(path string) bool { return path == "/apis/example.org/v1/old" && asked.Add(1) == 1 })
	if d, err := ReadDump(t.Context(), k); err != nil || !cmp.Equal(smallDump, d) {
		t.Errorf("got %v, %v, want what is there when all is read again", d, err)
	}
}

// A dump in which something is missing would prove that nothing has changed where something has.
func TestReadDumpIsWholeOrAnError(t *testing.T) {
	for sentence, tc := range map[string]struct {
		path, text, want string
	}{
		"a kind that does not answer":          {"/apis/example.org/v2/widgets", "", "list widgets.example.org: "},
		"a kind that is told of and not there": {"/apis/example.org/v2/widgets", "gone", "list widgets.example.org: "},
		"an answer that is no list":            {"/api/v1/configmaps", `{}`, "list configmaps: "},
		"a version of which nothing is told":   {"/apis/example.org/v1", "", "example.org/v1: "},
		"the groups":                           {"/apis", "", "not now"},
		"no kinds":                             {"/api/v1", `{"kind": "APIResourceList", "groupVersion": "v1", "resources": []}`, "no kind that can be listed"},
	} {
		t.Run(sentence, func(t *testing.T) {
			t.Parallel()
			answers := smallCluster()
			if answers[tc.path] = tc.text; tc.text == "gone" {
				delete(answers, tc.path)
			}
			if sentence == "no kinds" {
				answers["/apis"] = `{"kind": "APIGroupList", "groups": []}`
			}
			if d, err := ReadDump(t.Context(), apiServer(t, answers, nil)); err == nil || !strings.Contains(err.Error(), tc.want) || d != nil {
				t.Errorf("got %v, %v, want an error with %q", d, err, tc.want)
			}
		})
	}
}
