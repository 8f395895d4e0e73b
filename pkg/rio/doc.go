// Package rio is the vocabulary of kubectl rio: what a service, a revision and
// a weight are, how they are named, and how a user's words become them.
//
// A stack is a Kubernetes namespace. A service is one name that callers use. It
// has one or more revisions, each a pod template with a scale of its own.
// "latest" always exists; others are staged beside it, by default as "next".
// A staged revision gets a weight, a whole percent of the service's traffic,
// and latest gets what is left, so the weights of a service always sum to 100.
//
// Nothing here knows what a cluster is. A verb is a pure function in package
// plan, from a Service to a Service; package manifest renders a Service to
// Kubernetes and Istio objects and parses them back; package cluster is the only
// one that talks to an API server; package cli strings them together:
//
//	weight foobar:v2=30%
//	  cli       ParseWeights          "foobar:v2=30%" -> Ref and 30
//	  cluster   Load                  objects -> manifest.Parse -> Service
//	  plan      Weight                Service -> Service
//	  plan      Diff                  both rendered, compared -> changes in safe order
//	  cluster   Apply, Confirm        written, then asked back from the gateways
//
// The objects of service "foobar" with a staged revision "v2" are named by
// ObjectName, so renderer and webhook cannot disagree: Deployment and Service
// foobar and foobar-v2, DestinationRule foobar, VirtualServices foobar and
// foobar-v2.
package rio
