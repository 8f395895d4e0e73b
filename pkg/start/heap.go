package start

import (
	"runtime"
	"runtime/debug"
)

const (
	usualPercent = 100 // GOGC where the environment does not say otherwise
	firstPercent = 400 // of 4 MB, at which Go begins to collect
)

// Kubernetes' packages and Helm's allocate 8 MB when they are initialised. Go would look through
// that three times meanwhile, a fifth of the start, for 5 MB.
var _ = collectLater()

// collectLater lets the first collection wait for 16 MB, which many commands never need. After
// it all is as usual. What the environment asks for stays.
func collectLater() bool {
	if asked := debug.SetGCPercent(firstPercent); asked != usualPercent {
		debug.SetGCPercent(asked)
		return false
	}
	runtime.AddCleanup(new(string), func(percent int) { debug.SetGCPercent(percent) }, usualPercent)
	return true
}
