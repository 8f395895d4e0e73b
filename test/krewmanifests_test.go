package test

import (
	"bytes"
	"os"
	"testing"
)

// The krew index reads plugins/rio.yaml, krew itself a manifest at the top. Its scanner
// skips symlinks, so they are two files.
func TestKrewManifestsAreOne(t *testing.T) {
	index, errIndex := os.ReadFile("../plugins/rio.yaml")
	top, errTop := os.ReadFile("../krew-manifest.yaml")
	if errIndex != nil || errTop != nil || !bytes.Equal(index, top) {
		t.Errorf("plugins/rio.yaml and krew-manifest.yaml are not the same, byte for byte (%v, %v)", errIndex, errTop)
	}
}
