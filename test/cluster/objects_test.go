package cluster

import (
	"context"
	"fmt"
	"regexp"
	"strings"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/client-go/dynamic"
	"sigs.k8s.io/yaml"

	"github.com/kubectl-rio/kubectl-rio/test/cluster/lab"
)

// ourKinds are the kinds that kubectl rio writes into a stack.
var ourKinds = []schema.GroupVersionResource{
	{Group: "apps", Version: "v1", Resource: "deployments"},
	{Group: "apps", Version: "v1", Resource: "statefulsets"},
	{Group: "apps", Version: "v1", Resource: "daemonsets"},
	{Group: "autoscaling", Version: "v2", Resource: "horizontalpodautoscalers"},
	{Group: "policy", Version: "v1", Resource: "poddisruptionbudgets"},
	{Version: "v1", Resource: "serviceaccounts"},
	{Group: "rbac.authorization.k8s.io", Version: "v1", Resource: "roles"},
	{Group: "rbac.authorization.k8s.io", Version: "v1", Resource: "rolebindings"},
	{Version: "v1", Resource: "services"},
	{Version: "v1", Resource: "configmaps"},
	{Version: "v1", Resource: "secrets"},
	{Version: "v1", Resource: "persistentvolumeclaims"},
	{Group: "networking.istio.io", Version: "v1", Resource: "virtualservices"},
	{Group: "networking.istio.io", Version: "v1", Resource: "destinationrules"},
}

// assigned are the fields whose values the cluster gives, anew for each object.
var assigned = [][]string{
	{"status"},
	{"metadata", "uid"},
	{"metadata", "resourceVersion"},
	{"metadata", "generation"},
	{"metadata", "creationTimestamp"},
	{"metadata", "managedFields"},
	{"metadata", "annotations", "rio.cattle.io/changed-at"},
	{"spec", "clusterIP"},
	{"spec", "clusterIPs"},
}

// objects are a stack and what kubectl rio has in it, as YAML that is the same in another
// stack, by KIND/NAME.
func (th theatre) objects(ctx context.Context, namespace string) (map[string]string, error) {
	client, err := dynamic.NewForConfig(th.config)
	if err != nil {
		return nil, err
	}
	stack, err := client.Resource(schema.GroupVersionResource{Version: "v1", Resource: "namespaces"}).Get(ctx, namespace, metav1.GetOptions{})
	if err != nil {
		return nil, err
	}
	all := []unstructured.Unstructured{*stack}
	for _, kind := range ourKinds {
		list, err := client.Resource(kind).Namespace(namespace).List(ctx, metav1.ListOptions{})
		if err != nil {
			return nil, err
		}
		for _, o := range list.Items {
			ours := o.GetLabels()["rio.cattle.io"] == "true" // Kubernetes and Istio put ConfigMaps into every namespace
			if ours && o.GetDeletionTimestamp() == nil {     // a claim goes a moment later, when no pod has it
				all = append(all, o)
			}
		}
	}
	found := map[string]string{}
	for _, o := range all {
		text, err := inAnyStack(o)
		if err != nil {
			return nil, err
		}
		key := fmt.Sprintf("%s/%s", o.GetKind(), o.GetName())
		found[strings.ReplaceAll(key, namespace, "$NS")] = strings.ReplaceAll(text, namespace, "$NS")
	}
	return found, nil
}

// inAnyStack is an object without what the cluster gives it.
func inAnyStack(o unstructured.Unstructured) (string, error) {
	for _, field := range assigned {
		unstructured.RemoveNestedField(o.Object, field...)
	}
	lab.WithoutNodePorts(o.Object)
	text, err := yaml.Marshal(o.Object)
	return templateHash.ReplaceAllString(string(text), `"template":"HASH"`), err
}

// templateHash is that of a pod template in a note: the name of the stack is in it.
var templateHash = regexp.MustCompile(`"template":"[a-z0-9]+"`)
