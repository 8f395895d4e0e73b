package cli

import (
	"cmp"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/labels"
	"k8s.io/client-go/kubernetes/scheme"
)

// store is an API server that keeps what it is given, and does nothing with it: no pod ever
// starts, but every workload says that all of its pods are ready.
type store struct {
	mu      sync.Mutex
	objects map[string]map[string]any // by path
	writes  []string                  // "METHOD path"
	version int
	made    string                   // when all of it was
	faults  map[string]metav1.Status // by "METHOD path" or path: what is answered instead
}

func newStore() *store {
	s := &store{objects: map[string]map[string]any{}, faults: map[string]metav1.Status{}, made: time.Now().Add(-49 * time.Hour).UTC().Format(time.RFC3339)}
	s.keep("/api/v1/namespaces/shop", map[string]any{"apiVersion": "v1", "kind": "Namespace", "metadata": map[string]any{"name": "shop"}})
	return s
}

func (s *store) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	defer s.mu.Unlock()
	fault, broken := s.faults[r.URL.Path]
	if f, ok := s.faults[r.Method+" "+r.URL.Path]; ok {
		fault, broken = f, true
	}
	if broken {
		answer(w, int(fault.Code), fault)
		return
	}
	body, _ := io.ReadAll(r.Body)
	switch r.Method {
	case http.MethodGet:
		s.get(w, r)
	default:
		s.write(w, r, body)
	}
}

func answer(w http.ResponseWriter, code int, v any) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(code)
	_ = json.NewEncoder(w).Encode(v)
}

func failure(code int32, reason metav1.StatusReason, message string) metav1.Status {
	return metav1.Status{TypeMeta: metav1.TypeMeta{APIVersion: "v1", Kind: "Status"}, Status: "Failure", Code: code, Reason: reason, Message: message}
}

func (s *store) get(w http.ResponseWriter, r *http.Request) {
	parts := strings.Split(r.URL.Path, "/")
	if o, ok := s.objects[r.URL.Path]; ok {
		answer(w, http.StatusOK, o)
		return
	}
	kind, ok := kinds[parts[len(parts)-1]]
	_, one := kinds[parts[len(parts)-2]] // of that kind, whatever its name
	if !ok || one || r.URL.Query().Get("watch") != "" {
		answer(w, http.StatusNotFound, failure(404, metav1.StatusReasonNotFound, "not found"))
		return
	}
	version, name, _ := strings.Cut(kind, " ")
	if strings.Contains(r.Header.Get("Accept"), "as=PartialObjectMetadataList") {
		version, name = "meta.k8s.io/v1", "PartialObjectMetadata"
	}
	answer(w, http.StatusOK, map[string]any{"apiVersion": version, "kind": name + "List", "metadata": map[string]any{}, "items": s.list(r)})
}

// kinds that are listed, with their versions.
var kinds = map[string]string{
	"configmaps": "v1 ConfigMap", "secrets": "v1 Secret", "persistentvolumeclaims": "v1 PersistentVolumeClaim", "services": "v1 Service", "events": "v1 Event",
	"namespaces": "v1 Namespace", "pods": "v1 Pod", "nodes": "v1 Node", "serviceaccounts": "v1 ServiceAccount",
	"deployments": "apps/v1 Deployment", "statefulsets": "apps/v1 StatefulSet", "daemonsets": "apps/v1 DaemonSet", "replicasets": "apps/v1 ReplicaSet",
	"virtualservices": "networking.istio.io/v1 VirtualService", "destinationrules": "networking.istio.io/v1 DestinationRule",
	"endpointslices": "discovery.k8s.io/v1 EndpointSlice", "horizontalpodautoscalers": "autoscaling/v2 HorizontalPodAutoscaler",
	"poddisruptionbudgets": "policy/v1 PodDisruptionBudget", "roles": "rbac.authorization.k8s.io/v1 Role", "rolebindings": "rbac.authorization.k8s.io/v1 RoleBinding",
	"clusterroles": "rbac.authorization.k8s.io/v1 ClusterRole", "clusterrolebindings": "rbac.authorization.k8s.io/v1 ClusterRoleBinding",
}

// list is what a path and the selectors of a request name, in the order of the paths.
func (s *store) list(r *http.Request) []any {
	group, resource := place(r.URL.Path + "/x")
	selector, err := labels.Parse(r.URL.Query().Get("labelSelector"))
	if err != nil {
		return nil
	}
	named := strings.TrimPrefix(r.URL.Query().Get("fieldSelector"), "metadata.name=")
	namespace, within := strings.CutSuffix(r.URL.Path, "/"+resource)
	within = within && strings.Contains(namespace, "/namespaces/")
	items := []any{}
	for _, path := range slices.Sorted(maps.Keys(s.objects)) {
		meta := s.objects[path]["metadata"].(map[string]any)
		set := labels.Set{}
		for k, v := range asObject(meta["labels"]) {
			set[k] = fmt.Sprint(v)
		}
		if g, r := place(path); g != group || r != resource || within && !strings.HasPrefix(path, namespace+"/") {
			continue
		}
		if selector.Matches(set) && (named == "" || strings.Contains(named, "=") || named == meta["name"]) {
			items = append(items, s.objects[path])
		}
	}
	return items
}

// place is the group and the resource of an object's path.
func place(path string) (group, resource string) {
	parts := strings.Split(strings.Trim(path, "/"), "/")
	return strings.Join(parts[:2], "/"), parts[len(parts)-2]
}

func (s *store) write(w http.ResponseWriter, r *http.Request, body []byte) {
	o := map[string]any{}
	path := r.URL.Path
	if strings.HasSuffix(path, "/selfsubjectreviews") {
		answer(w, http.StatusCreated, map[string]any{"apiVersion": "authentication.k8s.io/v1", "kind": "SelfSubjectReview", "status": map[string]any{"userInfo": map[string]any{"username": "ann"}}})
		return
	}
	dry := r.URL.Query().Get("dryRun") != "" || r.Method == http.MethodDelete && strings.Contains(string(body), "All") // of dryRun, in whatever encoding
	if !dry {
		s.writes = append(s.writes, r.Method+" "+path)
	}
	switch r.Method {
	case http.MethodPost: // only namespaces are made so, in Kubernetes' own encoding
		ns := &corev1.Namespace{}
		_, _, _ = scheme.Codecs.UniversalDeserializer().Decode(body, nil, ns)
		path += "/" + ns.Name
		o = map[string]any{"apiVersion": "v1", "kind": "Namespace", "metadata": map[string]any{"name": ns.Name, "labels": ns.Labels}}
	case http.MethodDelete:
		var do metav1.DeleteOptions
		_ = json.Unmarshal(body, &do) // of Istio's kinds; of others it is in Kubernetes' own encoding
		if p := do.Preconditions; p != nil && p.ResourceVersion != nil && s.objects[path] != nil && *p.ResourceVersion != asObject(s.objects[path]["metadata"])["resourceVersion"] {
			answer(w, http.StatusConflict, failure(409, metav1.StatusReasonConflict, "the object has been modified"))
			return
		}
		if !dry {
			delete(s.objects, path)
		}
		answer(w, http.StatusOK, metav1.Status{TypeMeta: metav1.TypeMeta{APIVersion: "v1", Kind: "Status"}, Status: "Success"})
		return
	default:
		_ = json.Unmarshal(body, &o)
	}
	if version, locked := asObject(o["metadata"])["resourceVersion"]; locked && s.objects[path] != nil && version != asObject(s.objects[path]["metadata"])["resourceVersion"] {
		answer(w, http.StatusConflict, failure(409, metav1.StatusReasonConflict, "the object has been modified"))
		return
	}
	managed(o)
	if !dry {
		s.keep(path, o)
	}
	answer(w, http.StatusOK, o)
}

// managed makes all of an object kubectl rio's, unless it says whose it is.
func managed(o map[string]any) {
	fields := map[string]any{"f:metadata": map[string]any{"f:labels": map[string]any{}, "f:annotations": map[string]any{}}}
	for k := range o {
		if k != "apiVersion" && k != "kind" && k != "metadata" && k != "status" {
			fields["f:"+k] = map[string]any{}
		}
	}
	meta := asObject(o["metadata"])
	if _, ours := meta["managedFields"]; !ours {
		meta["managedFields"] = []any{map[string]any{"manager": "kubectl-rio", "operation": "Apply", "apiVersion": o["apiVersion"], "fieldsType": "FieldsV1", "fieldsV1": fields}}
	}
}

// keep stores an object with what a server adds to it.
func (s *store) keep(path string, o map[string]any) {
	s.version++
	meta := asObject(o["metadata"])
	meta["resourceVersion"] = fmt.Sprint(s.version)
	meta["uid"] = cmp.Or(fmt.Sprint(asObject(asObject(s.objects[path])["metadata"])["uid"]), "<nil>")
	if meta["uid"] == "<nil>" {
		meta["uid"] = fmt.Sprint("uid-", s.version)
	}
	meta["creationTimestamp"] = s.made
	managed(o)
	if spec := asObject(o["spec"]); spec["template"] != nil && o["status"] == nil {
		n := spec["replicas"]
		if n == nil {
			n = 1
		}
		meta["generation"] = 1
		o["status"] = map[string]any{"observedGeneration": 1, "replicas": n, "updatedReplicas": n, "readyReplicas": n, "availableReplicas": n,
			"desiredNumberScheduled": n, "currentNumberScheduled": n, "updatedNumberScheduled": n, "numberAvailable": n, "numberReady": n}
	}
	s.objects[path] = o
}

func asObject(v any) map[string]any {
	m, _ := v.(map[string]any)
	return m
}

// serve puts a pod of each revision into a store.
func serve(t *testing.T, s *store, name string) {
	t.Helper()
	for _, revision := range []string{"latest", "v2"} {
		fill(t, s, fmt.Appendf(nil, serving, name, revision))
	}
}

// serving is a pod of a revision.
const serving = `
/api/v1/namespaces/shop/pods/%[1]s-6f9c-%[2]s:
  apiVersion: v1
  kind: Pod
  metadata:
    name: %[1]s-6f9c-%[2]s
    namespace: shop
    labels: {app: %[1]s, rio.cattle.io: "true", rio.cattle.io/namespace: shop, rio.cattle.io/service: %[1]s, rio.cattle.io/revision: %[2]s}
  status: {podIP: 10.0.0.1, conditions: [{type: Ready, status: "True", lastTransitionTime: "2026-01-01T00:00:00Z"}]}
/apis/discovery.k8s.io/v1/namespaces/shop/endpointslices/%[1]s:
  apiVersion: discovery.k8s.io/v1
  kind: EndpointSlice
  metadata: {name: %[1]s, namespace: shop, labels: {kubernetes.io/service-name: %[1]s}}
  endpoints: [{addresses: [10.0.0.1], conditions: {ready: true}}]
`

// play runs commands one after the other against one store.
func play(t *testing.T, s *store, steps ...step) {
	t.Helper()
	server := httptest.NewServer(s)
	defer server.Close()
	for _, step := range steps {
		if got := runAgainst(t, server.URL, strings.Fields(step.args)...); got != step.want {
			t.Errorf("%s\ngot  %d %q %q\nwant %d %q %q", step.args, got.Code, got.Out, got.Err, step.want.Code, step.want.Out, step.want.Err)
		}
	}
}

type step struct {
	args string
	want screen
}
