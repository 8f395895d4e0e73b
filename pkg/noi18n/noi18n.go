// Package noi18n keeps kubectl's packages from unpacking their translations when the
// program starts, which takes longer than all the rest of it. Go initialises packages
// in the order of their import paths, so this one comes before all of k8s.io that
// asks for a translation. Import it for that alone.
package noi18n

import "k8s.io/kubectl/pkg/util/i18n"

var errSkip = i18n.SetLoadTranslationsFunc(func() error { return nil })

// Err is set when a translation was loaded earlier after all.
func Err() error { return errSkip }
