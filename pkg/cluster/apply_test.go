package cluster

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/utils/ptr"

	"github.com/kubectl-rio/kubectl-rio/pkg/manifest"
	"github.com/kubectl-rio/kubectl-rio/pkg/plan"
	"github.com/kubectl-rio/kubectl-rio/pkg/rio"
)

// foobar renders to a Deployment, a Service, a DestinationRule and a VirtualService.
func foobar() rio.Service {
	return rio.Service{
		Namespace: "default", Name: "foobar", Domain: "example.com", Gateway: "rio-system/rio-gateway",
		Ports: []rio.Port{{Number: 80, Protocol: "http", Publish: true}},
		Revisions: []rio.Revision{{Name: "latest", Kind: "Deployment", Replicas: ptr.To[int32](1), Weight: 100, Template: corev1.PodTemplateSpec{
			Spec: corev1.PodSpec{Containers: []corev1.Container{{Name: "foobar", Image: "nginx"}}},
		}}},
	}
}

func TestApplyBody(t *testing.T) {
	read := manifest.Render(foobar())[3]
	read.SetResourceVersion("7")
	read.SetUID("u")
	for sentence, tc := range map[string]struct {
		change plan.Change
		locked bool
		want   any
	}{
		"what holds atomic lists is written at the version that was read": {plan.Change{Op: plan.Update, Before: read, After: manifest.Render(foobar())[3]}, true, "7"},
		"also when it is written as it was read":                          {plan.Change{Op: plan.Update, Before: read, After: read}, true, "7"},
		"other kinds meet whatever is there":                              {plan.Change{Op: plan.Update, Before: read, After: read}, false, nil},
		"what is new meets nothing that is there":                         {plan.Change{Op: plan.Create, After: read}, true, noVersion},
		"of other kinds it has no version":                                {plan.Change{Op: plan.Create, After: read}, false, nil},
		"nor has the second of two writes to one rule":                    {plan.Change{Op: plan.Update, Before: manifest.Render(foobar())[3], After: read}, true, nil},
	} {
		t.Run(sentence, func(t *testing.T) {
			body, err := applyBody(tc.change, tc.locked)
			if err != nil {
				t.Fatal(err)
			}
			var o struct{ Metadata map[string]any }
			if err := json.Unmarshal(body, &o); err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(tc.want, o.Metadata["resourceVersion"]); diff != "" || o.Metadata["uid"] != nil {
				t.Errorf("%v %s", o.Metadata, diff)
			}
		})
	}
	if read.GetResourceVersion() != "7" {
		t.Error("the object that was read has been changed")
	}
}

func TestWritesAsTheServerGetsThem(t *testing.T) {
	d := manifest.Render(foobar())[0]
	d.SetUID("1234")
	patch, remove := "PATCH "+deployments+"/foobar", "DELETE "+deployments+"/foobar"
	for sentence, tc := range map[string]struct {
		change plan.Change
		opts   WriteOptions
		want   string // how the request begins
		body   string // and what its body contains
	}{
		"an apply":                  {plan.Change{Op: plan.Create, After: d}, WriteOptions{}, patch + "?fieldManager=kubectl-rio&force=false ", `"image":"nginx"`},
		"one that takes over":       {plan.Change{Op: plan.Create, After: d}, WriteOptions{Force: true}, patch + "?fieldManager=kubectl-rio&force=true ", ""},
		"one on trial":              {plan.Change{Op: plan.Create, After: d}, WriteOptions{DryRun: true}, patch + "?dryRun=All&fieldManager=kubectl-rio&force=false ", ""},
		"a delete of what was read": {plan.Change{Op: plan.Delete, Before: d}, WriteOptions{}, remove + " ", "1234"},
		"a delete on trial":         {plan.Change{Op: plan.Delete, Before: d}, WriteOptions{DryRun: true}, remove + "?dryRun=All ", "All"},
	} {
		t.Run(sentence, func(t *testing.T) {
			c, s := with(t, map[string]answer{patch: {200, stored(t, d, func(m map[string]any) { m["resourceVersion"] = "8" })}})
			got, err := c.Apply(t.Context(), tc.change, tc.opts)
			if err != nil {
				t.Fatal(err)
			}
			if manifest.Kind(got) != "Deployment" || (tc.change.Op != plan.Delete && got.GetResourceVersion() != "8") {
				t.Errorf("got back %s at version %q", manifest.Kind(got), got.GetResourceVersion())
			}
			if len(s.asked) != 1 || !strings.HasPrefix(s.asked[0], tc.want) || !strings.Contains(s.asked[0], tc.body) {
				t.Errorf("asked %q", s.asked)
			}
		})
	}
	d.SetResourceVersion("7777")
	read := manifest.Render(foobar())[3]
	read.SetUID("5678")
	read.SetResourceVersion("7777")
	for o, want := range map[manifest.Object]bool{d: false, read: true} { // the status of a Deployment moves all the time
		c, s := with(t, nil)
		if _, err := c.Apply(t.Context(), plan.Change{Op: plan.Delete, Before: o}, WriteOptions{}); err != nil || strings.Contains(s.asked[0], "7777") != want {
			t.Errorf("%v: asked %q", err, s.asked)
		}
	}
	c, s := with(t, nil)
	_, _ = c.Apply(t.Context(), plan.Change{Op: plan.Create, After: manifest.Render(foobar())[3]}, WriteOptions{DryRun: true})
	if len(s.asked) != 1 || strings.Contains(s.asked[0], "resourceVersion") {
		t.Errorf("what a dry run prints can be applied elsewhere: %q", s.asked)
	}
	if _, err := c.Apply(t.Context(), plan.Change{Op: plan.Delete, Before: d}, WriteOptions{}); err != nil {
		t.Errorf("what is gone already need not be deleted: %v", err)
	}
	node := &corev1.Node{TypeMeta: metav1.TypeMeta{Kind: "Node"}}
	if _, err := c.Apply(t.Context(), plan.Change{Op: plan.Create, After: node}, WriteOptions{}); err == nil || err.Error() != `kubectl rio does not write objects of kind "Node"` {
		t.Errorf("got %v", err)
	}
}

func TestMustBeFree(t *testing.T) {
	v2 := foobar()
	v2.Put(rio.Revision{Name: "v2", Kind: "Deployment", Template: v2.Revisions[0].Template})
	changes := plan.Diff(manifest.Render(foobar()), v2)
	other := foobar()
	other.Name = "foobar-v2"
	stranger := manifest.Render(other)[0]
	for sentence, tc := range map[string]struct {
		change func(meta map[string]any)
		want   string
	}{
		"another service has the name": {func(map[string]any) {},
			`"foobar:v2" and "foobar-v2" both need the name "foobar-v2" for their deployment in stack "default"; choose another name`},
		"another tool has it": {func(m map[string]any) { m["labels"] = nil },
			`"foobar:v2" needs the name "foobar-v2", but a deployment of that name exists in namespace "default" and is not kubectl rio's; choose another name`},
	} {
		t.Run(sentence, func(t *testing.T) {
			c, _ := with(t, map[string]answer{"GET " + deployments + "/foobar-v2": {200, stored(t, stranger, tc.change)}})
			err := c.MustBeFree(t.Context(), changes, v2)
			if err == nil {
				t.Fatal("no error")
			}
			if diff := cmp.Diff(tc.want, err.Error()); diff != "" {
				t.Error(diff)
			}
		})
	}
	volume := manifest.Volume(rio.Volume{Namespace: "default", Name: "data", SizeInGB: 1})
	for sentence, tc := range map[string]struct {
		change func(meta map[string]any)
		want   string
	}{
		"another tool has a volume's name": {func(m map[string]any) { m["labels"] = nil },
			`"volume data" needs the name "data", but a persistentvolumeclaim of that name exists in namespace "default" and is not kubectl rio's; choose another name`},
		"somebody made it meanwhile": {asIs, `Operation cannot be fulfilled on persistentvolumeclaims "data": somebody else makes it at the same time`},
	} {
		c, _ := with(t, map[string]answer{"GET " + core + "/persistentvolumeclaims/data": {200, stored(t, volume, tc.change)}})
		if err := c.MustBeFree(t.Context(), plan.ChangeSet{{Op: plan.Create, After: volume}}, rio.Service{}); err == nil || err.Error() != tc.want {
			t.Errorf("%s: got %v, want %s", sentence, err, tc.want)
		}
	}
	c, s := with(t, nil)
	if err := c.MustBeFree(t.Context(), changes, v2); err != nil || len(s.asked) != 0 {
		t.Errorf("the names are free: %v", err)
	}
}

func TestLoadReadsOnlyWhatIsOurs(t *testing.T) {
	d := manifest.Render(foobar())[0]
	fields := func(manager, set string) map[string]any {
		return map[string]any{"manager": manager, "operation": "Apply", "apiVersion": "apps/v1", "fieldsType": "FieldsV1", "fieldsV1": json.RawMessage(set)}
	}
	c, _ := with(t, map[string]answer{"GET " + deployments: {200, listOf("apps/v1", "Deployment", stored(t, d, func(m map[string]any) {
		m["resourceVersion"], m["uid"] = "7", "1234"
		m["managedFields"] = []any{
			fields("autoscaler", `{"f:spec":{"f:replicas":{}}}`),
			fields("kubectl-rio", `{"f:spec":{"f:template":{"f:spec":{"f:containers":{"k:{\"name\":\"foobar\"}":{".":{},"f:image":{},"f:name":{}}}}}}}`),
		}
	}))}})
	snap, err := c.Load(t.Context(), foobarRef)
	if err != nil {
		t.Fatal(err)
	}
	latest, ok := snap.Service.Latest()
	if !ok || latest.Replicas != nil || latest.Observed.Replicas != 1 || latest.Template.Spec.Containers[0].Image != "nginx" {
		t.Errorf("replicas are the autoscaler's: %+v", latest)
	}
	if o := snap.Objects[0]; len(snap.Objects) != 1 || o.GetResourceVersion() != "7" || o.GetUID() != "1234" {
		t.Errorf("the version that was read is kept: %v", snap.Objects)
	}
	none, err := c.Load(t.Context(), rio.Ref{Namespace: "shop", Service: "gone"})
	if err != nil || none.Service.Exists() {
		t.Errorf("a service that does not exist: %+v, %v", none, err)
	}
}
