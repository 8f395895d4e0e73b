package main

import (
	"context"
	"encoding/json"
	"maps"
	"slices"
	"strings"

	"gomodules.xyz/jsonpatch/v2"
	"sigs.k8s.io/controller-runtime/pkg/webhook/admission"

	labeller "github.com/kubectl-rio/kubectl-rio/pkg/admission"
)

// label answers the API server with the labels that a workload lacks. It never refuses:
// what it cannot read it lets pass.
func label(_ context.Context, req admission.Request) admission.Response {
	var before labeller.Workload
	if err := json.Unmarshal(req.Object.Raw, &before); err != nil {
		return admission.Allowed("not a workload").WithWarnings("kubectl rio cannot read it to label it: " + err.Error())
	}
	before.Namespace = req.Namespace // the object itself may leave it out
	after := labeller.Label(before, req.Operation)
	return admission.Patched("",
		append(addLabels("/metadata", before.Labels, after.Labels),
			addLabels("/spec/template/metadata", before.Spec.Template.Labels, after.Spec.Template.Labels)...)...)
}

// addLabels is the patch that adds what after has more than before. It is made of the
// labels alone, so that fields of a newer API, which are unknown here, are left in peace.
func addLabels(path string, before, after map[string]string) []jsonpatch.Operation {
	if before == nil && after != nil {
		return []jsonpatch.Operation{jsonpatch.NewOperation("add", path+"/labels", after)}
	}
	var patch []jsonpatch.Operation
	for _, key := range slices.Sorted(maps.Keys(after)) {
		if _, has := before[key]; !has {
			patch = append(patch, jsonpatch.NewOperation("add", path+"/labels/"+pointer.Replace(key), after[key]))
		}
	}
	return patch
}

// pointer escapes a key for a JSON pointer, RFC 6901.
var pointer = strings.NewReplacer("~", "~0", "/", "~1")
