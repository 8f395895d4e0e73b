package controlplane

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"helm.sh/helm/v3/pkg/action"
	"helm.sh/helm/v3/pkg/chart"
	"helm.sh/helm/v3/pkg/chart/loader"
	"helm.sh/helm/v3/pkg/cli"

	"github.com/kubectl-rio/kubectl-rio/charts"
)

// Where Istio comes from when nothing else is said.
const (
	IstioRepository = "https://istio-release.storage.googleapis.com/charts"
	IstioVersion    = "1.31.4"
)

// rioChart is the chart that was built in.
func rioChart() (*chart.Chart, error) {
	root, err := fs.Sub(charts.FS, "rio")
	if err != nil {
		return nil, err
	}
	var files []*loader.BufferedFile
	err = fs.WalkDir(root, ".", func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		data, err := fs.ReadFile(root, path)
		files = append(files, &loader.BufferedFile{Name: path, Data: data})
		return err
	})
	if err != nil {
		return nil, err
	}
	return loader.LoadFiles(files)
}

// istioChart loads a chart of Istio from a directory that holds it, or from a repository.
func istioChart(from, name string) (*chart.Chart, error) {
	if info, err := os.Stat(from); err == nil && info.IsDir() {
		return loader.Load(filepath.Join(from, name))
	}
	if !strings.Contains(from, "://") {
		return nil, fmt.Errorf("no directory %q; want one with the charts base and istiod, or the URL of a chart repository", from)
	}
	options := action.ChartPathOptions{RepoURL: from, Version: IstioVersion}
	path, err := options.LocateChart(name, cli.New())
	if err != nil {
		return nil, fmt.Errorf("chart %q from %q: %w; without a way there, give a directory: --istio-charts DIR", name, from, err)
	}
	return loader.Load(path)
}

// copyValues is a deep copy: Helm merges into what it is given.
func copyValues(values map[string]any) (map[string]any, error) {
	data, err := json.Marshal(values)
	if err != nil {
		return nil, err
	}
	copied := map[string]any{}
	return copied, json.Unmarshal(data, &copied)
}

// sameJSON compares what was stored with what was just read: only as JSON are they alike.
func sameJSON(a, b any) bool {
	x, errA := json.Marshal(a)
	y, errB := json.Marshal(b)
	return errA == nil && errB == nil && bytes.Equal(x, y)
}
