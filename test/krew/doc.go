// Package krew installs the plugin with the real krew: from an archive and a manifest,
// and from this repository as an index, both as make dist makes them. It is a module of
// its own because krew needs libraries of 2021. Nothing outside this machine is asked.
package krew
