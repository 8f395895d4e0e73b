package plan_test

import (
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	appsv1 "k8s.io/api/apps/v1"
	"pgregory.net/rapid"

	"github.com/kubectl-rio/kubectl-rio/pkg/manifest"
	"github.com/kubectl-rio/kubectl-rio/pkg/plan"
	"github.com/kubectl-rio/kubectl-rio/pkg/rio"
	"github.com/kubectl-rio/kubectl-rio/pkg/spec"
	"github.com/kubectl-rio/kubectl-rio/test/gen"
)

// Whatever changes into whatever: pods end only when their revision has no more requests than it is to
// keep, and latest gets none back before the first pod that it is to have.
func TestPodsEndBehindTheSplit(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		before := gen.Routed().Draw(t, "before")
		after := gen.ServiceOf(before.Ref()).Filter(rio.Service.Routed).Draw(t, "after")
		w := worldOf(before)
		main := "VirtualService/" + before.Name
		left := rapid.IntRange(-1, 12).Draw(t, "writes before it was killed")
		for _, c := range plan.Diff(w.objects(), after) {
			name := manifest.RefOf(c.Object()).RevisionName()
			rev, stays := after.Revision(name)
			chosen := slices.Contains(manifest.Chosen(w[main]), name) && stays && len(rev.Match) == 0
			if has := manifest.Weights(w[main])[name]; c.Lessens() && (has > rev.Weight || chosen) {
				t.Fatalf("pods of %s end, which has %d%%, chosen %v: %v", name, has, chosen, describe(plan.Diff(w.objects(), after)))
			}
			d, _ := w["Deployment/"+before.Name].(*appsv1.Deployment)
			latest, _ := after.Latest()
			starts := d != nil && d.Annotations[notOurs] == "" && *d.Spec.Replicas == 0 && latest.Replicas != nil && *latest.Replicas > 0
			if starts && slices.ContainsFunc(c.Raised(), rio.Ref.IsLatest) {
				t.Fatalf("latest gets requests before it has a pod: %v", describe(plan.Diff(w.objects(), after)))
			}
			w.write(c)
			if left--; left == 0 {
				break
			}
		}
		for _, c := range plan.Diff(w.objects(), after) { // again, from there
			w.write(c)
		}
		same(t, "in the end", after, w.load(before.Ref()))
	})
}

// sizedFile is web with so many pods of latest, and of v2, which has a share.
func sizedFile(image string, latest, v2 int32, weight int) spec.Service {
	want := withV2(web(image), weight)
	staged := want.Revisions["v2"]
	want.Scale, staged.Scale = &rio.Scale{Min: latest, Max: latest}, &rio.Scale{Min: v2, Max: v2}
	want.Revisions["v2"] = staged
	return want
}

// A file moves the traffic and takes the pods off that nobody needs then, in the order in which it loses nothing.
func TestAFileMovesTheTrafficFirst(t *testing.T) {
	const latest, v2, split = "update Deployment/web", "update Deployment/web-v2", "update VirtualService/web"
	for sentence, tc := range map[string]struct {
		before, after spec.Service
		want          []string
	}{
		"all of it to v2":                      {sizedFile("app:1", 2, 2, 0), sizedFile("app:1", 0, 2, 100), []string{split, latest}},
		"and it gets its pods":                 {sizedFile("app:1", 2, 0, 0), sizedFile("app:1", 0, 2, 100), []string{v2, split, latest}},
		"and latest gets another pod, too":     {sizedFile("app:1", 4, 2, 0), sizedFile("app:9", 1, 2, 90), []string{latest, split, latest}},
		"all of it back":                       {sizedFile("app:1", 2, 2, 100), sizedFile("app:1", 2, 0, 0), []string{split, v2}},
		"back to a latest that had no pod":     {sizedFile("app:1", 0, 2, 100), sizedFile("app:1", 2, 0, 0), []string{latest, split, v2}},
		"no share changes":                     {sizedFile("app:1", 4, 2, 30), sizedFile("app:9", 2, 2, 30), []string{latest}},
		"fewer pods with a smaller share left": {sizedFile("app:1", 4, 4, 50), sizedFile("app:1", 4, 1, 10), []string{split, v2}},
	} {
		t.Run(sentence, func(t *testing.T) {
			w := worldOf(up(t, rio.Service{Namespace: "shop", Name: "web"}, tc.before))
			after := up(t, w.load(rio.Ref{Namespace: "shop", Service: "web"}), tc.after)
			changes := plan.Diff(w.objects(), after)
			if diff := cmp.Diff(tc.want, describe(changes)); diff != "" {
				t.Error(diff)
			}
			w.apply(t, changes)
			same(t, "in the end", after, w.load(after.Ref()))
		})
	}
}

// What up may leave without a pod is what scale may, by the shares that there are then.
func TestUpKeepsAPodForRequests(t *testing.T) {
	file := func(latest, v2 int32, weight int) spec.Service { return sizedFile("app:1", latest, v2, weight) }
	none := rio.Service{Namespace: "shop", Name: "web"}
	whole := func(*rio.Service) {}
	www := func(revision string) func(*rio.Service) {
		return func(s *rio.Service) {
			s.Routes = []rio.RouteSet{{Namespace: "shop", Name: "www", Routes: []rio.Route{{To: []rio.RouteTarget{{Service: "web", Revision: revision}}}}}}
		}
	}
	empty := func(s *rio.Service) { www("")(s); s.Revisions[0].Replicas = new(int32(0)) }
	inherits := withV2(web("app:1"), 100)
	inherits.Scale = &rio.Scale{}
	const carries, elsewhere = " of the traffic, so it needs a pod; give it a scale of 1 or more, or its share to others", " leads, so it needs a pod; lead that elsewhere first: kubectl rio route add -n shop www to SERVICE"
	for sentence, tc := range map[string]struct {
		change func(*rio.Service)
		want   spec.Service
		err    string
	}{
		"latest, which keeps a share":          {whole, file(0, 1, 30), `revision "latest" of "web" carries 70%` + carries},
		"a service that comes":                 {func(s *rio.Service) { *s = none }, file(0, 1, 30), `revision "latest" of "web" carries 70%` + carries},
		"v2, which has no scale of its own":    {whole, inherits, `revision "v2" of "web" carries 100%` + carries},
		"latest, which has none":               {whole, file(0, 1, 100), ""},
		"v2, which has none":                   {whole, file(1, 0, 0), ""},
		"v2, with chosen requests":             {func(s *rio.Service) { s.Revisions[1].Match = canary }, file(1, 0, 0), `revision "v2" of "web" gets the requests that match header:x-canary=1, so it needs a pod; stage it again without --match, or remove it: kubectl rio rm -n shop web:v2`},
		"v2, to which a route leads":           {www("v2"), file(1, 0, 0), `revision "v2" of "web" is where a route of "www"` + elsewhere},
		"all of it, to which a route leads":    {www(""), file(0, 0, 0), `service "web" is where a route of "www"` + elsewhere},
		"all of it":                            {whole, file(0, 0, 0), ""},
		"what had no pod before, as ever":      {empty, file(0, 1, 30), ""},
		"what had none, and is to get more":    {empty, file(0, 1, 20), `revision "latest" of "web" carries 80%` + carries},
		"latest, all of whose share goes away": {www(""), file(0, 1, 100), ""},
	} {
		t.Run(sentence, func(t *testing.T) {
			s := up(t, none, file(2, 2, 30))
			tc.change(&s)
			_, err := plan.Up(s, tc.want, upGateway, asIs)
			if tc.err != "" {
				wantError(t, tc.err, err)
			} else if err != nil {
				t.Error(err)
			}
		})
	}
}

// A command that ended behind its split leaves the end of pods alone, before which the gateways are asked
// when it is repeated. A service that is switched off, or gets fewer pods, need not ask.
func TestWhatIsLeftBehindTheSplit(t *testing.T) {
	s := resting()
	for sentence, tc := range map[string]struct {
		change func(latest, v2 *rio.Revision)
		want   bool
	}{
		"v2, which has no share":            {func(_, v2 *rio.Revision) { v2.Replicas = new(int32(0)) }, true},
		"latest, which has all":             {func(latest, _ *rio.Revision) { latest.Replicas = new(int32(0)) }, false},
		"both":                              {func(latest, v2 *rio.Revision) { latest.Replicas, v2.Replicas = new(int32(0)), new(int32(0)) }, false},
		"latest gets fewer":                 {func(latest, _ *rio.Revision) { latest.Replicas = new(int32(1)) }, false},
		"v2, which gets another pod, too":   {func(_, v2 *rio.Revision) { v2.Replicas, v2.Template = new(int32(0)), s.Revisions[0].Template }, false},
		"latest gets more, and v2 has none": {func(latest, v2 *rio.Revision) { latest.Replicas, v2.Replicas = new(int32(5)), new(int32(0)) }, false},
		"nothing":                           {func(_, _ *rio.Revision) {}, false},
	} {
		next := s.Clone()
		tc.change(&next.Revisions[0], &next.Revisions[1])
		w := worldOf(s)
		if changes := plan.Diff(w.objects(), next); changes.OnlyEmpty(next) != tc.want {
			t.Errorf("%s: want %v of %v", sentence, tc.want, describe(changes))
		}
	}
}
