package controlplane

import (
	"strings"
	"testing"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// writesNothing runs an install that must leave the cluster alone.
func writesNothing(t *testing.T, s *stage, o InstallOptions) string {
	t.Helper()
	got := s.doInstall(t, o)
	if list, err := s.kube.CoreV1().Namespaces().List(t.Context(), metav1.ListOptions{}); err != nil || len(list.Items) > 0 {
		t.Errorf("namespaces were made: %v, %v", list.Items, err)
	}
	return got
}

func TestManifestsAreAllAndWriteNothing(t *testing.T) {
	var first, second strings.Builder
	o := InstallOptions{Settings: Settings{Domain: new("apps.example.com")}, Manifests: &first}
	s := newStage(t)
	same(t, "apply the releases one after the other, each when the one before it is ready\n", done(writesNothing(t, s, o)))
	o.Manifests = &second
	writesNothing(t, s, o)
	same(t, first.String(), second.String())
	objects, err := objectsIn(first.String())
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"namespace istio-system", "namespace rio-system", "gateway rio-system/rio-gateway", "deployment rio-system/rio-lb"} {
		if objects[want] == nil {
			t.Errorf("no %s in what is to be applied", want)
		}
	}
	config, _ := objects["configmap rio-defaults/rio"].(map[string]any)
	same(t, "apps.example.com", getString(config, "data", "domain"))
	system, _ := objects["namespace rio-system"].(map[string]any)
	same(t, "restricted", getString(system, "metadata", "labels", labelPodSecurity))
	if strings.Index(first.String(), "name: rio-system\n") > strings.Index(first.String(), "name: rio-gateway\n") {
		t.Error("the namespace comes after what is in it")
	}
}

// Argo CD and Flux order by kind, and a gateway that comes before the injector stays without a proxy.
func TestManifestsHaveAnOrder(t *testing.T) {
	const wave = `argocd.argoproj.io/sync-wave: "1"`
	s := newStage(t)
	var all, alone strings.Builder
	s.doInstall(t, InstallOptions{Manifests: &all})
	parts := strings.Split(all.String(), "# release ")
	var names []string
	for _, part := range parts[1:] {
		name, text, _ := strings.Cut(part, "\n")
		names = append(names, name)
		objects, err := objectsIn(text)
		if err != nil {
			t.Fatal(err)
		}
		want := 0
		if name == releaseRio {
			want = len(objects) - 1 // its namespace is there first
		}
		if got := strings.Count(text, wave); got != want {
			t.Errorf("of release %s %d objects of %d are in the last wave", name, got, len(objects))
		}
	}
	same(t, "|istio-base istiod rio", parts[0]+"|"+strings.Join(names, " "))
	addKinds(t, s)
	if got := s.doInstall(t, InstallOptions{Manifests: &alone}); strings.Contains(alone.String(), wave) || strings.Contains(got, "apply the releases") {
		t.Errorf("rio alone has no order:\n%s%s", got, &alone)
	}
}

func TestManifestsKeepAnIstioThatTheyBrought(t *testing.T) {
	s := newStage(t)
	addKinds(t, s)
	for _, marked := range []bool{false, true} {
		if marked {
			ns, err := release{namespace: istioNamespace}.ownNamespace()
			if err != nil {
				t.Fatal(err)
			}
			if _, err := s.kube.CoreV1().Namespaces().Create(t.Context(), ns, metav1.CreateOptions{}); err != nil {
				t.Fatal(err)
			}
		}
		var out strings.Builder
		s.doInstall(t, InstallOptions{Manifests: &out})
		if got := strings.Contains(out.String(), "name: istio-system"); got != marked {
			t.Errorf("with the namespace marked %t, Istio is in the manifests: %t", marked, got)
		}
	}
}

func TestDryRunSaysWhatWouldChange(t *testing.T) {
	s := newStage(t)
	got := done(writesNothing(t, s, InstallOptions{DryRun: true}))
	for _, want := range []string{"release istiod 1.31.4 would be installed\n", "release rio 0.1.0 would be installed\n", "  + deployment rio-system/rio-lb\n"} {
		if !strings.Contains(got, want) {
			t.Errorf("no %q in:\n%s", want, got)
		}
	}
	s.doInstall(t, InstallOptions{})
	addKinds(t, s)
	got = done(s.doInstall(t, InstallOptions{DryRun: true, Settings: Settings{Domain: new("apps.example.com")}}))
	same(t, "release istio-base 1.31.4 unchanged\nrelease istiod 1.31.4 unchanged\nrelease rio would be upgraded from 0.1.0 to 0.1.0\n  ~ configmap rio-defaults/rio\n", got)
	if v := s.last(t, releaseRio, rioNamespace).Version; v != 1 {
		t.Errorf("a dry run wrote revision %d", v)
	}
}

func TestCompare(t *testing.T) {
	of := func(name, data string) string {
		return "---\napiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: " + name + "\n  namespace: shop\ndata: {a: " + data + "}\n"
	}
	lines, err := compare(of("stays", "x")+of("changes", "x")+of("goes", "x"), "# only a comment\n---\n"+of("comes", "x")+of("changes", "y")+of("stays", "x"))
	if err != nil {
		t.Fatal(err)
	}
	same(t, "~ configmap shop/changes\n+ configmap shop/comes\n- configmap shop/goes", strings.Join(lines, "\n"))
}

func TestUpgrade(t *testing.T) {
	s := newStage(t)
	same(t, "error: this cluster has no release \"rio\" in namespace \"rio-system\" to upgrade; bring it: kubectl rio install\n",
		done(writesNothing(t, s, InstallOptions{Upgrade: true})))
	s.doInstall(t, InstallOptions{Settings: Settings{Set: []string{"gateway.replicas=2"}}})
	addKinds(t, s)
	age(t, s, "0.0.9")
	got := s.doInstall(t, InstallOptions{Upgrade: true})
	if !strings.Contains(got, "warn  rio       the cluster has chart 0.0.9, and this plugin brings 0.1.0\n") || !strings.Contains(got, "rio: 0.1.0 upgraded\n") {
		t.Error(got)
	}
	if rel := s.last(t, releaseRio, rioNamespace); rel.Chart.Metadata.Version != "0.1.0" || get(rel.Config, "gateway", "replicas") != 2.0 {
		t.Errorf("the release is of chart %s, with %v", rel.Chart.Metadata.Version, rel.Config)
	}
	age(t, s, "0.2.0")
	for _, upgrade := range []bool{true, false} {
		if got := s.doInstall(t, InstallOptions{Upgrade: upgrade}); !strings.Contains(got, "error: rio: the cluster has chart 0.2.0, and this plugin brings 0.1.0, which is older\nfix: kubectl krew upgrade rio\n") {
			t.Error(got)
		}
	}
}

// age makes the release rio one of another version of its chart.
func age(t *testing.T, s *stage, version string) {
	t.Helper()
	rel := s.last(t, releaseRio, rioNamespace)
	rel.Chart.Metadata.Version = version
	config, err := s.helm(rioNamespace)
	if err != nil {
		t.Fatal(err)
	}
	if err := config.Releases.Update(rel); err != nil {
		t.Fatal(err)
	}
}
