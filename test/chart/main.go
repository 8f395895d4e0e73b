// Command chart draws a release: which revision answered when, what was lost, and the
// commands that were given.
//
//	go run ./test/chart < bin/release.json > docs/release.svg
//
// The data are a traffic.Series in JSON. make soak writes them; so does
//
//	RIO_SOAK=1 RIO_CHART_DATA=$PWD/bin/release.json go test ./test/cluster -run 'TestPaths/run,'
package main

import (
	"encoding/json"
	"fmt"
	"io"
	"os"

	"github.com/kubectl-rio/kubectl-rio/test/traffic"
)

func main() {
	if err := run(os.Stdin, os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "error:", err)
		os.Exit(1)
	}
}

func run(in io.Reader, out io.Writer) error {
	var s traffic.Series
	if err := json.NewDecoder(in).Decode(&s); err != nil {
		return fmt.Errorf("read the course of a release: %w; want what RIO_CHART_DATA=FILE had written", err)
	}
	c, err := newChart(s)
	if err != nil {
		return err
	}
	_, err = io.WriteString(out, c.svg())
	return err
}
