//go:build !windows

package cli

import "os"

// obeysEscapes reports whether a terminal takes escapes; one that cannot says so.
func obeysEscapes(*os.File) bool { return os.Getenv("TERM") != "dumb" }
