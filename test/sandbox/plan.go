package main

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io/fs"
	"path/filepath"
	"runtime"
	"slices"
)

// A part is built once and then kept in the cache, in a folder of its own.
type part struct {
	name string
	// seconds it takes with empty caches, at its place in the table, on 2 cores.
	seconds int
	inputs  []string // files and folders of this module that go in
	needs   []string // parts before it that go in
	debian  bool     // it is made with Debian's packages
	build   func(ctx context.Context, b *builder, dir string) error
}

// plan is the table of parts with the cache folder of each. A folder's name holds
// a hash of all that goes in, so a change in one part rebuilds that part and what
// needs it, and checkouts of different versions share a cache.
type plan struct {
	parts []part
	key   string // of all parts: equal in two checkouts that build the same cluster
	dirs  map[string]string
}

func newPlan(source fs.FS, cache string, parts []part) (plan, error) {
	p := plan{parts: parts, dirs: map[string]string{}}
	keys := map[string]string{}
	all := sha256.New()
	for _, part := range parts {
		sum := sha256.New()
		fmt.Fprintf(sum, "%s %s %s\n", part.name, runtime.Version(), runtime.GOARCH)
		for _, need := range part.needs {
			if keys[need] == "" {
				return plan{}, fmt.Errorf("part %q needs %q, which does not stand before it", part.name, need)
			}
			fmt.Fprintf(sum, "%s %s\n", need, keys[need])
		}
		for _, input := range part.inputs {
			digest, err := hashTree(source, input)
			if err != nil {
				return plan{}, fmt.Errorf("hash %s of part %s: %w", input, part.name, err)
			}
			fmt.Fprintf(sum, "%s %s\n", input, digest)
		}
		keys[part.name] = hex.EncodeToString(sum.Sum(nil))[:12]
		p.dirs[part.name] = filepath.Join(cache, part.name+"-"+keys[part.name])
		fmt.Fprintln(all, keys[part.name])
	}
	p.key = hex.EncodeToString(all.Sum(nil))[:12]
	return p, nil
}

// file is the path of a file that a part made.
func (p plan) file(part, name string) string { return filepath.Join(p.dirs[part], name) }

// hashTree is over names and contents; tests do not count.
func hashTree(source fs.FS, root string) (string, error) {
	var names []string
	err := fs.WalkDir(source, root, func(name string, entry fs.DirEntry, err error) error {
		if err == nil && !entry.IsDir() && !isTest(name) {
			names = append(names, name)
		}
		return err
	})
	if err != nil {
		return "", err
	}
	slices.Sort(names)
	sum := sha256.New()
	for _, name := range names {
		content, err := fs.ReadFile(source, name)
		if err != nil {
			return "", err
		}
		fmt.Fprintf(sum, "%s %d\n", name, len(content))
		sum.Write(content)
	}
	return hex.EncodeToString(sum.Sum(nil)), nil
}

func isTest(name string) bool {
	match, _ := filepath.Match("*_test.go", filepath.Base(name))
	return match
}
