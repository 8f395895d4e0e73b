// Package charts holds the chart rio, so that the plugin brings it along.
package charts

import "embed"

//go:generate go run ../test/readme rio

// FS holds the chart rio, as folder rio.
//
//go:embed all:rio
var FS embed.FS
