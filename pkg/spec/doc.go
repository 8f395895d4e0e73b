// Package spec is the written form of a service: what the flags of run and stage say, what
// stands in a stack file, and what inspect and export print. Its field names are Rio's.
//
// A spec becomes a pod template by Overlay, which writes what is set and leaves the rest as
// it is: onto an empty template for run, onto the live one of latest for stage. FromTemplate
// is the way back. The law that holds them together, for everything that we write:
//
//	FromTemplate(Overlay(s)) == s
//
// Unset means inherited. So booleans and numbers of which the zero value says something are
// pointers; a list that is set replaces the one that was there, variables and ports excepted,
// which are merged by name.
package spec
