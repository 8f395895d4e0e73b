package controlplane

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"strings"
	"testing"

	"helm.sh/helm/v3/pkg/kube"
	helmrelease "helm.sh/helm/v3/pkg/release"
	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime/schema"
	utilerrors "k8s.io/apimachinery/pkg/util/errors"
	"k8s.io/cli-runtime/pkg/resource"
	restfake "k8s.io/client-go/rest/fake"
)

// seenAs is an object for which the cluster answers, at each look, with the next of some states:
// there, leaving or gone. The last one stays.
func seenAs(t *testing.T, states ...string) (info *resource.Info, looks *int) {
	t.Helper()
	o := object("v1", "ConfigMap", rioNamespace, "x", "helm", nil)
	looks = new(int)
	return answered(configMaps, o, func(*http.Request) (int, *unstructured.Unstructured) {
		state := states[min(*looks, len(states)-1)]
		*looks++
		live := o.DeepCopy()
		switch state {
		case "leaving":
			live.SetDeletionTimestamp(new(metav1.Now()))
		case "gone":
			return http.StatusNotFound, &unstructured.Unstructured{Object: map[string]any{"apiVersion": "v1", "kind": "Status", "status": "Failure", "reason": "NotFound", "code": 404}}
		}
		return http.StatusOK, live
	}), looks
}

// answered is an object of a chart, about which the cluster answers that.
func answered(kind schema.GroupVersionResource, o *unstructured.Unstructured, answer func(*http.Request) (int, *unstructured.Unstructured)) *resource.Info {
	mapping := &meta.RESTMapping{Resource: kind, GroupVersionKind: o.GroupVersionKind(), Scope: meta.RESTScopeNamespace}
	http := restfake.CreateHTTPClient(func(r *http.Request) (*http.Response, error) {
		code, live := answer(r)
		body, err := json.Marshal(live)
		return &http.Response{StatusCode: code, Header: http.Header{"Content-Type": {"application/json"}}, Body: io.NopCloser(bytes.NewReader(body))}, err
	})
	client := &restfake.RESTClient{NegotiatedSerializer: resource.UnstructuredPlusDefaultContentConfig().NegotiatedSerializer, Client: http}
	return &resource.Info{Client: client, Mapping: mapping, Namespace: o.GetNamespace(), Name: o.GetName(), Object: o}
}

// Helm takes over what it finds, and what is on its way out goes all the same.
func TestWhatIsOnItsWayOutIsNotThere(t *testing.T) {
	for states, want := range map[string]string{"there": "", "leaving": "ConfigMap ", "gone": "ConfigMap "} {
		s := newStage(t)
		info, _ := seenAs(t, states)
		s.building("").objects = kube.ResourceList{info}
		config, err := s.helm(rioNamespace)
		if err != nil {
			t.Fatal(err)
		}
		got := ""
		drifted, _, err := drift(config, &helmrelease.Release{})
		for _, d := range drifted {
			got += d.Kind + " " + d.Field
		}
		if err != nil || got != want {
			t.Errorf("%s: %q is another, %v, want %q", states, got, err, want)
		}
	}
}

func TestInstallWaitsForWhatIsOnItsWayOut(t *testing.T) {
	for sentence, tc := range map[string]struct {
		states []string
		looks  int // the last one is Helm's own
	}{
		"of an uninstall that was killed": {[]string{"leaving", "leaving", "gone"}, 4},
		"what is there to stay":           {[]string{"there"}, 2},
	} {
		t.Run(sentence, func(t *testing.T) {
			s := newStage(t)
			info, looks := seenAs(t, tc.states...)
			s.building("").objects = kube.ResourceList{info}
			config, err := s.helm(rioNamespace)
			if err != nil {
				t.Fatal(err)
			}
			r, err := (InstallOptions{}).rioRelease()
			if err != nil {
				t.Fatal(err)
			}
			if did, _, err := s.write(t.Context(), config, r, nil, r.values, nothing); err != nil || did != "installed" || *looks != tc.looks {
				t.Errorf("%s after %d looks, want %d: %v", did, *looks, tc.looks, err)
			}
		})
	}
}

// A removal that was killed is ended, and what it removed is waited for.
func TestMendWaitsForARemoval(t *testing.T) {
	for sentence, tc := range map[string]struct {
		status helmrelease.Status
		policy string
		states []string
		looks  int
	}{
		"until all is gone":                {helmrelease.StatusUninstalling, "", []string{"there", "leaving", "gone"}, 3},
		"but not for what Helm keeps":      {helmrelease.StatusUninstalling, kube.KeepPolicy, []string{"there"}, 0},
		"nor for what came after that one": {helmrelease.StatusUninstalled, "", []string{"there"}, 0},
	} {
		t.Run(sentence, func(t *testing.T) {
			s := newStage(t)
			info, looks := seenAs(t, tc.states...)
			if tc.policy != "" {
				info.Object.(*unstructured.Unstructured).SetAnnotations(map[string]string{kube.ResourcePolicyAnno: tc.policy})
			}
			s.building("").objects = kube.ResourceList{info}
			config, err := s.helm(rioNamespace)
			if err != nil {
				t.Fatal(err)
			}
			rel := &helmrelease.Release{Name: releaseRio, Namespace: rioNamespace, Version: 1, Info: &helmrelease.Info{Status: tc.status}}
			if err := config.Releases.Create(rel); err != nil {
				t.Fatal(err)
			}
			last, err := s.mend(t.Context(), config, release{name: releaseRio, namespace: rioNamespace}, nothing)
			if last != nil || err != nil || *looks != tc.looks {
				t.Errorf("%v after %d looks, want %d: %v", last, *looks, tc.looks, err)
			}
		})
	}
}

func TestUnknownKinds(t *testing.T) {
	s := newStage(t)
	s.building("Certificate")
	config, err := s.helm(rioNamespace)
	if err != nil {
		t.Fatal(err)
	}
	for manifest, want := range map[string]bool{"kind: Certificate\n": true, "kind: Service\n": false} {
		if got, err := hasUnknown(config, manifest); got != want || err != nil {
			t.Errorf("%s: %t, %v", strings.TrimSpace(manifest), got, err)
		}
	}
	one, other := &meta.NoKindMatchError{}, errors.New("away")
	for want, err := range map[bool]error{true: utilerrors.NewAggregate([]error{one, one}), false: utilerrors.NewAggregate([]error{one, other})} {
		if isUnknownKind(err) != want {
			t.Errorf("%v is of unknown kinds alone: %t", err, !want)
		}
	}
}
