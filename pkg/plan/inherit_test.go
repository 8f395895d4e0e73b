package plan_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/kubectl-rio/kubectl-rio/pkg/manifest"
	"github.com/kubectl-rio/kubectl-rio/pkg/plan"
	"github.com/kubectl-rio/kubectl-rio/pkg/rio"
	"github.com/kubectl-rio/kubectl-rio/pkg/spec"
)

// What is written of a service makes the same service, also where a staged revision lacks
// what latest has, and is then written the same again.
func TestUpOfWhatIsWrittenIsTheSame(t *testing.T) {
	for sentence, c := range map[string]struct {
		latest func(*spec.Revision)
		staged func(*spec.Revision)
		whole  bool
	}{
		"another image alone":          {func(r *spec.Revision) {}, func(r *spec.Revision) { r.Image = "app:2" }, false},
		"a variable more":              {func(r *spec.Revision) {}, func(r *spec.Revision) { r.Environment = []string{"A=1", "B=3", "C=4"} }, false},
		"a variable less":              {func(r *spec.Revision) {}, func(r *spec.Revision) { r.Environment = []string{"A=1"} }, true},
		"no variable at all":           {func(r *spec.Revision) {}, func(r *spec.Revision) { r.Environment = nil }, true},
		"no health check":              {func(r *spec.Revision) { r.Healthcheck = &spec.Healthcheck{Test: []string{"CMD", "true"}} }, func(r *spec.Revision) { r.Healthcheck = nil }, true},
		"no volume":                    {func(r *spec.Revision) { r.Volumes = []spec.Mount{{Kind: "volume", Source: "data", Target: "/data"}} }, func(r *spec.Revision) { r.Volumes = nil }, true},
		"no directory in memory":       {func(r *spec.Revision) { r.Tmpfs = []spec.Tmpfs{{Path: "/tmp"}} }, func(r *spec.Revision) { r.Tmpfs = nil }, true},
		"no config":                    {func(r *spec.Revision) { r.Configs = []spec.FileFrom{{Source: "site", Target: "/site"}} }, func(r *spec.Revision) { r.Configs = nil }, true},
		"no command":                   {func(r *spec.Revision) { r.Command = []string{"serve"} }, func(r *spec.Revision) { r.Command = nil }, true},
		"no user":                      {func(r *spec.Revision) { r.User = "1000" }, func(r *spec.Revision) { r.User = "" }, true},
		"no label":                     {func(r *spec.Revision) { r.Labels = map[string]string{"team": "a"} }, func(r *spec.Revision) { r.Labels = nil }, true},
		"no permission":                {func(r *spec.Revision) { r.Permissions = []rio.Permission{{Role: "editor"}} }, func(r *spec.Revision) { r.Permissions = nil }, true},
		"no sidekick":                  {func(r *spec.Revision) { r.Sidekicks = sidekick("logs") }, func(r *spec.Revision) { r.Sidekicks = nil }, true},
		"another sidekick":             {func(r *spec.Revision) { r.Sidekicks = sidekick("logs") }, func(r *spec.Revision) { r.Sidekicks = sidekick("proxy") }, true},
		"another way to be replaced":   {func(r *spec.Revision) { r.UpdateOrder = "stop-first" }, func(r *spec.Revision) { r.UpdateOrder = "" }, true},
		"not in the mesh":              {func(r *spec.Revision) {}, func(r *spec.Revision) { r.Mesh = new(false) }, false},
		"in the mesh, and latest not":  {func(r *spec.Revision) { r.Mesh = new(false) }, func(r *spec.Revision) { r.Mesh = nil }, true},
		"no pod":                       {func(r *spec.Revision) {}, func(r *spec.Revision) { r.Scale = &rio.Scale{} }, false},
		"one pod, and latest has none": {func(r *spec.Revision) { r.Scale = &rio.Scale{} }, func(r *spec.Revision) { r.Scale = &rio.Scale{Min: 1, Max: 1} }, false},
	} {
		t.Run(sentence, func(t *testing.T) {
			want := web("app:1")
			c.latest(&want.Revision)
			v2 := want.Revision
			c.staged(&v2)
			v2.Inherit = new(false)
			want.Revisions = map[string]spec.Revision{"v2": v2}
			empty := rio.Service{Namespace: "shop", Name: "web"}
			made := up(t, empty, want)
			written := plan.Write(made)
			if whole := written.Revisions["v2"].Inherit != nil; whole != c.whole {
				t.Errorf("written whole: %t, want %t", whole, c.whole)
			}
			for from, s := range map[string]rio.Service{"nothing": empty, "itself": made} {
				again := up(t, s, written)
				if diff := cmp.Diff(made, again, cmpopts.EquateEmpty()); diff != "" {
					t.Errorf("made of %s it is another (-first +again):\n%s", from, diff)
				}
				if diff := cmp.Diff(written, plan.Write(again)); diff != "" {
					t.Errorf("written again (-first +again):\n%s", diff)
				}
				if changes := plan.Diff(manifest.Render(made), again); len(changes) > 0 {
					t.Errorf("%d objects change", len(changes))
				}
			}
		})
	}
}

func sidekick(name string) map[string]spec.Sidekick {
	return map[string]spec.Sidekick{name: {Container: spec.Container{Image: "busybox"}}}
}

func TestWhatInheritsNothingNamesItsIstio(t *testing.T) {
	want, gw := withV2(web("app:1"), 0), upGateway
	v2 := want.Revision
	v2.Inherit = new(false)
	want.Revisions["v2"], gw.MeshRevision = v2, "canary"
	made, err := plan.Up(rio.Service{Namespace: "shop", Name: "web"}, want, gw, asIs)
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range made.Revisions {
		if r.Template.Labels[rio.LabelMeshRevision] != "canary" {
			t.Errorf("%s has labels %v", r.Name, r.Template.Labels)
		}
	}
}

func TestUpRefusesOfRevisions(t *testing.T) {
	for sentence, c := range map[string]struct {
		v2  spec.Revision
		err string
	}{
		"no image":                   {spec.Revision{Inherit: new(false)}, `revision "v2" of "web" inherits nothing and has no image; give it one, or take out inherit`},
		"no port":                    {spec.Revision{Inherit: new(false), Container: spec.Container{Image: "a"}}, `revision "v2" of "web" inherits nothing and has no port 80/http, to which the service leads; give it that, or take out inherit`},
		"a weight, and no pod":       {spec.Revision{Weight: 10, Scale: &rio.Scale{}}, `revision "v2" of "web" is to carry 10% of the traffic, so it needs a pod; give it a scale of 1 or more, or no weight`},
		"a weight and latest's pods": {spec.Revision{Weight: 10}, ""},
	} {
		t.Run(sentence, func(t *testing.T) {
			want := web("app:1")
			want.Revisions = map[string]spec.Revision{"v2": c.v2}
			_, err := plan.Up(rio.Service{Namespace: "shop", Name: "web"}, want, upGateway, asIs)
			if c.err == "" && err != nil || c.err != "" && (err == nil || !strings.Contains(err.Error(), c.err)) {
				t.Errorf("error %v, want %q", err, c.err)
			}
		})
	}
}

// What leaves the network of its node comes into the mesh, from which that alone kept it.
func TestStageOutOfTheNodesNetwork(t *testing.T) {
	host := web("app:1")
	host.Net = "host"
	s := up(t, rio.Service{Namespace: "shop", Name: "web"}, host)
	for sentence, c := range map[string]struct {
		pod  spec.Pod
		want string
	}{
		"it leaves it":         {spec.Pod{Net: "default"}, "true"},
		"it leaves it, but no": {spec.Pod{Net: "default", Mesh: new(false)}, "false"},
		"it stays":             {spec.Pod{}, "false"},
	} {
		next, err := plan.Stage(s, "v2", spec.Revision{Pod: c.pod})
		if err != nil {
			t.Fatal(err)
		}
		if v2, _ := next.Revision("v2"); v2.Template.Labels[rio.LabelInject] != c.want {
			t.Errorf("%s: inject is %q, want %q", sentence, v2.Template.Labels[rio.LabelInject], c.want)
		}
	}
	host.Mesh, host.Revisions = new(false), map[string]spec.Revision{"v2": {Pod: spec.Pod{Net: "default"}}}
	if v2, _ := up(t, rio.Service{Namespace: "shop", Name: "web"}, host).Revision("v2"); v2.Template.Labels[rio.LabelInject] != "false" {
		t.Error("a file that says mesh: false has a revision in the mesh")
	}
}
