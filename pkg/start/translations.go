// Package start makes the program start sooner. Go initialises packages in the order of their
// import paths, so what it does when it is initialised comes before all of k8s.io that needs it
// and before most of the rest. Import it for that alone.
package start

import "k8s.io/kubectl/pkg/util/i18n"

// kubectl's packages would unpack their translations, which takes longer than all else.
var errSkip = i18n.SetLoadTranslationsFunc(func() error { return nil })

// Err is set when a translation was loaded earlier after all.
func Err() error { return errSkip }
