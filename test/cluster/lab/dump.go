package lab

import (
	"context"
	"maps"
	"slices"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
)

// Dump is every object of a cluster, by KIND.GROUP NAMESPACE/NAME, without what the
// API server and controllers write into it all the time.
type Dump map[string]string

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

// WithoutNodePorts takes out of an object the ports of nodes that the cluster gave it.
func WithoutNodePorts(object map[string]any) {
	field, _, _ := unstructured.NestedFieldNoCopy(object, "spec", "ports")
	ports, _ := field.([]any)
	for _, p := range ports {
		if port, ok := p.(map[string]any); ok {
			delete(port, "nodePort")
		}
	}
}

// InstallArgs are the arguments of kubectl rio install for a cluster, of which an environment
// says what it needs: the sandbox its own charts, images and values.
func InstallArgs(getenv func(name string) string) []string {
	args := []string{"install"}
	for _, flag := range [][2]string{{"--istio-charts", "RIO_ISTIO_CHARTS"}, {"--istio-values", "RIO_ISTIO_VALUES"}, {"--values", "RIO_VALUES"}} {
		if value := getenv(flag[1]); value != "" {
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
