package main

import (
	"context"
	"os"
	"path/filepath"
	"strings"
)

const istioModule = "istio.io/istio"

// What Istio's own builds of this state call themselves and their charts.
const (
	istioVersion      = "1.31-dev"
	istioChartVersion = "1.31.0-dev"
)

// buildIstioCharts copies the charts out of Istio's module, and gives them the
// version that Istio's release builder would write.
func buildIstioCharts(ctx context.Context, b *builder, dir string) error {
	module, err := b.moduleDir(ctx, istioModule)
	if err != nil {
		return err
	}
	for name, from := range map[string]string{
		"base": "base", "istiod": "istio-control/istio-discovery", "gateway": "gateway",
	} {
		chart := filepath.Join(dir, name)
		if err := os.CopyFS(chart, os.DirFS(filepath.Join(module, "manifests", "charts", from))); err != nil {
			return err
		}
		file := filepath.Join(chart, "Chart.yaml")
		content, err := os.ReadFile(file)
		if err != nil {
			return err
		}
		// The module cache is read-only, and so are the copies.
		if err := os.Chmod(file, 0o644); err != nil {
			return err
		}
		versioned := strings.NewReplacer(
			"\nversion: 1.0.0", "\nversion: "+istioChartVersion,
			"\nappVersion: 1.0.0", "\nappVersion: "+istioChartVersion,
		).Replace(string(content))
		if err := os.WriteFile(file, []byte(versioned), 0o644); err != nil {
			return err
		}
	}
	return nil
}
