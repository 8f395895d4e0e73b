package main

import (
	"debug/elf"
	"errors"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
)

// libraryDir is Debian's folder for this architecture's libraries.
func libraryDir() string {
	triplet := map[string]string{"amd64": "x86_64-linux-gnu", "arm64": "aarch64-linux-gnu"}[runtime.GOARCH]
	return filepath.Join("/usr/lib", triplet)
}

// librariesOf gives the loader and all libraries that the entries' programs are
// linked with, and those that they are linked with, as ldd would, at the places
// where the loader looks for them.
func librariesOf(entries []entry) ([]entry, error) {
	found := map[string]string{} // path in the image -> path here
	var queue []string
	for _, e := range entries {
		if e.source != "" {
			queue = append(queue, e.source)
		}
	}
	for len(queue) > 0 {
		var file string
		file, queue = queue[0], queue[1:]
		names, loader, err := linkedWith(file)
		if err != nil {
			return nil, err
		}
		if loader != "" {
			found[loader] = loader
		}
		for _, name := range names {
			path := filepath.Join(libraryDir(), name)
			if loader == path || strings.HasPrefix(name, "ld-linux") || found[path] != "" {
				continue
			}
			if _, err := os.Stat(path); err != nil {
				return nil, fmt.Errorf("%s needs %s: %w", file, name, err)
			}
			found[path] = path
			queue = append(queue, path)
		}
	}
	var libraries []entry
	for _, path := range slices.Sorted(maps.Keys(found)) {
		libraries = append(libraries, entry{path: path, source: found[path]})
	}
	return libraries, nil
}

// linkedWith names a program's libraries and its loader; a file that is no
// program, or a static one, has none.
func linkedWith(path string) (libraries []string, loader string, err error) {
	file, err := elf.Open(path)
	if bad := (*elf.FormatError)(nil); errors.As(err, &bad) {
		return nil, "", nil
	}
	if err != nil {
		return nil, "", fmt.Errorf("read %s: %w", path, err)
	}
	defer file.Close()
	if section := file.Section(".interp"); section != nil {
		name, err := section.Data()
		if err != nil {
			return nil, "", fmt.Errorf("read %s: %w", path, err)
		}
		loader = strings.TrimRight(string(name), "\x00")
	}
	libraries, err = file.ImportedLibraries()
	if err != nil {
		return nil, "", fmt.Errorf("read %s: %w", path, err)
	}
	return libraries, loader, nil
}
