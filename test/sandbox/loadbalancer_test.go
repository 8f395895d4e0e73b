package main

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"
)

func TestLoadBalancerGivesEachServiceOneAddress(t *testing.T) {
	item := func(name, kind, ingress string) string {
		return fmt.Sprintf(`{"metadata":{"namespace":"ns","name":%q},"spec":{"type":%q},"status":{"loadBalancer":{"ingress":[%s]}}}`, name, kind, ingress)
	}
	theirs := strings.Replace(item("theirs", "LoadBalancer", ""), `"type"`, `"loadBalancerClass":"theirs","type"`, 1)
	var lock sync.Mutex
	var patched []string
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch {
		case r.Method == http.MethodPatch:
			body, _ := io.ReadAll(r.Body)
			lock.Lock()
			defer lock.Unlock()
			patched = append(patched, r.URL.Path)
			if string(body) != addressPatch || r.Header.Get("Content-Type") != "application/merge-patch+json" {
				t.Errorf("patch %s of type %q", body, r.Header.Get("Content-Type"))
			}
		case r.URL.Query().Get("watch") == "":
			fmt.Fprintf(w, `{"metadata":{"resourceVersion":"7"},"items":[%s,%s]}`, item("old", "LoadBalancer", ""), item("inside", "ClusterIP", ""))
		default:
			if version := r.URL.Query().Get("resourceVersion"); version != "7" {
				t.Errorf("watches from version %q, want the list's", version)
			}
			for _, event := range []string{item("new", "LoadBalancer", ""), theirs, item("done", "LoadBalancer", `{"ip":"127.0.0.1"}`)} {
				fmt.Fprintf(w, `{"type":"MODIFIED","object":%s}`+"\n", event)
			}
			fmt.Fprintf(w, `{"type":"DELETED","object":%s}`+"\n", item("gone", "LoadBalancer", ""))
			fmt.Fprintln(w, `{"type":"ERROR","object":{"code":410}}`)
		}
	}))
	defer server.Close()
	client := &api{server: server.URL, http: server.Client()}
	if err := client.giveAddresses(context.Background()); err == nil {
		t.Error("the watch ended with an error event, and nobody was told to list again")
	}
	want := []string{"/api/v1/namespaces/ns/services/old/status", "/api/v1/namespaces/ns/services/new/status"}
	if !slices.Equal(patched, want) {
		t.Errorf("patched %v, want %v", patched, want)
	}
}
