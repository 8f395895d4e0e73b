package cluster

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/kubectl-rio/kubectl-rio/pkg/manifest"
	"github.com/kubectl-rio/kubectl-rio/pkg/plan"
	"github.com/kubectl-rio/kubectl-rio/pkg/rio"
)

const core = "/api/v1/namespaces/default"

func app(content string) rio.Config {
	return rio.Config{Kind: rio.KindConfigMap, Namespace: "default", Name: "app", Data: map[string][]byte{"content": []byte(content)}}
}

// reading is foobar whose latest reads its copy of app.
func reading(t *testing.T, content string) rio.Service {
	t.Helper()
	s := foobar()
	s.Revisions[0].Template.Spec.Volumes = []corev1.Volume{{Name: "config-app", VolumeSource: corev1.VolumeSource{
		ConfigMap: &corev1.ConfigMapVolumeSource{LocalObjectReference: corev1.LocalObjectReference{Name: "app"}},
	}}}
	s, err := plan.Pin(s, rio.Latest, []rio.Config{app(content)})
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func asIs(map[string]any) {}

// deploymentOf is the service's Deployment as the server has it.
func deploymentOf(t *testing.T, s rio.Service) (*appsv1.Deployment, map[string]any) {
	t.Helper()
	for _, o := range manifest.Render(s) {
		if d, ok := o.(*appsv1.Deployment); ok {
			return d, stored(t, d, asIs)
		}
	}
	t.Fatal("no Deployment")
	return nil, nil
}

func TestGetReadsWhatIsThere(t *testing.T) {
	c, _ := with(t, map[string]answer{"GET " + core + "/configmaps/app": {200, stored(t, manifest.Config(app("one"), ""), func(m map[string]any) {
		m["resourceVersion"] = "7"
	})}})
	live, mine, err := c.Get(t.Context(), rio.KindConfigMap, rio.Name{Namespace: "default", Name: "app"})
	if err != nil {
		t.Fatal(err)
	}
	if got, ok := manifest.ParseConfig(live); !ok || string(got.Data["content"]) != "one" || mine.GetResourceVersion() != "7" {
		t.Errorf("got %+v at %q", got, mine.GetResourceVersion())
	}
	if owned := mine.(*corev1.ConfigMap); len(owned.Data) > 0 {
		t.Errorf("what nobody applied as kubectl rio is not ours: %v", owned.Data)
	}
	live, mine, err = c.Get(t.Context(), rio.KindSecret, rio.Name{Namespace: "default", Name: "none"})
	if live != nil || mine != nil || err != nil {
		t.Errorf("what is not there: %v, %v, %v", live, mine, err)
	}
	if _, _, err := c.Get(t.Context(), "Pod", rio.Name{}); err == nil {
		t.Error("a kind that is not ours is read")
	}
}

func TestConfigsNowGivesThoseThatExist(t *testing.T) {
	c, _ := with(t, map[string]answer{"GET " + core + "/configmaps/app": {200, stored(t, manifest.Config(app("one"), ""), asIs)}})
	wanted := []rio.Config{{Kind: rio.KindConfigMap, Namespace: "default", Name: "app"}, {Kind: rio.KindSecret, Namespace: "default", Name: "app"}}
	now, err := c.ConfigsNow(t.Context(), wanted)
	if err != nil || len(now) != 1 || now[0].Kind != rio.KindConfigMap || string(now[0].Data["content"]) != "one" {
		t.Errorf("got %+v, %v", now, err)
	}
	forbidden := status(403, metav1.StatusReasonForbidden, `secrets "app" is forbidden: User "me" cannot get resource "secrets" in API group "" in the namespace "default"`, nil)
	c, _ = with(t, map[string]answer{"GET " + core + "/secrets/app": {403, forbidden}})
	if _, err := c.ConfigsNow(t.Context(), wanted); err == nil || !strings.HasPrefix(err.Error(), `you (me) may not get secrets in namespace "default"`) {
		t.Errorf("got %v", err)
	}
}

func TestConfigsAreListed(t *testing.T) {
	secret := app("one")
	secret.Kind, secret.Type = rio.KindSecret, corev1.SecretTypeOpaque
	c, _ := with(t, map[string]answer{
		"GET " + core + "/configmaps": {200, listOf("v1", "ConfigMap", stored(t, manifest.Config(app("one"), ""), asIs))},
		"GET " + core + "/secrets":    {200, listOf("v1", "Secret", stored(t, manifest.Config(secret, ""), asIs))},
	})
	for _, kind := range []string{rio.KindConfigMap, rio.KindSecret} {
		got, err := c.Configs(t.Context(), kind, "default", "tier=front")
		if err != nil || len(got) != 1 || got[0].Kind != kind || got[0].Size() != 3 {
			t.Errorf("%s: %+v, %v", kind, got, err)
		}
	}
}

// The copies of a service are read by name alone, and with them what it ran before.
func TestLoadKnowsCopiesAndThePast(t *testing.T) {
	before, now := reading(t, "one"), reading(t, "two")
	d, served := deploymentOf(t, now)
	was, _ := deploymentOf(t, before)
	old := &appsv1.ReplicaSet{
		TypeMeta: metav1.TypeMeta{APIVersion: "apps/v1", Kind: "ReplicaSet"},
		ObjectMeta: metav1.ObjectMeta{
			Name: "foobar-1", Namespace: "default", Labels: d.Labels, Annotations: map[string]string{"deployment.kubernetes.io/revision": "1"},
			OwnerReferences: []metav1.OwnerReference{{Kind: "Deployment", Name: "foobar", Controller: new(true)}},
		},
		Spec: appsv1.ReplicaSetSpec{Template: was.Spec.Template},
	}
	copies := listOf("v1", "ConfigMap")
	for _, s := range []rio.Service{before, now} {
		bare := s.Configs[0]
		bare.Data = nil
		copies["items"] = append(copies["items"].([]any), stored(t, manifest.Config(bare, "foobar"), asIs))
	}
	c, _ := with(t, map[string]answer{
		"GET " + deployments:                               {200, listOf("apps/v1", "Deployment", served)},
		"GET " + core + "/configmaps":                      {200, copies},
		"GET /apis/apps/v1/namespaces/default/replicasets": {200, listOf("apps/v1", "ReplicaSet", stored(t, old, asIs))},
	})
	snap, err := c.Load(t.Context(), foobarRef)
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, config := range snap.Service.Configs {
		names = append(names, config.Name)
		if latest := snap.Service.Revisions[0]; !latest.Reads(config) {
			t.Errorf("%s is read now, or by what undo can bring back", config.Name)
		}
	}
	want := []string{before.Configs[0].Name, now.Configs[0].Name}
	if want[0] > want[1] {
		want[0], want[1] = want[1], want[0]
	}
	if diff := cmp.Diff(want, names); diff != "" {
		t.Error(diff)
	}
	if past := snap.Service.Revisions[0].Observed.Past; len(past) != 1 || past[0].Spec.Volumes[0].ConfigMap.Name != before.Configs[0].Name {
		t.Errorf("the past is %+v", past)
	}
}

func TestVolumesSayWhatTheyWaitFor(t *testing.T) {
	waiting := rio.Volume{Namespace: "default", Name: "data", SizeInGB: 1, AccessMode: corev1.ReadWriteOnce}
	template := rio.Volume{Namespace: "default", Name: "each", SizeInGB: 1, Template: true}
	event := func(name, reason string, last, only time.Time) map[string]any {
		return stored(t, &corev1.Event{
			TypeMeta: metav1.TypeMeta{APIVersion: "v1", Kind: "Event"}, ObjectMeta: metav1.ObjectMeta{Name: name + reason, Namespace: "default"},
			InvolvedObject: corev1.ObjectReference{Kind: "PersistentVolumeClaim", Namespace: "default", Name: name}, Reason: reason, Message: "because",
			LastTimestamp: metav1.NewTime(last), EventTime: metav1.NewMicroTime(only),
		}, asIs)
	}
	now, none := time.Now(), time.Time{}
	c, _ := with(t, map[string]answer{
		"GET " + core + "/persistentvolumeclaims": {200, listOf("v1", "PersistentVolumeClaim", stored(t, manifest.Volume(waiting), asIs))},
		"GET " + core + "/configmaps":             {200, listOf("v1", "ConfigMap", stored(t, manifest.Volume(template), asIs))},
		"GET " + core + "/events": {200, listOf("v1", "Event",
			event("data", "Latest", none, now), event("data", "Earlier", now.Add(-time.Minute), none), event("other", "Other", now, none), event("each", "Never", now, none))},
	})
	got, err := c.Volumes(t.Context(), "default", "")
	if err != nil || len(got) != 2 {
		t.Fatalf("got %+v, %v", got, err)
	}
	if got[0].Name != "data" || got[0].Detail != "Latest: because" || got[1].Name != "each" || !got[1].Template || got[1].Detail != "" {
		t.Errorf("got %+v", got)
	}
}

func TestVolumesNowFindsClaimsAndTemplates(t *testing.T) {
	foreign := &corev1.PersistentVolumeClaim{TypeMeta: metav1.TypeMeta{APIVersion: "v1", Kind: "PersistentVolumeClaim"}, ObjectMeta: metav1.ObjectMeta{Name: "theirs", Namespace: "default"}}
	template := rio.Volume{Namespace: "default", Name: "each", SizeInGB: 1, Template: true}
	c, _ := with(t, map[string]answer{
		"GET " + core + "/persistentvolumeclaims/theirs":   {200, stored(t, foreign, asIs)},
		"GET " + core + "/configmaps/volume-template-each": {200, stored(t, manifest.Volume(template), asIs)},
	})
	got, err := c.VolumesNow(t.Context(), "default", []string{"each", "none", "theirs"})
	if err != nil || len(got) != 2 || !got[0].Template || got[1].Name != "theirs" || !got[1].Foreign {
		t.Errorf("got %+v, %v", got, err)
	}
}

func TestHasStorageClass(t *testing.T) {
	class := func(code int32, reason metav1.StatusReason) map[string]answer {
		return map[string]answer{"GET /apis/storage.k8s.io/v1/storageclasses/fast": {int(code), status(code, reason, "because", nil)}}
	}
	there := map[string]answer{"GET /apis/storage.k8s.io/v1/storageclasses/fast": {200, map[string]any{
		"apiVersion": "meta.k8s.io/v1", "kind": "PartialObjectMetadata", "metadata": map[string]any{"name": "fast"}}}}
	for sentence, tc := range map[string]struct {
		answers map[string]answer
		want    bool
		err     string
	}{
		"it is there":      {there, true, "<nil>"},
		"there is none":    {nil, false, "<nil>"},
		"one may not look": {class(403, metav1.StatusReasonForbidden), true, "<nil>"},
		"no answer":        {class(500, metav1.StatusReasonInternalError), false, `look for storageclass "fast": because`},
	} {
		c, _ := with(t, tc.answers)
		got, err := c.HasStorageClass(t.Context(), "fast")
		if got != tc.want || fmt.Sprint(err) != tc.err {
			t.Errorf("%s: got %v, %v", sentence, got, err)
		}
	}
}
