// Command rio-webhook labels workloads that other tools make in a stack, so that they
// are revisions of a service. It is run by the chart rio, as rio-webhook probe by its test.
package main

import (
	"context"
	"crypto/tls"
	"flag"
	"fmt"
	"net/http"
	"os"
	"os/signal"
	"syscall"
	"time"

	"github.com/go-logr/logr"
	admissionclient "k8s.io/client-go/kubernetes/typed/admissionregistration/v1"
	coreclient "k8s.io/client-go/kubernetes/typed/core/v1"
	"k8s.io/client-go/rest"
	"k8s.io/klog/v2"
	logf "sigs.k8s.io/controller-runtime/pkg/log"
	"sigs.k8s.io/controller-runtime/pkg/webhook"
	"sigs.k8s.io/controller-runtime/pkg/webhook/admission"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	log := klog.NewKlogr()
	logf.SetLogger(log)
	var err error
	if len(os.Args) > 1 && os.Args[1] == "probe" {
		err = probe(ctx, os.Args[2:], os.Stdout)
	} else {
		err = serve(logr.NewContext(ctx, log))
	}
	stop()
	if err != nil {
		fmt.Fprintln(os.Stderr, "error:", err)
		os.Exit(1)
	}
}

func serve(ctx context.Context) error {
	namespace := flag.String("namespace", "rio-system", "the webhook's own namespace")
	service := flag.String("service", "rio-webhook", "Service by which the API server calls it")
	secret := flag.String("secret", "rio-webhook", "Secret that keeps its certificate authorities")
	configuration := flag.String("configuration", "rio-webhook", "MutatingWebhookConfiguration whose caBundle it writes")
	life := flag.Duration("ca-lifetime", 90*24*time.Hour, "lifetime of a certificate authority")
	port := flag.Int("port", webhook.DefaultPort, "port to serve on")
	flag.Parse()

	config, err := rest.InClusterConfig()
	if err != nil {
		return err
	}
	core, err := coreclient.NewForConfig(config)
	if err != nil {
		return err
	}
	configurations, err := admissionclient.NewForConfig(config)
	if err != nil {
		return err
	}
	keeper := &keeper{
		secrets: core.Secrets(*namespace), configurations: configurations.MutatingWebhookConfigurations(),
		secret: *secret, configuration: *configuration, life: *life, now: time.Now,
		hosts: []string{*service + "." + *namespace + ".svc"},
	}
	go keeper.run(ctx)

	server := webhook.NewServer(webhook.Options{Port: *port, TLSOpts: []func(*tls.Config){
		func(c *tls.Config) { c.GetCertificate, c.MinVersion = keeper.getCertificate, tls.VersionTLS13 },
	}})
	// A panic must not become an answer, which would be a refusal: without one, the API server goes on.
	labels := (&admission.Webhook{Handler: admission.HandlerFunc(label)}).WithRecoverPanic(false)
	server.Register("/label", labels)
	server.Register("/readyz", http.HandlerFunc(keeper.readyz))
	return server.Start(ctx)
}
