package manifest_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"pgregory.net/rapid"

	"github.com/kubectl-rio/kubectl-rio/pkg/manifest"
	"github.com/kubectl-rio/kubectl-rio/pkg/rio"
)

func TestConfigsAreReadBack(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		c := rio.Config{Kind: rio.KindConfigMap, Namespace: "shop", Name: "app", Data: map[string][]byte{}}
		if rapid.Bool().Draw(t, "secret") {
			c.Kind, c.Type = rio.KindSecret, corev1.SecretTypeOpaque
		}
		for _, key := range rapid.SliceOfNDistinct(rapid.StringMatching(`[a-z.]{1,4}`), 0, 3, rapid.ID[string]).Draw(t, "keys") {
			c.Data[key] = rapid.SliceOf(rapid.Byte()).Draw(t, "content of "+key)
		}
		c.Labels = rapid.MapOfN(rapid.StringMatching(`[a-z]{1,4}`), rapid.StringMatching(`[a-z]{0,4}`), 0, 2).Draw(t, "labels")
		service := ""
		if rapid.Bool().Draw(t, "a copy") {
			c, service = c.Copy("front"), "front"
		}
		o := overTheWire(t, []manifest.Object{manifest.Config(c, service)})[0]
		got, ok := manifest.ParseConfig(o)
		if diff := cmp.Diff(c, got, cmpopts.EquateEmpty()); !ok || diff != "" {
			t.Fatalf("%t %s", ok, diff)
		}
		if ref := manifest.RefOf(o); ref.Service != service {
			t.Fatalf("it belongs to service %q, want %q", ref.Service, service)
		}
	})
}

func TestConfigGolden(t *testing.T) {
	c := rio.Config{
		Kind: rio.KindConfigMap, Namespace: "default", Name: "nginx.conf", Labels: map[string]string{"tier": "front"},
		Data: map[string][]byte{"content": []byte("events {}\n"), "logo": {0xff, 0xd8}},
	}
	goldenObjects(t, "config.yaml", manifest.Config(c, ""), manifest.Config(c.Copy("foobar"), "foobar"))
}

func TestVolumes(t *testing.T) {
	one := rio.Volume{Namespace: "default", Name: "data", SizeInGB: 10, AccessMode: corev1.ReadWriteOnce, Labels: map[string]string{"tier": "back"}, State: rio.VolumePending}
	fast := rio.Volume{Namespace: "default", Name: "data", Driver: "fast", SizeInGB: 1, AccessMode: corev1.ReadWriteMany, Template: true, State: rio.VolumeActive}
	goldenObjects(t, "volume.yaml", manifest.Volume(one), manifest.Volume(fast))
	for _, want := range []rio.Volume{one, fast} {
		got, ok := manifest.ParseVolume(manifest.Volume(want))
		if diff := cmp.Diff(want, got, cmpopts.EquateEmpty()); !ok || diff != "" {
			t.Errorf("%t %s", ok, diff)
		}
	}
	if _, ok := manifest.ParseVolume(manifest.Config(rio.Config{Kind: rio.KindConfigMap, Name: "data"}, "")); ok {
		t.Error("a config is no volume")
	}
}

func TestStatesOfVolumes(t *testing.T) {
	for want, change := range map[string]func(*corev1.PersistentVolumeClaim){
		rio.VolumeActive:  func(c *corev1.PersistentVolumeClaim) { c.Status.Phase = corev1.ClaimBound },
		rio.VolumePending: func(c *corev1.PersistentVolumeClaim) { c.Status.Phase = corev1.ClaimPending },
		rio.VolumeError:   func(c *corev1.PersistentVolumeClaim) { c.Status.Phase = corev1.ClaimLost },
		rio.VolumeRemoving: func(c *corev1.PersistentVolumeClaim) {
			c.Status.Phase, c.DeletionTimestamp = corev1.ClaimBound, new(metav1.Now())
		},
	} {
		claim := manifest.Volume(rio.Volume{Name: "data", SizeInGB: 2}).(*corev1.PersistentVolumeClaim)
		change(claim)
		if got, _ := manifest.ParseVolume(claim); got.State != want || got.SizeInGB != 2 {
			t.Errorf("got %+v, want %s", got, want)
		}
	}
}
