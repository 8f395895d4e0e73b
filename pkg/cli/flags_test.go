package cli

import (
	"bytes"
	"errors"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"k8s.io/cli-runtime/pkg/genericiooptions"

	"github.com/kubectl-rio/kubectl-rio/pkg/printer"
)

// rows are two of a list of services.
func rows() []printer.Service {
	made := time.Date(2018, 10, 3, 11, 0, 0, 0, time.UTC)
	return []printer.Service{
		{ID: "default:foobar", Name: "foobar", Stack: "default", Revision: "latest", Image: "nginx", Created: made, Scale: 3, State: "active", Weight: 70},
		{ID: "default:foobar:v2", Name: "foobar:v2", Stack: "default", Revision: "v2", Image: "httpd", Created: made, Scale: 1, State: "active", Weight: 30, Endpoints: []string{"http://foobar-v2.default.example.com"}},
	}
}

func TestListFormats(t *testing.T) {
	for sentence, tc := range map[string]struct {
		flags listFlags
		rows  any
		want  string
	}{
		"a table, when nothing is said": {listFlags{}, rows(), "table, wide: false\n"},
		"a wide one":                    {listFlags{form: form{output: "wide"}}, rows(), "table, wide: true\n"},
		"IDs":                           {listFlags{quiet: true}, rows(), "default:foobar\ndefault:foobar:v2\n"},
		"names of what has no ID":       {listFlags{quiet: true}, []printer.Container{{Name: "foobar/f6985f578-schpv"}}, "foobar/f6985f578-schpv\n"},
		"names":                         {listFlags{form: form{output: "name"}}, rows(), "foobar\nfoobar:v2\n"},
		"a template for each line":      {listFlags{form: form{format: "{{.name}} {{.weight}}% {{ago .created}}"}}, rows(), "foobar 70% About an hour ago\nfoobar:v2 30% About an hour ago\n"},
		"a template's own encoders":     {listFlags{form: form{format: "{{jsoncompact .scaleStatus.ready}}"}}, rows(), "0\n0\n"},
		"kubectl's template":            {listFlags{form: form{output: "go-template={{range .items}}{{.image}} {{end}}"}}, rows(), "nginx httpd "},
		"a path":                        {listFlags{form: form{output: "jsonpath={.items[*].weight}"}}, rows(), "70 30"},
		"a path that compares":          {listFlags{form: form{output: "jsonpath={.items[?(@.weight>50)].name}"}}, rows(), "foobar"},
		"columns of one's own":          {listFlags{form: form{output: "custom-columns=NAME:.name,URL:.endpoints[0]"}}, rows(), "NAME        URL\nfoobar      <none>\nfoobar:v2   http://foobar-v2.default.example.com\n"},
		"JSON on one line": {listFlags{form: form{format: "jsoncompact"}}, rows()[:1],
			`[{"created":"2018-10-03T11:00:00Z","id":"default:foobar","image":"nginx","name":"foobar","revision":"latest","scale":3,` +
				`"scaleStatus":{"available":0,"ready":0,"unavailable":0,"updated":0},"stack":"default","state":"active","weight":70}]` + "\n"},
		"nothing, as JSON": {listFlags{form: form{format: "json"}}, []printer.Service(nil), "[]\n"},
		"YAML":             {listFlags{form: form{format: "yaml"}}, []printer.Container{{Name: "a/b", Stack: "a", Container: "c", State: "running"}}, "- container: c\n  created: \"0001-01-01T00:00:00Z\"\n  image: \"\"\n  name: a/b\n  stack: a\n  state: running\n"},
		"a list, as kubectl writes one": {listFlags{form: form{output: "json"}}, []printer.Service(nil),
			"{\n    \"apiVersion\": \"rio.cattle.io/v1\",\n    \"items\": [],\n    \"kind\": \"List\"\n}\n"},
		"the same in YAML": {listFlags{form: form{output: "yaml"}}, []printer.Service(nil), "apiVersion: rio.cattle.io/v1\nitems: []\nkind: List\n"},
	} {
		t.Run(sentence, func(t *testing.T) {
			var out bytes.Buffer
			o := NewOptions(genericiooptions.IOStreams{Out: &out, ErrOut: &out})
			o.Now = func() time.Time { return time.Date(2018, 10, 3, 12, 0, 0, 0, time.UTC) }
			if err := tc.flags.validate(); err != nil {
				t.Fatal(err)
			}
			err := tc.flags.print(o, tc.rows, func(wide bool) error {
				_, err := out.WriteString(map[bool]string{true: "table, wide: true\n", false: "table, wide: false\n"}[wide])
				return err
			})
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(tc.want, out.String()); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestListRefusesFormats(t *testing.T) {
	for sentence, flags := range map[string]form{
		"a format that kubectl does not have": {output: "xml"},
		"a path that is none":                 {output: "jsonpath={.items"},
		"a template that does not end":        {output: "go-template={{range .items}}"},
		"columns that are none":               {output: "custom-columns=NAME"},
		"a template function that is none":    {format: "{{frob .name}}"},
	} {
		t.Run(sentence, func(t *testing.T) {
			var c coded
			if err := flags.validate(); !errors.As(err, &c) || c.code != exitUsage {
				t.Errorf("%v, want a usage error", err)
			}
		})
	}
}
