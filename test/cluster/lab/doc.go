// Package lab is what the tests on a cluster and the demo share: a kubeconfig for a
// namespace of their own, the way to the gateway from this machine, tables and audit
// logs as tests read them, and the release done naively, to compare with.
package lab
