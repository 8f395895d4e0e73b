package rio_test

import (
	"bytes"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	corev1 "k8s.io/api/core/v1"

	"github.com/kubectl-rio/kubectl-rio/pkg/rio"
)

func TestParseName(t *testing.T) {
	for s, want := range map[string]rio.Name{
		"nginx.conf":      {Namespace: "shop", Name: "nginx.conf"},
		"test/nginx.conf": {Namespace: "test", Name: "nginx.conf"},
		"test:nginx.conf": {Namespace: "test", Name: "nginx.conf"}, // as it is printed
	} {
		t.Run(s, func(t *testing.T) {
			got, err := rio.ParseName(s, "shop")
			if err != nil || got != want {
				t.Fatalf("got %+v, %v, want %+v", got, err, want)
			}
			if again, err := rio.ParseName(got.ID(), "elsewhere"); err != nil || again != got {
				t.Errorf("its ID %q reads back as %+v, %v", got.ID(), again, err)
			}
			if again, err := rio.ParseName(got.In("shop"), "shop"); err != nil || again != got {
				t.Errorf("%q reads back as %+v, %v", got.In("shop"), again, err)
			}
		})
	}
	for s, want := range map[string]string{
		"":                      `invalid name "": `,
		"a/b/c":                 `invalid name "a/b/c": want [STACK/]NAME`,
		"/x":                    `invalid name "/x": stack "": `,
		"Big":                   `invalid name "Big": `,
		"STACK/conf":            `invalid name "STACK/conf": stack "STACK": `,
		strings.Repeat("x", 64): `invalid name "` + strings.Repeat("x", 64) + `": it has 64 characters, want at most 63`,
	} {
		if _, err := rio.ParseName(s, "shop"); err == nil || !strings.HasPrefix(err.Error(), want) {
			t.Errorf("%q: got %v, want %s", s, err, want)
		}
	}
}

func TestCopiesAreNamedByWhatIsInThem(t *testing.T) {
	base := rio.Config{Kind: rio.KindConfigMap, Namespace: "shop", Name: "app", Data: map[string][]byte{"content": []byte("1")}}
	same := base
	same.Labels = map[string]string{"tier": "front"}
	copied := base.Copy("front")
	if again := same.Copy("front"); again.Name != copied.Name {
		t.Errorf("labels change the name: %q and %q", copied.Name, again.Name)
	}
	if copied.Source != "app" || !strings.HasPrefix(copied.Name, "app-") || len(copied.Name) != len("app-12345678") {
		t.Errorf("got %+v", copied)
	}
	seen := map[string]string{copied.Name: "the first"}
	for what, c := range map[string]rio.Config{
		"another service":        base.Copy("back"),
		"another content":        rio.Config{Name: "app", Data: map[string][]byte{"content": []byte("2")}}.Copy("front"),
		"another key":            rio.Config{Name: "app", Data: map[string][]byte{"other": []byte("1")}}.Copy("front"),
		"keys that run together": rio.Config{Name: "app", Data: map[string][]byte{"content": []byte("1"), "x": nil}}.Copy("front"),
		"another type":           rio.Config{Name: "app", Type: corev1.SecretTypeOpaque, Data: base.Data}.Copy("front"),
	} {
		if other, taken := seen[c.Name]; taken {
			t.Errorf("%s has the name %q of %s", what, c.Name, other)
		}
		seen[c.Name] = what
	}
}

func TestConfigsThatCannotBe(t *testing.T) {
	for want, c := range map[string]rio.Config{
		`config "app" has more than 1048576 bytes, which is all that Kubernetes keeps in one; put it into the image or on a volume`: {Data: map[string][]byte{"content": bytes.Repeat([]byte("x"), 1<<20+1)}},
		`invalid key "a b" of secret "app": `: {Kind: rio.KindSecret, Data: map[string][]byte{"a b": nil}},
		`invalid --label "tier=a b": `:        {Labels: map[string]string{"tier": "a b"}},
		`invalid --label "rio.cattle.io/config=x": the key is kubectl rio's own; choose another`: {Labels: map[string]string{"rio.cattle.io/config": "x"}},
	} {
		c.Name = "app"
		if err := c.Validate(); err == nil || !strings.HasPrefix(err.Error(), want) {
			t.Errorf("got %v, want %s", err, want)
		}
	}
	good := rio.Config{Name: "app", Labels: map[string]string{"tier": "front"}, Data: map[string][]byte{"content": bytes.Repeat([]byte("x"), 1<<20)}}
	if err := good.Validate(); err != nil {
		t.Error(err)
	}
}

// reader is a pod that names configs in every way there is.
func reader() corev1.PodTemplateSpec {
	config := func(name string) corev1.LocalObjectReference { return corev1.LocalObjectReference{Name: name} }
	return corev1.PodTemplateSpec{Spec: corev1.PodSpec{
		ImagePullSecrets: []corev1.LocalObjectReference{config("pull")},
		Volumes: []corev1.Volume{
			{Name: "file", VolumeSource: corev1.VolumeSource{ConfigMap: &corev1.ConfigMapVolumeSource{LocalObjectReference: config("a")}}},
			{Name: "dir", VolumeSource: corev1.VolumeSource{Secret: &corev1.SecretVolumeSource{SecretName: "b", Optional: new(true)}}},
			{Name: "all", VolumeSource: corev1.VolumeSource{Projected: &corev1.ProjectedVolumeSource{Sources: []corev1.VolumeProjection{
				{ConfigMap: &corev1.ConfigMapProjection{LocalObjectReference: config("c"), Items: []corev1.KeyToPath{{Key: "k", Path: "p"}}}},
				{Secret: &corev1.SecretProjection{LocalObjectReference: config("d")}},
			}}}},
		},
		InitContainers: []corev1.Container{{EnvFrom: []corev1.EnvFromSource{
			{ConfigMapRef: &corev1.ConfigMapEnvSource{LocalObjectReference: config("e")}},
			{SecretRef: &corev1.SecretEnvSource{LocalObjectReference: config("f")}},
		}}},
		Containers: []corev1.Container{{
			VolumeMounts: []corev1.VolumeMount{{Name: "file", MountPath: "/f", SubPath: "content"}, {Name: "dir", MountPath: "/d"}},
			Env: []corev1.EnvVar{
				{Name: "PLAIN", Value: "x"},
				{Name: "G", ValueFrom: &corev1.EnvVarSource{ConfigMapKeyRef: &corev1.ConfigMapKeySelector{LocalObjectReference: config("g"), Key: "content"}}},
				{Name: "H", ValueFrom: &corev1.EnvVarSource{SecretKeyRef: &corev1.SecretKeySelector{LocalObjectReference: config("h"), Key: "user", Optional: new(true)}}},
				{Name: "I", ValueFrom: &corev1.EnvVarSource{FieldRef: &corev1.ObjectFieldSelector{FieldPath: "status.podIP"}}},
			},
		}},
	}}
}

func TestConfigRefsFindsAll(t *testing.T) {
	type ref struct {
		Kind, Name string
		Keys       []string
		Optional   bool
	}
	var got []ref
	pod := reader()
	for _, r := range rio.ConfigRefs(&pod.Spec) {
		got = append(got, ref{r.Kind, *r.Name, r.Keys, r.Optional})
	}
	want := []ref{
		{"ConfigMap", "a", []string{"content"}, false}, {"Secret", "b", nil, true},
		{"ConfigMap", "c", []string{"k"}, false}, {"Secret", "d", nil, false},
		{"ConfigMap", "e", nil, false}, {"Secret", "f", nil, false},
		{"ConfigMap", "g", []string{"content"}, false}, {"Secret", "h", []string{"user"}, true},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestSourcesOfCopies(t *testing.T) {
	pod := reader()
	for _, r := range rio.ConfigRefs(&pod.Spec) {
		source := *r.Name
		*r.Name += "-12345678"
		sources := rio.Sources(&pod, r.Kind)
		sources[*r.Name] = source
		rio.NoteSources(&pod, r.Kind, sources)
	}
	if got := pod.Annotations[rio.AnnotationConfigs]; got != "a=a-12345678,c=c-12345678,e=e-12345678,g=g-12345678" {
		t.Errorf("noted is %q", got)
	}
	if diff := cmp.Diff(reader(), rio.Unpinned(pod), cmp.Transformer("without", func(m map[string]string) int { return len(m) })); diff != "" {
		t.Errorf("what was asked for: %s", diff)
	}
	if !rio.Reads(&pod, rio.KindSecret, "h-12345678") || rio.Reads(&pod, rio.KindConfigMap, "h-12345678") {
		t.Error("secrets and configs of one name are told apart")
	}
	pod.Spec.Containers[0].Env = nil
	rio.NoteSources(&pod, rio.KindConfigMap, rio.Sources(&pod, rio.KindConfigMap))
	if got := pod.Annotations[rio.AnnotationConfigs]; got != "a=a-12345678,c=c-12345678,e=e-12345678" {
		t.Errorf("what is read no more is noted still: %q", got)
	}
}

func TestARevisionReadsWhatItMayComeBackTo(t *testing.T) {
	pod := reader()
	a := rio.Config{Kind: rio.KindConfigMap, Name: "a"}
	for sentence, tc := range map[string]struct {
		revision rio.Revision
		want     bool
	}{
		"nothing":                   {rio.Revision{}, false},
		"it is to read it":          {rio.Revision{Template: pod}, true},
		"its pods read it now":      {rio.Revision{Observed: &rio.Observed{Template: pod}}, true},
		"an undo would bring it up": {rio.Revision{Observed: &rio.Observed{Past: []corev1.PodTemplateSpec{{}, pod}}}, true},
	} {
		t.Run(sentence, func(t *testing.T) {
			if got := tc.revision.Reads(a); got != tc.want {
				t.Errorf("got %t", got)
			}
		})
	}
}
