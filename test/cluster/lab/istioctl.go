package lab

import (
	"cmp"
	"context"
	"fmt"
	"os/exec"
	"regexp"
	"slices"
	"strings"

	"sigs.k8s.io/yaml"

	"github.com/kubectl-rio/kubectl-rio/pkg/manifest"
	"github.com/kubectl-rio/kubectl-rio/test/invariant"
)

// gatewayDocument is what the routes lead from: the one of charts/rio.
const gatewayDocument = `apiVersion: networking.istio.io/v1
kind: Gateway
metadata: {name: rio-gateway, namespace: rio-system}
spec:
  selector: {gateway: external}
  servers: [{port: {number: 80, name: http-80, protocol: HTTP}, hosts: ["*"]}]
`

// Istioctl has Istio judge a history: its validators every version of a VirtualService
// and a DestinationRule, its analyzers all of them that there were together at any time.
// What it gives are the errors and warnings. On files, istioctl itself skips the analyzers
// that ask for Services or pods; the scripts' command analyze asks it about the cluster.
func Istioctl(ctx context.Context, k Kubectl, events []invariant.Event) ([]string, error) {
	if _, err := exec.LookPath("istioctl"); err != nil {
		if Sandbox() {
			return nil, err
		}
		return nil, nil
	}
	states, err := routing(events)
	if err != nil || len(states) == 0 {
		return nil, err
	}
	var versions []string
	for _, s := range states {
		for _, document := range s.documents {
			if !slices.Contains(versions, document) {
				versions = append(versions, document)
			}
		}
	}
	problems, err := istioctl(ctx, k, yamlStream(versions), "validate", "-f", "-")
	if err != nil {
		return nil, err
	}
	if found, err := analyze(ctx, k, apart(states, events)); err == nil && len(found) == 0 {
		return problems, nil
	}
	for _, s := range states { // which of them it is, or none: they may be wrong only side by side
		found, err := analyze(ctx, k, s.documents)
		if err != nil {
			return nil, err
		}
		for _, line := range found {
			problems = append(problems, fmt.Sprintf("at version %d: %s", s.version, line))
		}
	}
	return problems, nil
}

// apart gives the documents of all states, each state's under namespaces of its own, for one
// run of istioctl in place of many: what a state lacks, no other can have for it.
func apart(states []routingState, events []invariant.Event) []string {
	namespaces := map[string]bool{}
	for _, e := range events {
		namespaces[e.Object.GetNamespace()] = true
	}
	var documents []string
	for i, s := range states {
		for _, document := range s.documents {
			documents = append(documents, label.ReplaceAllStringFunc(document, func(name string) string {
				if namespaces[name] {
					return fmt.Sprintf("%s-s%d", name, i)
				}
				return name
			}))
		}
	}
	return documents
}

// label is one of a host's name, among other words.
var label = regexp.MustCompile(`[a-zA-Z0-9-]+`)

// analyze has Istio's analyzers look at documents together.
func analyze(ctx context.Context, k Kubectl, documents []string) ([]string, error) {
	return istioctl(ctx, k, yamlStream(append(slices.Clone(documents), gatewayDocument)), "analyze", "--use-kube=false", "--all-namespaces", "--color=false", "-")
}

// istioctl gives the problems that istioctl finds. That it finds some is no error.
func istioctl(ctx context.Context, k Kubectl, input string, args ...string) ([]string, error) {
	cmd := k.Command(ctx, "istioctl", args...)
	cmd.Stdin = strings.NewReader(input)
	out, err := cmd.CombinedOutput()
	found := istioProblems(string(out))
	if err != nil && len(found) == 0 {
		return nil, fmt.Errorf("istioctl %s: %w: %s", args[0], err, out)
	}
	return found, nil
}

// istioProblems are the lines that tell of an error or a warning: those of analyze begin
// with the word and a code, those of validate are items of a list.
func istioProblems(out string) []string {
	var problems []string
	for line := range strings.Lines(out) {
		line = strings.TrimSpace(line)
		if strings.HasPrefix(line, "Error [") || strings.HasPrefix(line, "Warning [") || strings.HasPrefix(line, "* ") {
			problems = append(problems, line)
		}
	}
	return problems
}

// routingState is the VirtualServices that a namespace held from a version on, and the
// DestinationRules of all, to which routes may lead, as YAML, sorted.
type routingState struct {
	version   uint64
	documents []string
}

// routing gives the states of all namespaces in their order, without those that say the
// same as one before.
func routing(events []invariant.Event) ([]routingState, error) {
	type key struct{ namespace, kind, name string }
	stored := map[key]string{}
	seen := map[string]bool{}
	var states []routingState
	for _, e := range slices.SortedStableFunc(slices.Values(events), initialFirst) {
		k := key{e.Object.GetNamespace(), manifest.Kind(e.Object), e.Object.GetName()}
		if k.kind != manifest.KindVirtualService && k.kind != manifest.KindDestinationRule {
			continue
		}
		document, err := routingDocument(e.Object)
		if err != nil {
			return nil, err
		}
		if stored[k] = document; e.Deleted {
			delete(stored, k)
		}
		if e.Initial {
			continue // they are whole together only
		}
		state := routingState{version: e.Revision}
		for other, document := range stored {
			if other.namespace == k.namespace || other.kind == manifest.KindDestinationRule {
				state.documents = append(state.documents, document)
			}
		}
		slices.Sort(state.documents)
		if all := yamlStream(state.documents); all != "" && !seen[all] {
			seen[all] = true
			states = append(states, state)
		}
	}
	return states, nil
}

func yamlStream(documents []string) string { return strings.Join(documents, "---\n") }

func initialFirst(a, b invariant.Event) int {
	if a.Initial != b.Initial {
		if a.Initial {
			return -1
		}
		return 1
	}
	return cmp.Compare(a.Revision, b.Revision)
}

// routingDocument is an object as somebody would write it.
func routingDocument(o manifest.Object) (string, error) {
	fields, err := manifest.Encode(o)
	if err != nil {
		return "", err
	}
	fields["metadata"] = map[string]any{
		"name": o.GetName(), "namespace": o.GetNamespace(), "labels": o.GetLabels(), "annotations": o.GetAnnotations(),
	}
	document, err := yaml.Marshal(fields)
	return string(document), err
}
