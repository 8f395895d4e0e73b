package controlplane

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	helmrelease "helm.sh/helm/v3/pkg/release"
	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// looked is what the preflight says of an empty cluster, but for its address.
const looked = `ok    server    Kubernetes 1.37.2
ok    rights    yours cover install
ok    istio     none yet; install brings it
ok    rio       not installed; chart 0.1.0 comes
`

// did is what install says that it did.
const did = `istio-base: 1.31.4 installed
istiod: 1.31.4 installed
rio: 0.1.0 installed
domain: 127.0.0.1.nip.io
next: kubectl rio run --name hello -p 80/http nginx
`

func same(t *testing.T, want, got string) {
	t.Helper()
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

// done is the part of an install's screen that comes after the preflight.
func done(screen string) string {
	lines := strings.SplitAfter(screen, "\n")
	for i, line := range lines {
		if !strings.HasPrefix(line, "ok ") && !strings.HasPrefix(line, "warn ") && !strings.HasPrefix(line, " ") {
			return strings.Join(lines[i:], "")
		}
	}
	return ""
}

func TestInstallTwice(t *testing.T) {
	s := newStage(t)
	screen := s.doInstall(t, InstallOptions{})
	if !strings.HasPrefix(screen, looked) {
		t.Error(screen)
	}
	same(t, did, done(screen))
	for _, name := range []string{istioNamespace, rioNamespace} {
		ns, err := s.kube.CoreV1().Namespaces().Get(t.Context(), name, metav1.GetOptions{})
		if err != nil || ns.Labels[labelInstalled] != "true" {
			t.Errorf("namespace %q is not marked as ours: %v", name, err)
		}
	}
	addKinds(t, s)
	same(t, strings.ReplaceAll(did, " installed", " unchanged"), done(s.doInstall(t, InstallOptions{})))
	if v := s.last(t, releaseRio, rioNamespace).Version; v != 1 {
		t.Errorf("a second install wrote revision %d", v)
	}
}

func TestInstallUsesSomebodysIstio(t *testing.T) {
	s := newStage(t)
	addKinds(t, s)
	istiod := &appsv1.Deployment{ObjectMeta: metav1.ObjectMeta{Namespace: "mesh", Name: "istiod-canary", Labels: map[string]string{"app": "istiod"}}}
	istiod.Spec.Template.Spec.Containers = []corev1.Container{{Image: "registry:5000/istio/pilot:1.30.2"}}
	if _, err := s.kube.AppsV1().Deployments("mesh").Create(t.Context(), istiod, metav1.CreateOptions{}); err != nil {
		t.Fatal(err)
	}
	screen := s.doInstall(t, InstallOptions{})
	if !strings.Contains(screen, "ok    istio     1.30.2 found, revision default, sidecar mode; used as it is\n") {
		t.Error(screen)
	}
	same(t, strings.Replace(did, "istio-base: 1.31.4 installed\nistiod: 1.31.4 installed\n", "", 1), done(screen))
	same(t, "rio: removed\nnamespaces: removed\n", s.doUninstall(t, UninstallOptions{}))
}

func TestInstallKeepsEarlierSettings(t *testing.T) {
	s := newStage(t)
	on := true
	s.doInstall(t, InstallOptions{Settings: Settings{HostPort: &on, Set: []string{"gateway.replicas=2"}}})
	addKinds(t, s)
	got := s.doInstall(t, InstallOptions{Settings: Settings{Domain: new("apps.example.com")}})
	if !strings.Contains(got, "rio: 0.1.0 upgraded\ndomain: apps.example.com\n") {
		t.Error(got)
	}
	config := s.last(t, releaseRio, rioNamespace).Config
	if get(config, "gateway", "hostPort") != true || get(config, "gateway", "replicas") != 2.0 || get(config, "domain") != "apps.example.com" {
		t.Errorf("values are %v", config)
	}
}

// TestInstallGoesOn repeats an install that failed, or was killed, while it made each of
// the releases.
func TestInstallGoesOn(t *testing.T) {
	namespaces := map[string]string{releaseBase: istioNamespace, releaseIstiod: istioNamespace, releaseRio: rioNamespace}
	for name, namespace := range namespaces {
		for _, status := range []helmrelease.Status{helmrelease.StatusFailed, helmrelease.StatusPendingInstall, helmrelease.StatusUninstalling, helmrelease.StatusUninstalled} {
			t.Run(name+" "+status.String(), func(t *testing.T) {
				s := newStage(t)
				s.doInstall(t, InstallOptions{})
				rel := s.last(t, name, namespace)
				rel.Info.Status = status
				config, err := s.helm(namespace)
				if err != nil {
					t.Fatal(err)
				}
				if err := config.Releases.Update(rel); err != nil {
					t.Fatal(err)
				}
				if got := s.doInstall(t, InstallOptions{}); strings.Contains(got, "error") {
					t.Error(got)
				}
				for name, namespace := range namespaces {
					if rel := s.last(t, name, namespace); rel.Info.Status != helmrelease.StatusDeployed || rel.Labels[labelInstalled] != "true" {
						t.Errorf("release %q is %s, labels %v", name, rel.Info.Status, rel.Labels)
					}
				}
			})
		}
	}
}

// What was said in a run that failed is what is rendered and applied.
func TestInstallAppliesTheValuesThatItShows(t *testing.T) {
	s := newStage(t)
	for _, replicas := range []string{"2", "3"} {
		s.doInstall(t, InstallOptions{Settings: Settings{Domain: new("apps.example.com"), Set: []string{"gateway.replicas=" + replicas}}})
	}
	config, err := s.helm(rioNamespace)
	if err != nil {
		t.Fatal(err)
	}
	deployed, failed := helmrelease.StatusDeployed, helmrelease.StatusFailed
	for version, status := range []helmrelease.Status{deployed, failed} {
		rel, err := config.Releases.Get(releaseRio, version+1)
		if err != nil {
			t.Fatal(err)
		}
		rel.Info.Status = status
		if err := config.Releases.Update(rel); err != nil {
			t.Fatal(err)
		}
	}
	s.doInstall(t, InstallOptions{Settings: Settings{Set: []string{"domain=null"}}})
	values := s.last(t, releaseRio, rioNamespace).Config
	same(t, "", getString(values, "domain"))
	same(t, "3", fmt.Sprint(get(values, "gateway", "replicas")))
}

// An uninstall that was killed took the settings with it.
func TestInstallAfterHalfAnUninstall(t *testing.T) {
	s := newStage(t)
	s.doInstall(t, InstallOptions{Settings: Settings{Domain: new("apps.example.com")}})
	rel := s.last(t, releaseRio, rioNamespace)
	rel.Info.Status = helmrelease.StatusUninstalling
	config, err := s.helm(rioNamespace)
	if err != nil {
		t.Fatal(err)
	}
	if err := config.Releases.Update(rel); err != nil {
		t.Fatal(err)
	}
	var manifests strings.Builder
	s.doInstall(t, InstallOptions{Manifests: &manifests})
	if got := s.doInstall(t, InstallOptions{DryRun: true}); !strings.Contains(got, "release rio 0.1.0 would be installed\n") {
		t.Error(got)
	}
	got := s.doInstall(t, InstallOptions{})
	if strings.Contains(manifests.String(), "apps.example.com") || !strings.Contains(got, "rio: 0.1.0 installed\ndomain: 127.0.0.1.nip.io\n") {
		t.Error(got)
	}
}

// What is of a kind that the cluster lost is in the way of nothing, and comes again with the kind.
func TestInstallWithoutAKind(t *testing.T) {
	s := newStage(t)
	s.doInstall(t, InstallOptions{})
	rel := s.last(t, releaseRio, rioNamespace)
	rel.Manifest += "\n---\napiVersion: cert-manager.io/v1\nkind: Certificate\nmetadata: {name: rio-tls}\n"
	s.building("Certificate")
	if got := s.doInstall(t, InstallOptions{}); !strings.Contains(got, "rio: 0.1.0 upgraded\n") {
		t.Error(got)
	}
	if rel.Info.Status != helmrelease.StatusSuperseded && rel.Info.Status != helmrelease.StatusFailed || strings.Contains(rel.Manifest, "Certificate") {
		t.Errorf("the record is %s, and has:\n%s", rel.Info.Status, rel.Manifest)
	}
}

// Values of Istio that nobody would read are not taken.
func TestInstallRefusesValuesOfSomebodysIstio(t *testing.T) {
	s := newStage(t)
	addKinds(t, s)
	want := `error: values "istiod.yaml" of Istio are for one that install brings, and here is another; set them with what installed it, and leave out --istio-values`
	if got := s.doInstall(t, InstallOptions{IstioValues: []string{"istiod.yaml"}}); !strings.Contains(got, want) {
		t.Error(got)
	}
}

func TestInstallRefusesBeforeItWrites(t *testing.T) {
	for name, test := range map[string]struct {
		o    InstallOptions
		want string
	}{
		"a setting the chart does not have": {InstallOptions{Settings: Settings{Set: []string{"gatway.replicas=2"}}}, "gatway"},
		"a values file that is not there":   {InstallOptions{Settings: Settings{Values: []string{"no/such.yaml"}}}, "no/such.yaml"},
		"istio's values file":               {InstallOptions{IstioValues: []string{"no/such.yaml"}}, "values of Istio"},
	} {
		t.Run(name, func(t *testing.T) {
			s := newStage(t)
			if got := s.doInstall(t, test.o); !strings.Contains(got, "error: ") || !strings.Contains(got, test.want) {
				t.Error(got)
			}
			if list, err := s.kube.CoreV1().Namespaces().List(t.Context(), metav1.ListOptions{}); err != nil || len(list.Items) > 0 {
				t.Errorf("namespaces were made: %v, %v", list.Items, err)
			}
		})
	}
}
