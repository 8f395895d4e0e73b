package plan_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	corev1 "k8s.io/api/core/v1"

	"github.com/kubectl-rio/kubectl-rio/pkg/manifest"
	"github.com/kubectl-rio/kubectl-rio/pkg/plan"
	"github.com/kubectl-rio/kubectl-rio/pkg/rio"
	"github.com/kubectl-rio/kubectl-rio/pkg/spec"
)

// mounting is foobar whose revision mounts a volume of the name data.
func mounting(revision string) rio.Service {
	s := foobar()
	r, _ := s.Revision(revision)
	r.Template.Spec.Volumes = []corev1.Volume{{Name: "data", VolumeSource: corev1.VolumeSource{
		PersistentVolumeClaim: &corev1.PersistentVolumeClaimVolumeSource{ClaimName: "data"},
	}}}
	r.Template.Spec.Containers[0].VolumeMounts = []corev1.VolumeMount{{Name: "data", MountPath: "/data"}}
	return s
}

func TestProvide(t *testing.T) {
	one := rio.Volume{Namespace: "default", Name: "data", SizeInGB: 1, AccessMode: corev1.ReadWriteOnce}
	template := one
	template.Template = true

	s, missing, err := plan.Provide(mounting("latest"), "latest", []rio.Volume{one})
	want := mounting("latest")
	want.Revisions[0].Rollout.Recreate = true
	if diff := cmp.Diff(want, s); diff != "" || len(missing) > 0 || err != nil {
		t.Errorf("a volume that is there: %v, %v, %s", missing, err, diff)
	}

	s, missing, err = plan.Provide(mounting("latest"), "latest", nil)
	if v := s.Revisions[0].Template.Spec.Volumes[0]; err != nil || v.EmptyDir == nil || v.PersistentVolumeClaim != nil || !cmp.Equal(missing, []string{"data"}) {
		t.Errorf("none of the name is an empty directory, and that is said: %v, %v, %v", v, missing, err)
	}

	s, missing, err = plan.Provide(mounting("latest"), "latest", []rio.Volume{template})
	latest := s.Revisions[0]
	if err != nil || len(missing) > 0 || latest.Kind != "StatefulSet" || len(latest.Template.Spec.Volumes) > 0 || len(latest.Claims) != 1 {
		t.Fatalf("a template is a claim for each pod: %+v, %v, %v", latest, missing, err)
	}
	if diff := cmp.Diff(manifest.Claim(template), latest.Claims[0]); diff != "" {
		t.Error(diff)
	}
	mounted := mounting("latest").Revisions[0].Template.Spec.Volumes
	s.Revisions[0].Template.Spec.Volumes = mounted
	if s, _, err = plan.Provide(s, "latest", []rio.Volume{template}); err != nil || len(s.Revisions[0].Claims) != 1 {
		t.Errorf("one that is mounted once more is claimed once: %v, %v", s.Revisions[0].Claims, err)
	}
	latest = s.Revisions[0]
	latest.Template.Spec.Containers[0].VolumeMounts = nil
	s.Revisions[0] = latest
	if s, _, err = plan.Provide(s, "latest", nil); err != nil || len(s.Revisions[0].Claims) > 0 {
		t.Errorf("what is mounted no more is claimed no more: %v, %v", s.Revisions[0].Claims, err)
	}

	_, _, err = plan.Provide(mounting("v2"), "v2", []rio.Volume{template})
	wantError(t, `volume "data" is a template that latest of "foobar" does not have, and the claims of its StatefulSet cannot be changed by a promotion; run a new service with it: kubectl rio run -v data:/PATH`, err)
	everywhere := mounting("latest")
	everywhere.Revisions[0].Kind = "DaemonSet"
	_, _, err = plan.Provide(everywhere, "latest", []rio.Volume{template})
	wantError(t, `volume "data" is a template, and a pod on every node cannot have one; mount a path of the node: -v /var/lib/data:/PATH, or leave --global out`, err)
}

func TestVolumesAreWritten(t *testing.T) {
	v := rio.Volume{Namespace: "default", Name: "data", SizeInGB: 10, AccessMode: corev1.ReadWriteOnce}
	if changes, err := plan.CreateVolume(nil, v); err != nil || len(changes) != 1 || manifest.Kind(changes[0].Object()) != "PersistentVolumeClaim" {
		t.Errorf("%v, %v", changes, err)
	}
	template := v
	template.Template = true
	_, err := plan.CreateVolume([]rio.Volume{template}, v)
	wantError(t, `volume "data" exists in stack "default" (10 GB); choose another name, or remove it: kubectl rio volume rm -n default data`, err)

	users := plan.VolumeUsers([]rio.Service{mounting("v2")}, v)
	_, err = plan.RemoveVolume(manifest.Volume(v), v, users, false)
	wantError(t, `volume "data" is used by "foobar:v2"; remove that first, or delete the volume all the same: kubectl rio volume rm --force -n default data`, err)
	if changes, err := plan.RemoveVolume(manifest.Volume(v), v, users, true); err != nil || len(changes) != 1 {
		t.Errorf("%v, %v", changes, err)
	}
	_, err = plan.RemoveVolume(nil, v, nil, false)
	wantError(t, `stack "default" has no volume "data"; see: kubectl rio volume ls -n default`, err)
	stranger := &corev1.PersistentVolumeClaim{}
	stranger.Kind, stranger.Name = "PersistentVolumeClaim", "data"
	_, err = plan.RemoveVolume(stranger, v, nil, true)
	wantError(t, `volume "data" was not made by kubectl rio; delete it with: kubectl delete pvc -n default data`, err)
}

// A volume is written down by its own name, whatever the pod calls it: what is written makes the same of it again.
func TestVolumesAreDescribedByTheirNames(t *testing.T) {
	for _, name := range []string{"data", "config-data", "host-1", "with.dots", "tmpfs-a.b"} {
		for sentence, existing := range map[string][]rio.Volume{
			"a template":                     {{Namespace: "default", Name: name, SizeInGB: 1, AccessMode: corev1.ReadWriteOnce, Template: true}},
			"one that is there":              {{Namespace: "default", Name: name, SizeInGB: 1, AccessMode: corev1.ReadWriteOnce}},
			"none, which is a new directory": nil,
		} {
			t.Run(name+" is "+sentence, func(t *testing.T) {
				furnish := func(s rio.Service, revision string) (rio.Service, error) {
					s, _, err := plan.Provide(s, revision, existing)
					return s, err
				}
				mounting := spec.Service{Revision: of("postgres")}
				mounting.Volumes = []spec.Mount{{Kind: "volume", Source: name, Target: "/data"}}
				before, err := plan.Up(rio.Service{Namespace: "default", Name: "db"}, mounting, plan.Gateway{}, furnish)
				if err != nil {
					t.Fatal(err)
				}
				written := plan.Write(before)
				if source := written.Volumes[0].Source; source != name && (existing != nil || !strings.Contains(name, ".")) {
					t.Errorf("it is written as %q", source)
				}
				if after, err := plan.Up(before, written, plan.Gateway{}, furnish); err != nil || !cmp.Equal(written, plan.Write(after)) || existing != nil && !cmp.Equal(before, after) {
					t.Errorf("error %v, up again changes:\n%s", err, cmp.Diff(before, after))
				}
				if v := existing; v != nil && !before.Revisions[0].Mounts(before.Ref(), v[0]) {
					t.Error("it seems not to be used")
				}
			})
		}
	}
}
