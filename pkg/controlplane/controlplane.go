// Package controlplane brings what kubectl rio needs into a cluster, and takes it out
// again: Istio where there is none, and the chart rio. It is the only user of Helm's SDK.
//
// What it makes is marked, and only what is marked is ever removed: releases and
// namespaces carry labelInstalled. The release rio is removed unmarked, too: whoever made it,
// it is of this chart. A run that was killed at any point is repeated: each
// step looks at what is there and does what is missing.
package controlplane

import (
	"time"

	"helm.sh/helm/v3/pkg/action"
	"k8s.io/cli-runtime/pkg/genericclioptions"
	"k8s.io/client-go/dynamic"
	"k8s.io/client-go/kubernetes"

	"github.com/kubectl-rio/kubectl-rio/pkg/cluster"
	"github.com/kubectl-rio/kubectl-rio/pkg/rio"
)

// labelInstalled marks a Helm release or a namespace that install made.
const labelInstalled = "rio.cattle.io/installed"

// The releases, in the order in which they are installed.
const (
	releaseBase   = "istio-base"
	releaseIstiod = "istiod"
	releaseRio    = "rio"

	istioNamespace = "istio-system"
	rioNamespace   = cluster.SystemNamespace
)

// ID is what install and uninstall print as their result.
const ID = rioNamespace + ":" + releaseRio

// Options is what both directions need.
type Options struct {
	Getter  genericclioptions.RESTClientGetter
	Talk    func(format string, args ...any) // a sentence for people
	Show    func([]rio.Finding)              // what was looked at
	Timeout time.Duration                    // for the whole
	Poll    time.Duration                    // how often to look again; one second when it is zero

	// Begin opens a progress line: update says how far the step is, end what came of it.
	Begin func(step string) (update, end func(text string))
}

// plane is a connection to the cluster that is worked on.
type plane struct {
	Options
	kube    kubernetes.Interface
	dynamic dynamic.Interface
	helm    func(namespace string) (*action.Configuration, error) // for the releases of one namespace

	kept map[string][]string // by namespace: for what of others it stays
}

func (o Options) connect() (*plane, error) {
	if o.Poll == 0 {
		o.Poll = time.Second
	}
	config, err := unthrottled(o.Getter)
	if err != nil {
		return nil, err
	}
	p := &plane{Options: o, kept: map[string][]string{}, helm: func(namespace string) (*action.Configuration, error) {
		getter, err := newLiveGetter(o.Getter)
		if err != nil {
			return nil, err
		}
		config := new(action.Configuration)
		return config, config.Init(getter, namespace, "secrets", func(string, ...any) {})
	}}
	if p.kube, err = kubernetes.NewForConfig(config); err != nil {
		return nil, err
	}
	p.dynamic, err = dynamic.NewForConfig(config)
	return p, err
}

// step runs one step under a progress line. What it returns stands at the line's end.
func (p *plane) step(name string, run func(update func(string)) (string, error)) error {
	update, end := p.Begin(name)
	result, err := run(update)
	if err != nil {
		result = "failed"
	}
	end(result)
	return err
}
