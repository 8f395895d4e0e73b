package cli

import (
	"bytes"
	"errors"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"github.com/spf13/cobra"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/resource"
	"k8s.io/cli-runtime/pkg/genericiooptions"

	"github.com/kubectl-rio/kubectl-rio/pkg/plan"
	"github.com/kubectl-rio/kubectl-rio/pkg/printer"
	"github.com/kubectl-rio/kubectl-rio/pkg/rio"
)

func TestPodFlags(t *testing.T) {
	for sentence, tc := range map[string]struct {
		flags []string
		args  []string
		want  plan.Pod
	}{
		"what is not given is not set":  {nil, nil, plan.Pod{}},
		"arguments are the container's": {nil, []string{"-c", "true"}, plan.Pod{Args: []string{"-c", "true"}}},
		"published and exposed ports": {[]string{"-p", "8080/http", "-p", "53/udp", "--expose", "9000:9001/grpc"}, nil, plan.Pod{Ports: []rio.PortSpec{
			{Port: rio.Port{Number: 80, Protocol: "http", Publish: true}, Target: 8080},
			{Port: rio.Port{Number: 53, Protocol: "udp", Publish: true}, Target: 53},
			{Port: rio.Port{Number: 9000, Protocol: "grpc"}, Target: 9001},
		}}},
		"variables keep commas, equal signs and their order": {[]string{"-e", "B=1,2", "--env", "A=x=y", "-e", "EMPTY"}, nil, plan.Pod{Env: []corev1.EnvVar{
			{Name: "B", Value: "1,2"}, {Name: "A", Value: "x=y"}, {Name: "EMPTY"},
		}}},
		"labels":                      {[]string{"-l", "tier=front", "--label", "example.com/x"}, nil, plan.Pod{Labels: map[string]string{"tier": "front", "example.com/x": ""}}},
		"a pull policy in Rio's word": {[]string{"--image-pull-policy", "not-present"}, nil, plan.Pod{PullPolicy: corev1.PullIfNotPresent}},
		"cpus and docker's megabytes": {[]string{"--cpus", "0.5", "-m", "512m"}, nil, plan.Pod{
			CPUs: new(resource.MustParse("500m")), Memory: new(resource.MustParse("512Mi")),
		}},
		"memory in bytes":               {[]string{"--memory", "1048576"}, nil, plan.Pod{Memory: new(resource.MustParse("1Mi"))}},
		"an entrypoint with its parts":  {[]string{"--entrypoint", "/bin/sh", "--entrypoint", "-x"}, nil, plan.Pod{Entrypoint: []string{"/bin/sh", "-x"}}},
		"a terminal":                    {[]string{"-it"}, nil, plan.Pod{Stdin: new(true), TTY: new(true)}},
		"a switch that is turned off":   {[]string{"--mesh=false", "--tty=false"}, nil, plan.Pod{Mesh: new(false), TTY: new(false)}},
		"a switch that is on by itself": {[]string{"--mesh"}, nil, plan.Pod{Mesh: new(true)}},
	} {
		t.Run(sentence, func(t *testing.T) {
			var flags podFlags
			cmd := &cobra.Command{Use: "run"}
			flags.add(cmd)
			if err := cmd.ParseFlags(tc.flags); err != nil {
				t.Fatal(err)
			}
			got, err := flags.pod(cmd, "", tc.args)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(tc.want, got, cmpopts.EquateEmpty()); diff != "" {
				t.Error(diff)
			}
		})
	}
}

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
		"a wide one":                    {listFlags{output: "wide"}, rows(), "table, wide: true\n"},
		"IDs":                           {listFlags{quiet: true}, rows(), "default:foobar\ndefault:foobar:v2\n"},
		"names of what has no ID":       {listFlags{quiet: true}, []printer.Container{{Name: "foobar/f6985f578-schpv"}}, "foobar/f6985f578-schpv\n"},
		"names":                         {listFlags{output: "name"}, rows(), "foobar\nfoobar:v2\n"},
		"a template for each line":      {listFlags{format: "{{.name}} {{.weight}}% {{ago .created}}"}, rows(), "foobar 70% About an hour ago\nfoobar:v2 30% About an hour ago\n"},
		"a template's own encoders":     {listFlags{format: "{{jsoncompact .scaleStatus.ready}}"}, rows(), "0\n0\n"},
		"kubectl's template":            {listFlags{output: "go-template={{range .items}}{{.image}} {{end}}"}, rows(), "nginx httpd "},
		"a path":                        {listFlags{output: "jsonpath={.items[*].weight}"}, rows(), "70 30"},
		"columns of one's own":          {listFlags{output: "custom-columns=NAME:.name,URL:.endpoints[0]"}, rows(), "NAME        URL\nfoobar      <none>\nfoobar:v2   http://foobar-v2.default.example.com\n"},
		"JSON on one line": {listFlags{format: "jsoncompact"}, rows()[:1],
			`[{"created":"2018-10-03T11:00:00Z","id":"default:foobar","image":"nginx","name":"foobar","revision":"latest","scale":3,` +
				`"scaleStatus":{"available":0,"ready":0,"unavailable":0,"updated":0},"stack":"default","state":"active","weight":70}]` + "\n"},
		"nothing, as JSON": {listFlags{format: "json"}, []printer.Service(nil), "[]\n"},
		"YAML":             {listFlags{format: "yaml"}, []printer.Container{{Name: "a/b", Stack: "a", State: "running"}}, "- created: \"0001-01-01T00:00:00Z\"\n  image: \"\"\n  name: a/b\n  stack: a\n  state: running\n"},
		"a list, as kubectl writes one": {listFlags{output: "json"}, []printer.Service(nil),
			"{\n    \"apiVersion\": \"rio.cattle.io/v1\",\n    \"items\": [],\n    \"kind\": \"List\"\n}\n"},
		"the same in YAML": {listFlags{output: "yaml"}, []printer.Service(nil), "apiVersion: rio.cattle.io/v1\nitems: []\nkind: List\n"},
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
	for sentence, flags := range map[string]listFlags{
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
