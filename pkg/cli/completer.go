package cli

import (
	"bytes"
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
)

// completers are the programs that kubectl asks for completions, one for each kind of shell
// that may run them.
//
//go:embed complete
var completers embed.FS

// completerName is what kubectl looks for on PATH.
var completerName = map[bool]string{true: "kubectl_complete-rio.cmd", false: "kubectl_complete-rio"}[runtime.GOOS == "windows"]

// completerDir is where the program goes: to a directory in which kubectl looks.
func completerDir(dir string) (string, error) {
	path := filepath.SplitList(os.Getenv("PATH"))
	if dir == "" {
		plugin, err := exec.LookPath("kubectl-rio")
		if err != nil && !errors.Is(err, exec.ErrDot) {
			return "", errors.New("kubectl-rio is in no directory of PATH, so kubectl does not find it; move it into one, or name one: kubectl rio completion install --dir DIRECTORY")
		}
		return filepath.Abs(filepath.Dir(plugin))
	}
	dir, err := filepath.Abs(dir)
	if err != nil {
		return "", err
	}
	if !slices.ContainsFunc(path, func(p string) bool { return p != "" && filepath.Clean(p) == dir }) {
		return "", usagef("directory %q is not on PATH, so kubectl would not find the program there; choose another --dir, or add this one to PATH first", dir)
	}
	return dir, nil
}

// placeCompleter writes the program unless it is there, and says which.
func placeCompleter(path string, rehearse bool) (done string, err error) {
	want, err := completers.ReadFile("complete/" + filepath.Base(path))
	if err != nil {
		return "", err
	}
	done = "created"
	switch found, err := os.ReadFile(path); {
	case errors.Is(err, fs.ErrNotExist):
	case err != nil:
		return "", err
	case bytes.Equal(found, want) && executable(path):
		return "unchanged", nil
	case !bytes.Contains(found, []byte("kubectl rio __complete")):
		return "", fmt.Errorf("file %q was not made by kubectl rio; remove it, or choose another --dir", path)
	default:
		done = "updated"
	}
	if rehearse {
		return done + " (client dry run)", nil
	}
	if err := replaceFile(path, want); errors.Is(err, fs.ErrPermission) {
		return "", fmt.Errorf("%w; choose a directory of PATH that you may write: kubectl rio completion install --dir DIRECTORY", err)
	} else if err != nil {
		return "", err
	}
	return done, nil
}

func executable(path string) bool {
	info, err := os.Stat(path)
	return err == nil && (runtime.GOOS == "windows" || info.Mode()&0o111 != 0)
}

// replaceFile writes a program beside its place and moves it there, so that nobody ever
// runs half of it.
func replaceFile(path string, content []byte) error {
	f, err := os.CreateTemp(filepath.Dir(path), filepath.Base(path)+".")
	if err != nil {
		return err
	}
	defer os.Remove(f.Name()) //nolint:errcheck // it is gone when all went well
	_, err = f.Write(content)
	if err := errors.Join(err, f.Chmod(0o755), f.Close()); err != nil {
		return err
	}
	return os.Rename(f.Name(), path)
}
