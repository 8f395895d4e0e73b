package printer_test

import (
	"bytes"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	corev1 "k8s.io/api/core/v1"

	"github.com/kubectl-rio/kubectl-rio/pkg/printer"
	"github.com/kubectl-rio/kubectl-rio/pkg/rio"
)

var now = time.Date(2018, 10, 3, 12, 0, 0, 0, time.UTC)

// service is one that runs well: a pod of the image, made so long ago.
func service(namespace, name, image string, age time.Duration, published bool) rio.Service {
	s := rio.Service{Namespace: namespace, Name: name, Domain: "127.0.0.1.nip.io", Gateway: "rio-system/rio-gateway"}
	if published {
		s.Ports = []rio.Port{{Number: 80, Protocol: "http", Publish: true}}
	}
	return with(s, rio.Latest, image, 1, age, 100)
}

// with is the service with a revision more.
func with(s rio.Service, revision, image string, replicas int32, age time.Duration, weight int) rio.Service {
	s = s.Clone()
	s.Put(rio.Revision{Name: revision, Kind: "Deployment", Replicas: new(replicas), Weight: weight, Observed: &rio.Observed{
		Created: now.Add(-age), UpToDate: true, Reported: true,
		Replicas: replicas, Ready: replicas, Available: replicas, Updated: replicas, Total: replicas,
		Template: corev1.PodTemplateSpec{Spec: corev1.PodSpec{Containers: []corev1.Container{{Name: s.Name, Image: image}}}},
	}})
	return s
}

// Each of these is a screen of Rio 0.0.3, byte by byte, the spaces at the ends of lines included.
func TestServiceTableIsRios(t *testing.T) {
	readme := with(service("test", "svc", "ibuildthecloud/demo:v1", 10*time.Hour, true), rio.Latest, "ibuildthecloud/demo:v1", 3, 10*time.Hour, 50)
	readme.Domain = "8gr18g.lb.rancher.cloud"
	readme = with(readme, "v3", "ibuildthecloud/demo:v3", 3, 10*time.Hour, 50)
	for sentence, tc := range map[string]struct {
		services []rio.Service
		want     string
	}{
		"no service": {nil, "" +
			"NAME      IMAGE     CREATED   SCALE     STATE     ENDPOINT   DETAIL\n"},
		"a service without ports": {[]rio.Service{service("default", "foobar", "nginx", 70*time.Second, false)}, "" +
			"NAME      IMAGE     CREATED              SCALE     STATE     ENDPOINT   DETAIL\n" +
			"foobar    nginx     About a minute ago   1         active               \n"},
		"a published one": {[]rio.Service{service("default", "foobar", "nginx", 8*time.Second, true)}, "" +
			"NAME      IMAGE     CREATED         SCALE     STATE     ENDPOINT                                 DETAIL\n" +
			"foobar    nginx     8 seconds ago   1         active    http://foobar.default.127.0.0.1.nip.io   \n"},
		"a staged revision, which is as old as the service": {[]rio.Service{with(service("default", "foobar", "nginx", 40*time.Minute, true), "v2", "httpd", 1, time.Minute, 0)}, "" +
			"NAME        IMAGE     CREATED          SCALE     STATE     ENDPOINT                                    DETAIL\n" +
			"foobar      nginx     40 minutes ago   1         active    http://foobar.default.127.0.0.1.nip.io      \n" +
			"foobar:v2   httpd     40 minutes ago   1         active    http://foobar-v2.default.127.0.0.1.nip.io   \n"},
		"after a promotion": {[]rio.Service{service("default", "foobar", "httpd", 61*time.Minute, true)}, "" +
			"NAME      IMAGE     CREATED             SCALE     STATE     ENDPOINT                                 DETAIL\n" +
			"foobar    httpd     About an hour ago   1         active    http://foobar.default.127.0.0.1.nip.io   \n"},
		"another stack than the one in use": {[]rio.Service{readme}, "" +
			"NAME          IMAGE                    CREATED        SCALE     STATE     ENDPOINT                                     DETAIL\n" +
			"test/svc      ibuildthecloud/demo:v1   10 hours ago   3         active    http://svc.test.8gr18g.lb.rancher.cloud      \n" +
			"test/svc:v3   ibuildthecloud/demo:v3   10 hours ago   3         active    http://svc-v3.test.8gr18g.lb.rancher.cloud   \n"},
		"the newest service is first": {[]rio.Service{service("default", "old", "a", time.Hour, false), service("default", "new", "b", time.Minute, false)}, "" +
			"NAME      IMAGE     CREATED              SCALE     STATE     ENDPOINT   DETAIL\n" +
			"new       b         About a minute ago   1         active               \n" +
			"old       a         About an hour ago    1         active               \n"},
	} {
		t.Run(sentence, func(t *testing.T) {
			var b bytes.Buffer
			if err := printer.ServiceTable(&b, printer.Services(tc.services), "default", now, false, false); err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(tc.want, b.String()); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestServiceTableWide(t *testing.T) {
	s := with(service("default", "foobar", "nginx", 40*time.Minute, true), rio.Latest, "nginx", 3, 40*time.Minute, 70)
	s = with(s, "v2", "httpd", 2, time.Minute, 30)
	s.Revisions[1].Observed.Ready, s.Revisions[1].Observed.Available = 1, 1
	s.Ports = append(s.Ports, rio.Port{Number: 8080, Protocol: "grpc", Publish: true})
	var b bytes.Buffer
	rows := printer.Services([]rio.Service{s, with(service("default", "other", "nginx", 2*time.Hour, false), rio.Latest, "nginx", 1, 2*time.Hour, 100)})
	printer.AddFigures(rows, s.Ref(), map[string]rio.Figures{
		rio.Latest: {Requests: 703, Window: 2 * time.Second, Latency: []rio.Bucket{{UpTo: 5 * time.Millisecond, Count: 703}}},
		"v2":       {Requests: 297, Errors: 3, Window: 2 * time.Second},
	})
	if err := printer.ServiceTable(&b, rows, "default", now, true, false); err != nil {
		t.Fatal(err)
	}
	want := "" +
		"NAME        IMAGE     CREATED          SCALE       STATE     READY     WEIGHT    MEASURED   RATE      ERRORS    P95       ENDPOINT                                    DETAIL\n" +
		"foobar      nginx     40 minutes ago   3           active    3/3       70%       70.3%      352/s     0         5ms       http://foobar.default.127.0.0.1.nip.io      \n" +
		"foobar:v2   httpd     40 minutes ago   (1/0/1)/2   active    1/2       30%       29.7%      148/s     1.0%      -         http://foobar-v2.default.127.0.0.1.nip.io   \n" +
		"other       nginx     2 hours ago      1           active    1/1       100%      -          -         -         -                                                     \n"
	if diff := cmp.Diff(want, b.String()); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff([]string{"http://foobar-v2.default.127.0.0.1.nip.io", "http://foobar-v2.default.127.0.0.1.nip.io:8080"}, rows[1].Endpoints); diff != "" {
		t.Errorf("a port that is not 80 is in the URL: %s", diff)
	}
	if rows[0].ID != "default:foobar" || rows[1].ID != "default:foobar:v2" {
		t.Errorf("IDs %q, %q", rows[0].ID, rows[1].ID)
	}
}

func TestScaleAndState(t *testing.T) {
	type counts struct{ want, total, available, ready, updated int32 }
	well := func(*rio.Observed) {}
	stuck := func(transitioning bool) func(*rio.Observed) {
		return func(o *rio.Observed) {
			o.Problems = []rio.Condition{{Reason: "FailedCreate", Message: "exceeded quota", Transitioning: transitioning}}
		}
	}
	for sentence, tc := range map[string]struct {
		counts               counts
		change               func(*rio.Observed)
		scale, state, detail string
	}{
		"all is as it should be":         {counts{3, 3, 3, 3, 3}, well, "3", "active", ""},
		"the only pod is not yet there":  {counts{1, 1, 0, 0, 1}, well, "(1/0/0)/1", "updating", ""},
		"one of three":                   {counts{3, 3, 1, 1, 3}, well, "(2/0/1)/3", "active", ""},
		"a rollout has begun":            {counts{3, 4, 3, 3, 1}, stuck(true), "(1/0/3)/3 33%", "updating", ""},
		"pods are still to be made":      {counts{3, 0, 0, 0, 0}, well, "(0/0/0)/3", "updating", ""},
		"scaled to nothing":              {counts{0, 0, 0, 0, 0}, well, "0", "inactive", ""},
		"on its way to nothing":          {counts{0, 2, 2, 2, 0}, well, "(0/0/2)/0", "active", ""},
		"more available than ready":      {counts{3, 3, 3, 2, 3}, well, "(0/1/2)/3", "active", ""},
		"no status yet":                  {counts{3, 0, 0, 0, 0}, func(o *rio.Observed) { o.Reported = false }, "3", "pending", ""},
		"the status is of an older spec": {counts{3, 3, 3, 3, 3}, func(o *rio.Observed) { o.UpToDate = false }, "3", "updating", ""},
		"it is being removed":            {counts{3, 3, 3, 3, 3}, func(o *rio.Observed) { o.Deleting = true }, "3", "removing", ""},
		"something is wrong":             {counts{3, 1, 1, 1, 1}, stuck(false), "(0/0/1)/3 33%", "error", "FailedCreate: exceeded quota"},
		"what is wrong comes before what changes": {counts{3, 1, 1, 1, 1}, func(o *rio.Observed) {
			stuck(false)(o)
			o.Problems = append([]rio.Condition{{Transitioning: true}}, o.Problems...)
		}, "(0/0/1)/3 33%", "error", "FailedCreate: exceeded quota"},
	} {
		t.Run(sentence, func(t *testing.T) {
			s := service("default", "foobar", "nginx", time.Minute, false)
			o, c := s.Revisions[0].Observed, tc.counts
			o.Replicas, o.Total, o.Available, o.Ready, o.Updated = c.want, c.total, c.available, c.ready, c.updated
			tc.change(o)
			var b bytes.Buffer
			if err := printer.ServiceTable(&b, printer.Services([]rio.Service{s}), "default", now, false, false); err != nil {
				t.Fatal(err)
			}
			row := columns(b.String())[1]
			if diff := cmp.Diff([]string{tc.scale, tc.state, tc.detail}, []string{row["SCALE"], row["STATE"], row["DETAIL"]}); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestSplitTable(t *testing.T) {
	s := with(service("default", "foobar", "nginx", time.Hour, true), rio.Latest, "nginx", 3, time.Hour, 69)
	s = with(s, "v2", "httpd", 1, time.Hour, 30)
	s = with(s, "v3", "caddy", 0, time.Hour, 1)
	s = with(s, "v4", "dark", 1, time.Hour, 0)
	for sentence, tc := range map[string]struct {
		unicode bool
		want    string
	}{
		"on a terminal that knows no more than ASCII": {false, "" +
			"REVISION   IMAGE     READY     SET\n" +
			"latest     nginx     3/3       ##############......  69%\n" +
			"v2         httpd     1/1       ######..............  30%\n" +
			"v3         caddy     0/0       #...................   1%\n" +
			"v4         dark      1/1       ....................   0%\n"},
		"on one that does": {true, "" +
			"REVISION   IMAGE     READY     SET\n" +
			"latest     nginx     3/3       ██████████████······  69%\n" +
			"v2         httpd     1/1       ██████··············  30%\n" +
			"v3         caddy     0/0       █···················   1%\n" +
			"v4         dark      1/1       ····················   0%\n"},
	} {
		t.Run(sentence, func(t *testing.T) {
			var b bytes.Buffer
			if err := printer.MeasuredTable(&b, s, nil, 0, printer.NewBars(tc.unicode)); err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(tc.want, b.String()); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestRoutesNameTheGatewaysPort(t *testing.T) {
	for want, set := range map[string]rio.RouteSet{
		"http://www.default.example.com":       {Domain: "example.com"},
		"http://www.default.example.com:30080": {Domain: "example.com", Entry: 30080},
		"http://www.default.example.com:8443":  {Domain: "example.com", Entry: 30080, Routes: []rio.Route{{Matches: []rio.RouteMatch{{Port: 8443}}}}},
		"http://www.default":                   {Entry: 30080}, // not at the gateway
	} {
		set.Namespace, set.Name = "default", "www"
		if set.Routes == nil {
			set.Routes = []rio.Route{{}}
		}
		set.Routes[0].To = []rio.RouteTarget{{Service: "web"}}
		if rows := printer.Routes([]rio.RouteSet{set}); rows[0].URL != want {
			t.Errorf("%s, want %s", rows[0].URL, want)
		}
	}
}

// A rewrite says how a request looks, and where it has targets beside it, not where it goes.
func TestRoutesShowAllThatTheyDo(t *testing.T) {
	to, path := []rio.RouteTarget{{Service: "a", Weight: 90}, {Service: "b", Weight: 10}}, &rio.HostPath{Path: "/new"}
	for want, r := range map[string]rio.Route{
		"to a,weight=90% b,weight=10%; rewrite /new; mirror c": {To: to, Rewrite: path, Mirror: &rio.RouteTarget{Service: "c"}},
		"rewrite a/new":      {To: []rio.RouteTarget{{Service: "a"}}, Rewrite: &rio.HostPath{Host: "a", Path: "/new"}},
		"rewrite b.far/new":  {To: []rio.RouteTarget{{Service: "b", Stack: "far"}}, Rewrite: &rio.HostPath{Host: "b.far", Path: "/new"}},
		"redirect x.org/new": {Redirect: &rio.HostPath{Host: "x.org", Path: "/new"}},
	} {
		var got []string
		for _, row := range printer.Routes([]rio.RouteSet{{Routes: []rio.Route{r}}}) {
			got = append(got, row.Action+" "+row.Target)
		}
		if got := strings.Join(got, "; "); got != want {
			t.Errorf("%s, want %s", got, want)
		}
	}
}

func TestCleanLine(t *testing.T) {
	for in, want := range map[string]string{
		"\x1b[1;31merror\x1b[0m\tat 12:00": "\x1b[1;31merror\x1b[0m\tat 12:00", // as it is
		"\x1b]0;title\x07\x1b[2Jgone":      " ]0;title  [2Jgone",
		"\x1b[31\x1b[0m":                   " [31\x1b[0m",
		"":                                 "",
	} {
		if got := printer.CleanLine(in); got != want {
			t.Errorf("%q became %q, want %q", in, got, want)
		}
	}
}
