package plan_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	corev1 "k8s.io/api/core/v1"

	"github.com/kubectl-rio/kubectl-rio/pkg/manifest"
	"github.com/kubectl-rio/kubectl-rio/pkg/plan"
	"github.com/kubectl-rio/kubectl-rio/pkg/rio"
)

// reading is foobar with revisions that read a config as a file.
func reading(names ...string) rio.Service {
	s := foobar()
	for _, name := range names {
		r, _ := s.Revision(name)
		r.Template.Spec.Volumes = []corev1.Volume{{Name: "config-app", VolumeSource: corev1.VolumeSource{
			ConfigMap: &corev1.ConfigMapVolumeSource{LocalObjectReference: corev1.LocalObjectReference{Name: "app"}},
		}}}
		r.Template.Spec.Containers[0].VolumeMounts = []corev1.VolumeMount{{Name: "config-app", MountPath: "/app", SubPath: "content"}}
	}
	return s
}

func appConfig(content string) rio.Config {
	return rio.Config{Kind: rio.KindConfigMap, Namespace: "default", Name: "app", Data: map[string][]byte{"content": []byte(content)}}
}

func reads(t *testing.T, s rio.Service, revision string) string {
	t.Helper()
	r, ok := s.Revision(revision)
	if !ok || len(r.Template.Spec.Volumes) != 1 {
		t.Fatalf("revision %q has no config: %+v", revision, r)
	}
	return r.Template.Spec.Volumes[0].ConfigMap.Name
}

func pinned(t *testing.T, s rio.Service, revision, content string) rio.Service {
	t.Helper()
	next, err := plan.Pin(s, revision, []rio.Config{appConfig(content)})
	if err != nil {
		t.Fatal(err)
	}
	return next
}

func TestARevisionHasItsOwnConfig(t *testing.T) {
	one, two := appConfig("one").Copy("foobar").Name, appConfig("two").Copy("foobar").Name
	s := pinned(t, pinned(t, reading("latest", "v2"), "latest", "one"), "v2", "two")
	if a, b := reads(t, s, "latest"), reads(t, s, "v2"); a != one || b != two || len(s.Configs) != 2 {
		t.Fatalf("latest reads %s, v2 %s, of %v", a, b, s.Configs)
	}
	if needed := plan.Needed(s, "v2"); len(needed) != 1 || needed[0].Name != "app" {
		t.Errorf("v2 needs %+v, want app, though it names a copy", needed)
	}
	w := worldOf(s)
	again, err := plan.Pin(w.load(s.Ref()), "v2", nil)
	if err != nil || reads(t, again, "v2") != two {
		t.Errorf("a config that is deleted is not missing where its copy is: %v", err)
	}
	refreshed, err := plan.Refresh(w.load(s.Ref()), []string{"latest"}, appConfig("three"))
	if err != nil {
		t.Fatal(err)
	}
	if three := appConfig("three").Copy("foobar").Name; reads(t, refreshed, "latest") != three || reads(t, refreshed, "v2") != two {
		t.Errorf("latest reads %s, v2 %s", reads(t, refreshed, "latest"), reads(t, refreshed, "v2"))
	}
	if _, ok := w["ConfigMap/"+two]; !ok {
		t.Fatalf("the copy of v2 is not there: %v", describe(plan.Diff(nil, s)))
	}
	gone, err := plan.Remove(w.load(s.Ref()), "v2", true)
	if err != nil {
		t.Fatal(err)
	}
	left := describe(plan.Diff(w.objects(), gone))
	if got, want := left[len(left)-2:], []string{"delete ConfigMap/" + two, "delete Deployment/foobar-v2"}; !cmp.Equal(got, want) {
		t.Errorf("the copy goes when nobody is sent to its readers any more, before the workload by which it is found: %v", left)
	}
}

// What undo may bring back still finds its copy.
func TestCopiesOutliveARollout(t *testing.T) {
	one := appConfig("one").Copy("foobar").Name
	w := worldOf(pinned(t, reading("latest"), "latest", "one"))
	next, err := plan.Refresh(w.load(foobar().Ref()), []string{"latest"}, appConfig("two"))
	if err != nil {
		t.Fatal(err)
	}
	w.apply(t, plan.Diff(w.objects(), next))
	if _, ok := w["ConfigMap/"+one]; !ok {
		t.Error("the copy that the old pods read was deleted with the same command")
	}
	s := w.load(foobar().Ref())
	latest, _ := s.Latest()
	latest.Observed.Past = []corev1.PodTemplateSpec{reading("latest").Revisions[0].Template}
	latest.Observed.Past[0].Spec.Volumes[0].ConfigMap.Name = one
	if changes := plan.Diff(w.objects(), s); len(changes) > 0 {
		t.Errorf("while the Deployment remembers it, it stays: %v", describe(changes))
	}
	latest.Observed.Past = nil
	if got := describe(plan.Diff(w.objects(), s)); len(got) != 1 || got[0] != "delete ConfigMap/"+one {
		t.Errorf("then it goes: %v", got)
	}
}

func TestPinRefuses(t *testing.T) {
	optional := reading("latest")
	optional.Revisions[0].Template.Spec.Volumes[0].ConfigMap.Optional = new(true)
	if s, err := plan.Pin(optional, "latest", nil); err != nil || reads(t, s, "latest") != "app" {
		t.Errorf("what is optional may be missing: %v", err)
	}
	foreign := appConfig("one")
	foreign.Foreign = true
	if s, err := plan.Pin(reading("latest"), "latest", []rio.Config{foreign}); err != nil || reads(t, s, "latest") != "app" || len(s.Configs) > 0 {
		t.Errorf("what another tool made is read as it is: %v", err)
	}
	_, err := plan.Pin(reading("latest"), "latest", nil)
	wantError(t, `stack "default" has no config "app"; create it: kubectl rio config create -n default app FILE`, err)
	several := reading("latest")
	pod := &several.Revisions[0].Template.Spec
	pod.Volumes = append(pod.Volumes, corev1.Volume{Name: "secret-db", VolumeSource: corev1.VolumeSource{Secret: &corev1.SecretVolumeSource{SecretName: "db"}}})
	_, err = plan.Pin(several, "latest", nil)
	wantError(t, `stack "default" has no config "app", no secret "db"; create them: kubectl rio config create -n default app FILE; kubectl rio secret create -n default db FILE`, err)
	other := appConfig("")
	other.Data = map[string][]byte{"a": nil, "b": nil}
	_, err = plan.Pin(reading("latest"), "latest", []rio.Config{other})
	wantError(t, `config "app" has no key "content" (has a, b); what is mounted as a file is under "content", where kubectl rio config create puts it`, err)
	_, err = plan.Refresh(reading("latest"), []string{"v2"}, appConfig("one"))
	wantError(t, `revision "v2" of "foobar" does not read config "app"; stage it with that: kubectl rio stage -n default --image httpd --scale 1 --weight 30% --config app:PATH foobar:v2, with all else that is its own: what no flag sets is taken from latest`, err)
	typed := reading("latest")
	v2, _ := typed.Revision("v2")
	v2.Cause.Command, v2.Template = "stage --config site:/site --image httpd default/foobar:v2", *typed.Revisions[0].Template.DeepCopy()
	_, err = plan.Refresh(typed, []string{"v2"}, rio.Config{Kind: rio.KindConfigMap, Name: "new"})
	wantError(t, `revision "v2" of "foobar" does not read config "new"; stage it with that: kubectl rio stage -n default --config site:/site --image httpd --scale 1 --weight 30% --config new:PATH foobar:v2`, err)
	_, err = plan.Refresh(typed, []string{"latest"}, rio.Config{Kind: rio.KindConfigMap, Name: "new"})
	wantError(t, `revision "latest" of "foobar" does not read config "new"; stage it with that and, each behind --config, the others that it reads: kubectl rio stage -n default --config new:PATH foobar:next; then kubectl rio promote -n default foobar:next`, err)
}

func TestSecretsOfOneFileAreThatFile(t *testing.T) {
	s := foobar()
	c := &s.Revisions[0].Template.Spec
	c.Volumes = []corev1.Volume{{Name: "secret-db", VolumeSource: corev1.VolumeSource{Secret: &corev1.SecretVolumeSource{SecretName: "db"}}}}
	c.Containers[0].VolumeMounts = []corev1.VolumeMount{{Name: "secret-db", MountPath: "/run/secrets/db"}}
	secret := rio.Config{Kind: rio.KindSecret, Name: "db", Data: map[string][]byte{"content": nil}}
	for want, data := range map[string]map[string][]byte{"content": {"content": nil}, "": {"user": nil, "content": nil}} {
		secret.Data = data
		next, err := plan.Pin(s, "latest", []rio.Config{secret})
		if err != nil {
			t.Fatal(err)
		}
		if got := next.Revisions[0].Template.Spec.Containers[0].VolumeMounts[0].SubPath; got != want {
			t.Errorf("keys %v are mounted at %q, want %q", secret.Keys(), got, want)
		}
		s = next // and back again
	}
}

func TestConfigsAreWritten(t *testing.T) {
	c := appConfig("one")
	live := manifest.Config(c, "")
	changes, err := plan.CreateConfig(nil, c)
	if err != nil || len(changes) != 1 || changes[0].Op != plan.Create {
		t.Fatalf("%v, %v", changes, err)
	}
	_, err = plan.CreateConfig(live, c)
	wantError(t, `config "app" exists in stack "default"; change it: kubectl rio config update -n default app FILE`, err)
	if _, changes, err := plan.UpdateConfig(live, live, c); err != nil || len(changes) > 0 {
		t.Errorf("the same content is written again: %v, %v", changes, err)
	}
	c.Data = map[string][]byte{"content": []byte("two")}
	next, changes, err := plan.UpdateConfig(live, live, c)
	if err != nil || len(changes) != 1 || string(next.Data["content"]) != "two" {
		t.Errorf("%v, %v", changes, err)
	}
	_, _, err = plan.UpdateConfig(nil, nil, c)
	wantError(t, `stack "default" has no config "app"; create it: kubectl rio config create -n default app FILE`, err)
	copied := manifest.Config(c.Copy("foobar"), "foobar")
	_, _, err = plan.UpdateConfig(copied, copied, rio.Config{Kind: c.Kind, Namespace: "default", Name: copied.GetName()})
	wantError(t, `"`+copied.GetName()+`" is a service's own copy of config "app", which never changes; change that: kubectl rio config update -n default app FILE`, err)
	users := plan.Readers([]rio.Service{reading("latest", "v2")}, c)
	_, err = plan.RemoveConfig(live, c, users, false)
	wantError(t, `config "app" is used by "foobar", "foobar:v2"; remove that first, or delete it all the same: kubectl rio config rm --force -n default app`, err)
	if changes, err := plan.RemoveConfig(live, c, users, true); err != nil || changes[0].Op != plan.Delete {
		t.Errorf("%v, %v", changes, err)
	}
	stranger := &corev1.ConfigMap{}
	stranger.Kind, stranger.Name, stranger.Namespace = "ConfigMap", "app", "default"
	_, err = plan.RemoveConfig(stranger, c, nil, true)
	wantError(t, `configmap "app" was not made by kubectl rio; change it with kubectl edit configmap -n default app`, err)
}

func TestMergedKeepsWhatIsNotGiven(t *testing.T) {
	old := rio.Config{Kind: rio.KindSecret, Namespace: "default", Name: "db", Type: corev1.SecretTypeOpaque, Labels: map[string]string{"tier": "back"}, Data: map[string][]byte{"user": []byte("rio"), "password": []byte("1")}}
	live := manifest.Config(old, "")
	next, changes, err := plan.UpdateConfig(live, live, rio.Config{Kind: old.Kind, Namespace: old.Namespace, Name: old.Name, Data: map[string][]byte{"password": []byte("2")}})
	if err != nil || len(changes) != 1 {
		t.Fatalf("%v, %v", changes, err)
	}
	want := map[string][]byte{"user": []byte("rio"), "password": []byte("2")}
	if diff := cmp.Diff(want, next.Data); diff != "" || next.Labels["tier"] != "back" {
		t.Errorf("%s, labels %v", diff, next.Labels)
	}
}
