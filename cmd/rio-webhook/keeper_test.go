package main

import (
	"bytes"
	"testing"
	"time"

	admissionregistrationv1 "k8s.io/api/admissionregistration/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/kubernetes/fake"
)

// TestKeepers lets two replicas keep one Secret, as time goes by and others interfere.
func TestKeepers(t *testing.T) {
	meta := metav1.ObjectMeta{Namespace: "rio-system", Name: "rio-webhook"}
	api := fake.NewClientset(&corev1.Secret{ObjectMeta: meta}, &admissionregistrationv1.MutatingWebhookConfiguration{
		ObjectMeta: metav1.ObjectMeta{Name: "rio-webhook"},
		Webhooks:   []admissionregistrationv1.MutatingWebhook{{Name: "labels.rio.cattle.io"}},
	})
	now := begin
	newKeeper := func() *keeper {
		return &keeper{
			secrets: api.CoreV1().Secrets("rio-system"), configurations: api.AdmissionregistrationV1().MutatingWebhookConfigurations(),
			secret: "rio-webhook", configuration: "rio-webhook", hosts: []string{host}, life: life, now: func() time.Time { return now },
		}
	}
	replicas := []*keeper{newKeeper(), newKeeper()}
	if _, err := replicas[0].getCertificate(nil); err == nil {
		t.Error("a certificate before the first sync")
	}
	bundle := func() []byte {
		c, err := api.AdmissionregistrationV1().MutatingWebhookConfigurations().Get(t.Context(), "rio-webhook", metav1.GetOptions{})
		if err != nil {
			t.Fatal(err)
		}
		return c.Webhooks[0].ClientConfig.CABundle
	}
	sync := func() {
		t.Helper()
		for i, k := range replicas {
			if err := k.sync(t.Context()); err != nil {
				t.Fatalf("replica %d: %v", i, err)
			}
		}
		for i, k := range replicas {
			certificate, err := k.getCertificate(nil)
			if err != nil {
				t.Fatal(err)
			}
			if err := handshake(now, bundle(), certificate); err != nil {
				t.Fatalf("replica %d at %s: %v", i, now, err)
			}
		}
	}
	for range 40 {
		sync()
		now = now.Add(life / 20)
	}

	sync()
	want := bundle()
	if _, err := api.AdmissionregistrationV1().MutatingWebhookConfigurations().Update(t.Context(), &admissionregistrationv1.MutatingWebhookConfiguration{
		ObjectMeta: metav1.ObjectMeta{Name: "rio-webhook"},
		Webhooks:   []admissionregistrationv1.MutatingWebhook{{Name: "labels.rio.cattle.io"}},
	}, metav1.UpdateOptions{}); err != nil {
		t.Fatal(err)
	}
	sync()
	if !bytes.Equal(want, bundle()) {
		t.Error("an erased bundle was not written again")
	}

	if _, err := api.CoreV1().Secrets("rio-system").Update(t.Context(),
		&corev1.Secret{ObjectMeta: meta, Data: map[string][]byte{dataKey: []byte("broken")}}, metav1.UpdateOptions{}); err != nil {
		t.Fatal(err)
	}
	sync()
}
