package lab

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"slices"
	"strings"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
)

// Dump is every object of a cluster, by KIND.GROUP NAMESPACE/NAME, without what the
// API server and controllers write into it all the time.
type Dump map[string]string

// unstable kinds come and go by themselves.
var unstable = []string{"componentstatuses", "endpoints", "events", "events.events.k8s.io", "leases.coordination.k8s.io"}

// ReadDump reads every object of every kind there is.
func ReadDump(ctx context.Context, k Kubectl) (Dump, error) {
	out, err := k.Run(ctx, "api-resources", "--verbs=list", "--cached=false", "-o", "name")
	if err != nil {
		return nil, err
	}
	kinds := slices.DeleteFunc(strings.Fields(out), func(kind string) bool { return slices.Contains(unstable, kind) })
	if out, err = k.Run(ctx, "get", strings.Join(kinds, ","), "-A", "-o", "json"); err != nil {
		return nil, err
	}
	var list unstructured.UnstructuredList
	if err := json.Unmarshal([]byte(out), &list); err != nil {
		return nil, err
	}
	d := Dump{}
	for _, o := range list.Items {
		key := fmt.Sprintf("%s.%s %s/%s", o.GetKind(), o.GroupVersionKind().Group, o.GetNamespace(), o.GetName())
		unstructured.RemoveNestedField(o.Object, "status")
		for _, field := range []string{"uid", "resourceVersion", "generation", "creationTimestamp", "managedFields"} {
			unstructured.RemoveNestedField(o.Object, "metadata", field)
		}
		// istiod renews its locks as ConfigMaps.
		unstructured.RemoveNestedField(o.Object, "metadata", "annotations", "control-plane.alpha.kubernetes.io/leader")
		content, err := json.Marshal(o.Object)
		if err != nil {
			return nil, err
		}
		d[key] = string(content)
	}
	return d, nil
}

// Diff says what another dump has more, less and otherwise, one line each.
func (d Dump) Diff(other Dump) []string {
	var lines []string
	for _, key := range slices.Sorted(maps.Keys(d)) {
		if now, ok := other[key]; !ok {
			lines = append(lines, "- "+key)
		} else if now != d[key] {
			lines = append(lines, "~ "+key+"\n    "+d[key]+"\n    "+now)
		}
	}
	for _, key := range slices.Sorted(maps.Keys(other)) {
		if _, ok := d[key]; !ok {
			lines = append(lines, "+ "+key)
		}
	}
	return lines
}

// InstallArgs are the arguments of kubectl rio install for this cluster: on the sandbox
// its own charts, images and values.
func InstallArgs() []string {
	args := []string{"install"}
	for _, flag := range [][2]string{{"--istio-charts", "RIO_ISTIO_CHARTS"}, {"--istio-values", "RIO_ISTIO_VALUES"}, {"--values", "RIO_VALUES"}} {
		if value := os.Getenv(flag[1]); value != "" {
			args = append(args, flag[0], value)
		}
	}
	return args
}

// Installed reports whether rio is on the cluster.
func Installed(ctx context.Context, k Kubectl) (bool, error) {
	out, err := k.Run(ctx, "get", "service", "rio-lb", "-n", "rio-system", "--ignore-not-found", "-o", "name")
	return out != "", err
}
