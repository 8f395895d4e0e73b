package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"time"

	"golang.org/x/sync/errgroup"
)

// The groups of tests.
var (
	fast = [][]string{ // side by side
		{"-run=^TestScreens$", "./pkg/cli"}, // which wait for things as people do
		{"-skip=^TestScreens$", "-p=4", "./cmd/...", "./pkg/...", "./charts/...", "./test", "./test/traffic/...", "./test/chart", "./test/invariant", "./test/faults", "./test/cluster/lab/...", "./test/runner", "./test/demo", "./test/bench", "./test/gen/...", "./test/dist", "./test/labelled", "./test/readme"},
		{"-C", "test/sandbox", "./..."},
		{"-C", "test/krew", "./..."},
	}
	shortForm = onCluster{
		quiet: [][]string{{"-run=^TestNoRequestIsLost$", "./test/cluster"}},
		boxes: []box{
			{{"-run=^TestScripts$", "-skip=^TestScripts$/^gitops$", "./test/install"}},
			// gitops begins and ends without rio, as a box begins
			{{"-run=^TestScripts$/^gitops$", "./test/install"}, {"-skip=^TestScripts$", "./test/install"}, {"-run=^(" + disturbing + ")$", "./test/cluster"}},
		},
		others: [][]string{{"-skip=^(TestNoRequestIsLost|" + disturbing + ")$", "-parallel=6", "./test/cluster"}},
	}
	longForms = []part{
		{"losses", onCluster{quiet: [][]string{{"-timeout=6h", "-run=^TestPaths$", "./test/cluster"}}}},
		{"faults", onCluster{
			boxes: []box{
				{{"-timeout=6h", "-run=^TestFaults$", "./test/install", "-part=1/2"}},
				{{"-timeout=6h", "-run=^TestFaults$", "./test/install", "-part=2/2"}},
			},
			others: [][]string{{"-timeout=6h", "-run=^TestFaults$", "./test/cluster"}},
		}},
		{"crowd", onCluster{others: [][]string{
			{"-timeout=6h", "-run=^(TestTogether|TestNonsense)$", "./test/cluster"},
			{"-timeout=6h", "-run=^TestLabelLaws$", "./pkg/admission", "-rapid.checks=10000000"},
		}}},
	}
)

// disturbing are tests of test/cluster that need no other beside them.
const disturbing = "TestPaths|TestFaults|TestTogether"

// onCluster are groups that need a cluster.
type onCluster struct {
	quiet  [][]string // in turn, with the machine for themselves: they send as much as it can take
	boxes  []box
	others [][]string // side by side
}

// box are groups with a cluster for themselves, in turn: the first take rio away, and leave it
// there.
type box [][]string

// test has the cluster come up beside the fast tests, of which it prints the verdict first.
func test(ctx context.Context) (err error) {
	t := newTally(os.Stdout)
	begin := time.Now()
	wanted, unwanted := context.WithCancel(ctx)
	var c *cluster
	var none error
	var search sync.WaitGroup
	search.Go(func() { c, none = readyCluster(wanted) })
	defer func() {
		unwanted()
		if search.Wait(); c != nil {
			err = errors.Join(err, c.stop())
		}
	}()
	var groups errgroup.Group
	for _, group := range fast {
		groups.Go(func() error { return t.goTest(ctx, os.Environ(), group) })
	}
	groups.Go(func() error { return shortForm.load(ctx) })
	if err := groups.Wait(); err != nil {
		return err
	}
	fmt.Printf("\nfast tests: %s in %s\n\n", t, time.Since(begin).Round(time.Second))
	if t.failed > 0 {
		return t.verdict()
	}
	search.Wait()
	if errors.Is(none, errNone) && os.Getenv("CI") != "true" {
		fmt.Printf("left out: the tests on a cluster (%v)\n", none)
		return t.verdict()
	}
	if none != nil {
		return none
	}
	if err := t.onCluster(ctx, c, shortForm); err != nil {
		return err
	}
	fmt.Printf("\nall tests: %s in %s\n", t, time.Since(begin).Round(time.Second))
	return t.verdict()
}

// part is one of the soak. Each takes long enough to be run on a day of its own.
type part struct {
	name  string
	tests onCluster
}

// chosen are the parts that are named, in the order of the soak; all where none is.
func chosen(names []string) ([]part, error) {
	var parts []part
	for _, p := range longForms {
		if len(names) == 0 || slices.Contains(names, p.name) {
			parts = append(parts, p)
		}
	}
	for _, name := range names {
		if !slices.ContainsFunc(parts, func(p part) bool { return p.name == name }) {
			return nil, fmt.Errorf("the soak has no part %q; it has losses, faults and crowd", name)
		}
	}
	return parts, nil
}

// soak runs parts, one after the other. The first leaves the course of a release in
// bin/release.json, for test/chart.
func soak(ctx context.Context, names []string) (err error) {
	begin := time.Now()
	parts, err := chosen(names)
	if err != nil {
		return err
	}
	data, err := filepath.Abs("bin/release.json")
	if err != nil {
		return err
	}
	for name, value := range map[string]string{"RIO_SOAK": "1", "RIO_CHART_DATA": data} {
		if err := os.Setenv(name, value); err != nil {
			return err
		}
	}
	for _, p := range parts {
		if err := p.tests.load(ctx); err != nil {
			return err
		}
	}
	c, err := readyCluster(ctx)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, c.stop()) }()
	t := newTally(os.Stdout)
	for _, p := range parts {
		if err := t.onCluster(ctx, c, p.tests); err != nil {
			return err
		}
		fmt.Printf("\nsoak, %s: %s in %s\n", p.name, t, time.Since(begin).Round(time.Second))
	}
	return t.verdict()
}
