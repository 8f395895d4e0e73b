package main

import (
	"encoding/json"
	"strings"
	"testing"

	jsonpatch "github.com/evanphx/json-patch/v5"
	"github.com/google/go-cmp/cmp"
	admissionv1 "k8s.io/api/admission/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"sigs.k8s.io/controller-runtime/pkg/webhook/admission"
)

func decode(t *testing.T, s string) (v any) {
	t.Helper()
	if err := json.Unmarshal([]byte(s), &v); err != nil {
		t.Fatal(err)
	}
	return v
}

// patched asks the webhook, applies its patch and returns the object as it then is.
func patched(t *testing.T, object string, op admissionv1.Operation) (string, admission.Response) {
	t.Helper()
	response := label(t.Context(), admission.Request{AdmissionRequest: admissionv1.AdmissionRequest{
		Namespace: "shop", Operation: op, Object: runtime.RawExtension{Raw: []byte(object)},
	}})
	if !response.Allowed {
		t.Fatalf("refused: %v", response.Result)
	}
	raw, err := json.Marshal(response.Patches)
	if err != nil {
		t.Fatal(err)
	}
	patch, err := jsonpatch.DecodePatch(raw)
	if err != nil || len(patch) == 0 {
		return object, response
	}
	out, err := patch.Apply([]byte(object))
	if err != nil {
		t.Fatalf("patch %s: %v", raw, err)
	}
	return string(out), response
}

func TestLabelPatchesLabelsAndNothingElse(t *testing.T) {
	tests := map[string]struct{ object, want string }{
		"no labels, and fields that only a newer API has": {
			`{"metadata":{"name":"web","newer":1},"spec":{"newer":{"a":[1]},"template":{"metadata":{},"spec":{"newer":true}}}}`,
			`{"metadata":{"name":"web","newer":1,"labels":LABELS},"spec":{"newer":{"a":[1]},"template":{"metadata":{"labels":LABELS},"spec":{"newer":true}}}}`,
		},
		"labels of its own": {
			`{"metadata":{"name":"web","labels":{"app":"web"}},"spec":{"selector":{"matchLabels":{"app":"web"}},"template":{"metadata":{"labels":{"app":"web"}}}}}`,
			`{"metadata":{"name":"web","labels":LABELS},"spec":{"selector":{"matchLabels":{"app":"web"}},"template":{"metadata":{"labels":LABELS}}}}`,
		},
	}
	const labels = `{"app":"web","rio.cattle.io":"true","rio.cattle.io/namespace":"shop","rio.cattle.io/revision":"latest",
		"rio.cattle.io/service":"web","app.kubernetes.io/name":"web","app.kubernetes.io/part-of":"shop","app.kubernetes.io/version":"latest"}`
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			got, _ := patched(t, test.object, admissionv1.Create)
			if diff := cmp.Diff(decode(t, strings.ReplaceAll(test.want, "LABELS", labels)), decode(t, got)); diff != "" {
				t.Error(diff)
			}
			again, response := patched(t, got, admissionv1.Create)
			if len(response.Patches) > 0 {
				t.Errorf("labelled twice: %s", again)
			}
		})
	}
}

func TestLabelLetsPassWhatItCannotRead(t *testing.T) {
	for _, object := range []string{``, `[]`, `{"metadata":{"labels":{"app":7}}}`, `{"spec":{"template":3}}`, `{}`} {
		if got, response := patched(t, object, admissionv1.Create); len(response.Patches) > 0 {
			t.Errorf("%q became %q", object, got)
		}
	}
}

func BenchmarkLabel(b *testing.B) {
	request := admission.Request{AdmissionRequest: admissionv1.AdmissionRequest{
		Namespace: "shop", Operation: admissionv1.Create,
		Object: runtime.RawExtension{Raw: []byte(`{"metadata":{"name":"web","labels":{"app":"web"}},"spec":{"template":{"metadata":{"labels":{"app":"web"}}}}}`)},
	}}
	for b.Loop() {
		label(b.Context(), request)
	}
}
