package controlplane

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"

	"helm.sh/helm/v3/pkg/chart"
	"helm.sh/helm/v3/pkg/chart/loader"
	"helm.sh/helm/v3/pkg/cli"
	"helm.sh/helm/v3/pkg/getter"
	"helm.sh/helm/v3/pkg/repo"

	"github.com/kubectl-rio/kubectl-rio/charts"
	"github.com/kubectl-rio/kubectl-rio/pkg/cluster"
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

// loadIstio loads a chart of Istio from a directory that holds it, or from a repository.
func (p *plane) loadIstio(ctx context.Context, from, name string) (*chart.Chart, error) {
	if info, err := os.Stat(from); err == nil && info.IsDir() {
		return loader.Load(filepath.Join(from, name))
	}
	if !strings.Contains(from, "://") {
		return nil, fmt.Errorf("no directory %q; want one with the charts base and istiod, or the URL of a chart repository", from)
	}
	var c *chart.Chart
	err := p.step("chart", func(update func(string)) (string, error) {
		update("waiting for " + name + " from " + from)
		var err error
		if c, err = awaitChart(ctx, from, name); err != nil {
			return "", fmt.Errorf("chart %q from %q: %w; without a way there, give a directory: --istio-charts DIR", name, from, err)
		}
		return name + " " + c.Metadata.Version, nil
	})
	return c, err
}

// awaitChart is fetchChart, which is left alone when the time is up: Helm's getters know no context.
func awaitChart(ctx context.Context, from, name string) (*chart.Chart, error) {
	start, fetched := time.Now(), make(chan struct{})
	var c *chart.Chart
	var err error
	go func() {
		defer close(fetched)
		c, err = fetchChart(from, name)
	}()
	select {
	case <-fetched:
		return c, err
	case <-ctx.Done():
		if ctx.Err() == context.Canceled {
			return nil, ctx.Err()
		}
		return nil, cluster.NotReady("no answer after %s", time.Since(start).Round(time.Second))
	}
}

// fetchChart asks a repository for the URL of a chart. Helm's LocateChart would rather take a
// folder of that name in the working directory.
func fetchChart(from, name string) (*chart.Chart, error) {
	getters := getter.All(cli.New())
	address, err := repo.FindChartInRepoURL(from, name, IstioVersion, "", "", "", getters)
	if err != nil {
		return nil, err
	}
	scheme, _, _ := strings.Cut(address, ":")
	g, err := getters.ByScheme(scheme)
	if err != nil {
		return nil, err
	}
	data, err := g.Get(address)
	if err != nil {
		return nil, err
	}
	return loader.LoadArchive(data)
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
