package manifest_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"

	"github.com/kubectl-rio/kubectl-rio/pkg/manifest"
	"github.com/kubectl-rio/kubectl-rio/pkg/rio"
)

func TestReleases(t *testing.T) {
	made := time.Date(2026, 11, 24, 12, 0, 0, 0, time.UTC)
	ref := rio.Ref{Namespace: "default", Service: "foobar"}
	set := func(owner, number, hash, image string, annotations map[string]string) appsv1.ReplicaSet {
		if annotations == nil {
			annotations = map[string]string{}
		}
		annotations["deployment.kubernetes.io/revision"] = number
		rs := appsv1.ReplicaSet{ObjectMeta: metav1.ObjectMeta{
			Namespace: "default", Annotations: annotations, CreationTimestamp: metav1.NewTime(made), Labels: map[string]string{"pod-template-hash": hash},
			OwnerReferences: []metav1.OwnerReference{{Kind: "Deployment", Name: owner, Controller: new(true)}},
		}}
		rs.Spec.Template.Labels = rio.Labels(ref)
		rs.Spec.Template.Labels["pod-template-hash"] = hash
		rs.Spec.Template.Labels["tier"] = "front"
		rs.Spec.Template.Spec.Containers = []corev1.Container{{Name: "foobar", Image: image}}
		return rs
	}
	promoted := func() map[string]string {
		return map[string]string{"kubernetes.io/change-cause": "promote foobar:v2", "rio.cattle.io/changed-by": "dev", "rio.cattle.io/changed-at": "2026-11-24T13:00:00Z"}
	}
	elsewhere := set("foobar", "12", "fff", "another stack's", nil)
	elsewhere.Namespace = "other"
	got := manifest.Releases(ref, []appsv1.ReplicaSet{
		elsewhere,
		set("foobar", "9", "aaa", "nginx", nil),
		set("foobar", "10", "bbb", "httpd", promoted()),
		set("foobar", "11", "eee", "httpd:set", promoted()), // by kubectl set image: the controller copied the note
		set("foobar-v2", "1", "ccc", "httpd", nil),
		set("foobar", "", "ddd", "no number", nil),
	})
	template := func(image string) corev1.PodTemplateSpec {
		return corev1.PodTemplateSpec{
			ObjectMeta: metav1.ObjectMeta{Labels: map[string]string{"tier": "front"}},
			Spec:       corev1.PodSpec{Containers: []corev1.Container{{Name: "foobar", Image: image}}},
		}
	}
	want := []rio.Release{
		{Number: 11, Hash: "eee", Template: template("httpd:set"), Made: made, Cause: rio.Cause{At: made}, Current: true},
		{Number: 10, Hash: "bbb", Template: template("httpd"), Made: made, Cause: rio.Cause{Command: "promote foobar:v2", By: "dev", At: made.Add(time.Hour)}},
		{Number: 9, Hash: "aaa", Template: template("nginx"), Made: made, Cause: rio.Cause{At: made}},
	}
	if diff := cmp.Diff(want, got, cmpopts.EquateEmpty()); diff != "" {
		t.Error(diff)
	}
}

// A StatefulSet and a DaemonSet remember alike; what their pods are labelled with is not.
func TestKeptReleases(t *testing.T) {
	ref := rio.Ref{Namespace: "default", Service: "db"}
	kept := func(owner, name string, number int64, image string) appsv1.ControllerRevision {
		patch := fmt.Sprintf(`{"spec":{"template":{"$patch":"replace","metadata":{"labels":{"app":"db","tier":"back","rio.cattle.io/revision":"latest"},
			"annotations":{"rio.cattle.io/permissions":"[\"role=%[1]s\"]"}},"spec":{"containers":[{"name":"db","image":"%[1]s"}]}}}}`, image)
		return appsv1.ControllerRevision{
			ObjectMeta: metav1.ObjectMeta{Namespace: "default", Name: name, Annotations: map[string]string{"kubernetes.io/change-cause": "run " + image},
				OwnerReferences: []metav1.OwnerReference{{Kind: "StatefulSet", Name: owner, Controller: new(true)}}},
			Revision: number, Data: runtime.RawExtension{Raw: []byte(patch)},
		}
	}
	ofDaemonSet := kept("db", "db-aaa", 3, "echo:v3")
	ofDaemonSet.OwnerReferences[0].Kind, ofDaemonSet.Labels = "DaemonSet", map[string]string{"controller-revision-hash": "aaa"}
	all := []appsv1.ControllerRevision{kept("db", "db-1", 9, "echo:v1"), kept("db", "db-2", 10, "echo:v2"), kept("db-v2", "db-v2-1", 11, "echo:v2"), ofDaemonSet}
	for kind, want := range map[string][]string{"StatefulSet": {"10 db-2 echo:v2 run echo:v2 true", "9 db-1 echo:v1 run echo:v1 false"}, "DaemonSet": {"3 aaa echo:v3 run echo:v3 true"}} {
		releases, err := manifest.KeptReleases(ref, kind, all)
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, r := range releases {
			got = append(got, fmt.Sprint(r.Number, " ", r.Hash, " ", r.Image(), " ", r.Cause.Command, " ", r.Current))
			if diff := cmp.Diff([]rio.Permission{{Role: r.Image()}}, r.Permissions); diff != "" || len(r.Template.Annotations) > 0 {
				t.Errorf("%s %d: rights %s, annotations %v", kind, r.Number, diff, r.Template.Annotations)
			}
			if diff := cmp.Diff(map[string]string{"tier": "back"}, r.Template.Labels); diff != "" {
				t.Errorf("%s %d: labels %s", kind, r.Number, diff)
			}
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s: %s", kind, diff)
		}
	}
	all[1].Data.Raw = []byte(`{`)
	if _, err := manifest.KeptReleases(ref, "StatefulSet", all); err == nil || !strings.Contains(err.Error(), `controllerrevision "db-2"`) {
		t.Errorf("got %v", err)
	}
}
