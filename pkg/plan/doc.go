// Package plan is what each verb decides, one file a verb, all pure: a service and
// an intent in, a service out, the input never changed. Diff turns the outcome into
// writes in an order that is safe to stop anywhere.
package plan
