package main

import (
	"bytes"
	"context"
	"crypto/tls"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"sync/atomic"
	"time"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"
	admissionclient "k8s.io/client-go/kubernetes/typed/admissionregistration/v1"
	coreclient "k8s.io/client-go/kubernetes/typed/core/v1"
	logf "sigs.k8s.io/controller-runtime/pkg/log"
)

// dataKey is where the Secret holds the authorities.
const dataKey = "authorities.pem"

// keeper keeps certificates fresh. Every replica of the webhook has one: the Secret's
// resourceVersion decides who writes, and the others take over what was written.
type keeper struct {
	secrets        coreclient.SecretInterface
	configurations admissionclient.MutatingWebhookConfigurationInterface
	secret         string
	configuration  string
	hosts          []string
	life           time.Duration
	now            func() time.Time

	signedBy    []byte // raw certificate of who signed the current one
	certificate atomic.Pointer[tls.Certificate]
	ready       atomic.Bool
}

// run syncs until ctx ends: often while that fails, else thirty times in a lifetime, and
// at least every ten seconds, in case somebody overwrote the configuration.
func (k *keeper) run(ctx context.Context) {
	log := logf.FromContext(ctx)
	for {
		wait := min(10*time.Second, k.life/30)
		if err := k.sync(ctx); err != nil {
			log.Error(err, "certificates are not in order; trying again")
			wait = min(wait, time.Second)
		}
		select {
		case <-ctx.Done():
			return
		case <-time.After(wait):
		}
	}
}

// sync brings Secret, certificate and configuration in order: first everyone is told
// whom to trust, then it is used.
func (k *keeper) sync(ctx context.Context) error {
	all, err := k.load(ctx)
	if err != nil {
		return fmt.Errorf("secret %q: %w", k.secret, err)
	}
	if err := k.publish(ctx, all.bundle()); err != nil {
		return fmt.Errorf("mutatingwebhookconfiguration %q: %w", k.configuration, err)
	}
	if signer := all.signer(k.now()); !bytes.Equal(k.signedBy, signer.cert.Raw) {
		certificate, err := signer.sign(k.hosts)
		if err != nil {
			return fmt.Errorf("sign a certificate: %w", err)
		}
		k.certificate.Store(certificate)
		k.signedBy = signer.cert.Raw
	}
	k.ready.Store(true)
	return nil
}

// load reads the authorities, and writes them when they had to be renewed. A Secret that
// cannot be read is begun anew.
func (k *keeper) load(ctx context.Context) (authorities, error) {
	for {
		secret, err := k.secrets.Get(ctx, k.secret, metav1.GetOptions{})
		if err != nil {
			return nil, err
		}
		stored, err := parseAuthorities(secret.Data[dataKey])
		if err != nil {
			logf.FromContext(ctx).Error(err, "the secret is unreadable; beginning anew", "secret", k.secret)
		}
		all, changed, err := stored.renew(k.now(), k.life)
		if err != nil || !changed {
			return all, err
		}
		encoded, err := all.encode()
		if err != nil {
			return nil, err
		}
		secret.Data = map[string][]byte{dataKey: encoded}
		if _, err = k.secrets.Update(ctx, secret, metav1.UpdateOptions{}); !apierrors.IsConflict(err) {
			return all, err
		} // another replica was faster: its word counts
	}
}

// publish writes whom to trust into each webhook of the configuration.
func (k *keeper) publish(ctx context.Context, bundle []byte) error {
	configuration, err := k.configurations.Get(ctx, k.configuration, metav1.GetOptions{})
	if err != nil {
		return err
	}
	var hooks []map[string]any
	for _, hook := range configuration.Webhooks {
		if !bytes.Equal(hook.ClientConfig.CABundle, bundle) {
			hooks = append(hooks, map[string]any{"name": hook.Name, "clientConfig": map[string]any{"caBundle": bundle}})
		}
	}
	if hooks == nil {
		return nil
	}
	patch, err := json.Marshal(map[string]any{"webhooks": hooks})
	if err != nil {
		return err
	}
	_, err = k.configurations.Patch(ctx, k.configuration, types.StrategicMergePatchType, patch, metav1.PatchOptions{})
	return err
}

// getCertificate is the server's tls.Config.GetCertificate.
func (k *keeper) getCertificate(*tls.ClientHelloInfo) (*tls.Certificate, error) {
	if c := k.certificate.Load(); c != nil {
		return c, nil
	}
	return nil, errors.New("no certificate yet")
}

// readyz answers 200 once the API server has been told whom to trust.
func (k *keeper) readyz(w http.ResponseWriter, _ *http.Request) {
	if !k.ready.Load() {
		http.Error(w, "certificates are not in order", http.StatusServiceUnavailable)
	}
}
