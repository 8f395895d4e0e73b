// Package plan is what is decided, all of it pure. A verb, one file each, takes a service and an intent and
// gives a service, the input never changed; Diff turns the outcome into writes in an order that is safe to stop
// anywhere. What why and check say of a cluster is judged here, too, in why*.go and check*.go, of what path.go and entrance.go
// describe.
package plan
