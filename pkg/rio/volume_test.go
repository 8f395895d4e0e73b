package rio_test

import (
	"testing"

	corev1 "k8s.io/api/core/v1"

	"github.com/kubectl-rio/kubectl-rio/pkg/rio"
)

func TestParseGigabytes(t *testing.T) {
	if n, err := rio.ParseGigabytes("10"); n != 10 || err != nil {
		t.Errorf("got %d, %v", n, err)
	}
	for _, s := range []string{"", "0", "-1", "1.5", "10Gi", "many", "99999999999"} {
		want := `invalid number: "` + s + `"; want the size in gigabytes, 1 or more, for example 10`
		if _, err := rio.ParseGigabytes(s); err == nil || err.Error() != want {
			t.Errorf("%q: got %v, want %s", s, err, want)
		}
	}
}

func TestParseAccessMode(t *testing.T) {
	for s, want := range map[string]corev1.PersistentVolumeAccessMode{
		"readWriteOnce": corev1.ReadWriteOnce, "ReadWriteMany": corev1.ReadWriteMany, "readonlymany": corev1.ReadOnlyMany,
	} {
		if got, err := rio.ParseAccessMode(s); got != want || err != nil {
			t.Errorf("%q: got %q, %v", s, got, err)
		}
	}
	want := `invalid access mode "rwo": want readWriteOnce, readWriteMany, readOnlyMany or readWriteOncePod`
	if _, err := rio.ParseAccessMode("rwo"); err == nil || err.Error() != want {
		t.Errorf("got %v, want %s", err, want)
	}
}

func TestMounts(t *testing.T) {
	claiming := corev1.PodTemplateSpec{Spec: corev1.PodSpec{Volumes: []corev1.Volume{
		{VolumeSource: corev1.VolumeSource{PersistentVolumeClaim: &corev1.PersistentVolumeClaimVolumeSource{ClaimName: "data"}}},
	}}}
	set := rio.Revision{Name: "v2", Claims: []corev1.PersistentVolumeClaim{{}}}
	set.Claims[0].Name = "data"
	called := rio.Revision{Name: "v2", Claims: []corev1.PersistentVolumeClaim{{}}}
	called.Claims[0].Name, called.Claims[0].Labels = "config-data-1a2b3c4d", map[string]string{rio.LabelVolume: "config-data"}
	one, template := rio.Volume{Name: "data"}, rio.Volume{Name: "data", Template: true}
	for sentence, tc := range map[string]struct {
		revision rio.Revision
		volume   rio.Volume
		want     bool
	}{
		"a claim":                                 {rio.Revision{Template: claiming}, one, true},
		"a claim that is there still":             {rio.Revision{Observed: &rio.Observed{Template: claiming}}, one, true},
		"another claim":                           {rio.Revision{Template: claiming}, rio.Volume{Name: "other"}, false},
		"a template of the same name":             {rio.Revision{Template: claiming}, template, false},
		"the template of a set":                   {set, template, true},
		"what a pod of the set has of it":         {set, rio.Volume{Name: "data-front-v2-0"}, true},
		"what another revision's pod has":         {set, rio.Volume{Name: "data-front-v3-0"}, false},
		"what only begins like that":              {set, rio.Volume{Name: "data-front-v2-old"}, false},
		"a claim that is called as the set's":     {set, one, false},
		"a template whose claim is not called so": {called, rio.Volume{Name: "config-data", Template: true}, true},
		"and what a pod has of that":              {called, rio.Volume{Name: "config-data-1a2b3c4d-front-v2-0"}, true},
	} {
		t.Run(sentence, func(t *testing.T) {
			if got := tc.revision.Mounts(rio.Ref{Namespace: "shop", Service: "front"}, tc.volume); got != tc.want {
				t.Errorf("got %t", got)
			}
		})
	}
}
